// Draws the charts of a page when they come near the view. The table beside each chart carries the same figures.
//
// HTML contract
//   <div class="chart" data-chart="option-id" data-library="…/echarts.min.js" data-text-failed="…"
//        role="img" aria-label="what the chart shows">
//   <script type="application/json" id="option-id">{…an ECharts option…}</script>      (Django's json_script)
// The option's colours, fonts and numbers are the page's; this script adds what a strict policy and accessibility need.
const calm = matchMedia("(prefers-reduced-motion: reduce)");
const token = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
const drawn = [];
let library = null;
let isPrinting = false;

function load(src) {
  library ??= new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = src;
    script.onload = () => resolve(window.echarts);
    script.onerror = () => reject(new Error(`${src} could not be loaded`));
    document.head.append(script);
  });
  return library;
}

const language = document.documentElement.lang;
const rounded = (value) =>
  typeof value === "number" ? value.toLocaleString(language, { maximumFractionDigits: 2 }) : value;

// Tooltips are drawn on the canvas: as HTML they would need inline styles, which the policy forbids.
function completed(option, label) {
  return {
    color: [1, 2, 3, 4, 5].map((n) => token(`--series-${n}`)),
    ...option,
    animation: !calm.matches && !isPrinting && option.animation !== false,
    aria: { ...option.aria, enabled: true, label: { enabled: true, description: label } },
    textStyle: { fontFamily: getComputedStyle(document.body).fontFamily, color: token("--ink"), ...option.textStyle },
    tooltip: option.tooltip && { confine: true, valueFormatter: rounded, ...option.tooltip, renderMode: "richText" },
  };
}

function draw(element, echarts) {
  const option = completed(
    JSON.parse(document.getElementById(element.dataset.chart).textContent),
    element.getAttribute("aria-label"),
  );
  element.replaceChildren();
  const locale = document.documentElement.lang.startsWith("zh") ? "ZH" : "EN";
  const chart = echarts.init(element, null, { renderer: "canvas", locale });
  chart.setOption(option);
  new ResizeObserver(() => chart.resize()).observe(element);
  drawn.push({ chart, option });
}

function failed(element, error) {
  console.warn(error);
  if (element.querySelector(".chart-still")) return; // the picture stays
  element.classList.add("chart-failed");
  element.removeAttribute("role");
  element.textContent = element.dataset.textFailed;
}

function start(element) {
  observer.unobserve(element);
  if (element.dataset.drawn) return;
  element.dataset.drawn = "yes";
  const begin = (echarts) => {
    try {
      draw(element, echarts);
    } catch (error) {
      failed(element, error);
    }
  };
  if (window.echarts) begin(window.echarts); // at once: a print does not wait
  else load(element.dataset.library).then(begin, (error) => failed(element, error));
}

// On paper nothing is caught while it moves: charts that move are set at once, the others drawn without moving. Where the
// library is not here in time, the still picture is printed.
function settle() {
  isPrinting = true;
  for (const element of charts) {
    element.querySelector("img")?.setAttribute("loading", "eager");
    start(element);
  }
  for (const { chart, option } of drawn) {
    chart.setOption({ ...option, animation: false }, true);
    chart.getZr().flush();
  }
}

const observer = new IntersectionObserver(
  (entries) => entries.filter((entry) => entry.isIntersecting).forEach((entry) => start(entry.target)),
  { rootMargin: "300px" },
);
const charts = document.querySelectorAll("[data-chart]");
charts.forEach((element) => observer.observe(element));
addEventListener("beforeprint", settle);
addEventListener("afterprint", () => (isPrinting = false));

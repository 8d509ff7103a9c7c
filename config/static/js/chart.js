// Draws the charts of a page when they come near the view. The table beside each chart carries the same figures.
//
// HTML contract
//   <div class="chart" data-chart="option-id" data-library="…/echarts.min.js" data-text-failed="…"
//        role="img" aria-label="what the chart shows">
//   <script type="application/json" id="option-id">{…an ECharts option…}</script>      (Django's json_script)
// The option's colours, fonts and numbers are the page's; this script adds what a strict policy and accessibility need.
const calm = matchMedia("(prefers-reduced-motion: reduce)");
const token = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
let library = null;

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
    animation: !calm.matches && option.animation !== false,
    aria: { ...option.aria, enabled: true, label: { enabled: true, description: label } },
    textStyle: { fontFamily: getComputedStyle(document.body).fontFamily, color: token("--ink"), ...option.textStyle },
    tooltip: option.tooltip && { confine: true, valueFormatter: rounded, ...option.tooltip, renderMode: "richText" },
  };
}

async function draw(element) {
  const option = JSON.parse(document.getElementById(element.dataset.chart).textContent);
  const echarts = await load(element.dataset.library);
  element.replaceChildren();
  const locale = document.documentElement.lang.startsWith("zh") ? "ZH" : "EN";
  const chart = echarts.init(element, null, { renderer: "canvas", locale });
  chart.setOption(completed(option, element.getAttribute("aria-label")));
  new ResizeObserver(() => chart.resize()).observe(element);
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
  draw(element).catch((error) => failed(element, error));
}

const observer = new IntersectionObserver(
  (entries) => entries.filter((entry) => entry.isIntersecting).forEach((entry) => start(entry.target)),
  { rootMargin: "300px" },
);
const charts = document.querySelectorAll("[data-chart]");
charts.forEach((element) => observer.observe(element));
addEventListener("beforeprint", () => charts.forEach(start));

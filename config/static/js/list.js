// Search, filter and sort of the published list without asking the server again: every row is in the page, this only
// hides and reorders. The server reads the same address in the same way (ranking/selection.py) for readers without
// script and for the files.
//
// HTML contract
//   [data-list] around: [data-filters] with a form (q, tier, sort, show, one select[data-group] a scheme),
//   p[data-count data-text="{shown} of {all} shown" data-whole="…"], a[data-export], button[data-copy data-text-copied],
//   a table with th[data-sort] > a and tr[data-search data-tier data-group-N], cells with data-value, [data-none] with
//   [data-reset].
const root = document.querySelector("[data-list]");
const form = root.querySelector("form");
const heads = [...root.querySelectorAll("th[data-sort]")];
const body = root.querySelector("tbody");
const groups = [...form.querySelectorAll("[data-group]")];
const plain = (text) => text.toLowerCase().normalize("NFKD").replace(/[\u0300-\u036f\s'’·-]/g, "");
const rows = [...body.rows].map((row) => ({ row, text: plain(row.dataset.search), rank: Number(row.cells[0].dataset.value) }));
rows.sort((a, b) => a.rank - b.rank);

function found(text, wanted) {
  return text.includes(wanted) || (wanted.endsWith("市") && text.includes(wanted.slice(0, -1)));
}

function chosen({ row, text }) {
  return found(text, plain(form.q.value))
    && (!form.tier.value || row.dataset.tier === form.tier.value)
    && groups.every((select) => !select.value || row.getAttribute(`data-group-${select.dataset.group}`) === select.value);
}

function isNarrow() {
  return Boolean(form.q.value.trim() || form.tier.value || groups.some((select) => select.value));
}

function filter() {
  const shown = rows.filter((each) => !(each.row.hidden = !chosen(each))).length;
  const count = root.querySelector("[data-count]");
  const words = isNarrow() ? count.dataset.text : count.dataset.whole;
  count.textContent = words.replace("{shown}", shown).replace("{all}", rows.length);
  root.querySelector("[data-none]").hidden = shown > 0;
  root.querySelector("table").hidden = shown === 0;
  root.toggleAttribute("data-show", Boolean(form.show.value));
}

const byText = (a, b) => (a < b ? -1 : Number(a > b));

// Figures in the chosen direction, equal ones by rank, rows without a figure last either way.
function order() {
  const key = form.sort.value.replace(/^-/, "");
  const way = form.sort.value.startsWith("-") ? -1 : 1;
  const head = heads.find((cell) => cell.dataset.sort === key);
  const compare = key === "name" ? byText : (a, b) => a - b;
  const value = ({ row }) => row.cells[head.cellIndex].dataset.value;
  const known = rows.filter((each) => value(each) !== "");
  const sorted = known.map((each) => ({ each, value: value(each) })).sort((a, b) => way * compare(a.value, b.value));
  body.append(...[...sorted.map(({ each }) => each), ...rows.filter((each) => value(each) === "")].map(({ row }) => row));
  heads.forEach((cell) => cell.removeAttribute("aria-sort"));
  head.setAttribute("aria-sort", way > 0 ? "ascending" : "descending");
}

function query() {
  const state = new URLSearchParams();
  new FormData(form).forEach((text, name) => {
    if (text.trim() && !(name === "sort" && text === "rank")) state.set(name, text.trim());
  });
  return String(state) ? `?${state}` : "";
}

function remember() {
  const said = query();
  if (said !== location.search) history.replaceState(null, "", said || location.pathname);
  root.querySelectorAll("[data-export]").forEach((link) => { link.href = link.pathname + said; });
}

function show() {
  filter();
  order();
  remember();
}

// A second click turns the order; figures start with the largest, ranks, names and tiers with the first.
function turn(key) {
  const first = ["rank", "name", "tier"].includes(key) ? key : `-${key}`;
  const second = first.startsWith("-") ? key : `-${key}`;
  form.sort.value = form.sort.value === first ? second : first;
  show();
}

function makeButton(head) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "sort";
  button.append(...head.querySelector("a").childNodes);
  button.addEventListener("click", () => turn(head.dataset.sort));
  head.replaceChildren(button);
}

async function copy(button) {
  const words = button.querySelector("span");
  try {
    await navigator.clipboard.writeText(location.href);
    words.textContent = button.dataset.textCopied;
  } catch {
    const field = document.createElement("input");
    Object.assign(field, { className: "input list-address", readOnly: true, value: location.href });
    button.replaceWith(field);
    field.select();
  }
}

function start() {
  heads.forEach(makeButton);
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("input", show);
  root.querySelector("[data-reset]").addEventListener("click", (event) => {
    event.preventDefault();
    [...form.elements].filter((field) => field.name).forEach((field) => { field.value = field.name === "sort" ? "rank" : ""; });
    show();
    form.q.focus();
  });
  const button = root.querySelector("[data-copy]");
  button.addEventListener("click", () => copy(button));
  show();
}

if (rows.length) start();

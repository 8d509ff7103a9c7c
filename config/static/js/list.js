// Search, filter and sort of the published list. Every row is in the page without it; this only hides and reorders.
//
// HTML contract
//   [data-list] around: details[data-filters] with a form (q, tier, sort, one select[data-place] a region column),
//   p[data-count data-text="{shown} of {all} shown"], a table with th[data-sort] and tr[data-search data-tier data-place-N],
//   cells with data-value where the text is not what is sorted by, [data-none] with [data-reset].
// The state is in the address, so that a filtered view can be passed on.
const root = document.querySelector("[data-list]");
const form = root.querySelector("form");
const heads = [...root.querySelectorAll("th[data-sort]")];
const body = root.querySelector("tbody");
const rows = [...body.rows];
const places = [...form.querySelectorAll("[data-place]")];
const collator = new Intl.Collator(document.documentElement.lang, { numeric: true });
const plain = (text) => text.toLowerCase().normalize("NFKD").replace(/[\u0300-\u036f\s'’·-]/g, "");
let sort = "rank";

function chosen(row) {
  const wanted = plain(form.q.value);
  return (!wanted || plain(row.dataset.search).includes(wanted))
    && (!form.tier.value || row.dataset.tier === form.tier.value)
    && places.every((select) => !select.value || row.getAttribute(`data-place-${select.dataset.place}`) === select.value);
}

function filter() {
  const shown = rows.filter((row) => !(row.hidden = !chosen(row))).length;
  const count = root.querySelector("[data-count]");
  count.hidden = shown === rows.length;
  count.textContent = count.dataset.text.replace("{shown}", shown).replace("{all}", rows.length);
  root.querySelector("[data-none]").hidden = shown > 0;
  root.querySelector("table").hidden = shown === 0;
}

function value(row, column) {
  const cell = row.cells[column];
  const text = cell.dataset.value ?? cell.textContent.trim();
  return text !== "" && Number.isFinite(Number(text)) ? Number(text) : text;
}

function compare(a, b) {
  return typeof a === "number" && typeof b === "number" ? a - b : collator.compare(String(a), String(b));
}

function order() {
  const key = sort.replace(/^-/, "");
  const head = heads.find((cell) => cell.dataset.sort === key) ?? heads[0];
  const way = sort.startsWith("-") ? -1 : 1;
  const keyed = rows.map((row, place) => ({ row, place, value: value(row, head.cellIndex) }));
  keyed.sort((a, b) => way * compare(a.value, b.value) || a.place - b.place);
  body.append(...keyed.map(({ row }) => row));
  heads.forEach((cell) => cell.removeAttribute("aria-sort"));
  head.setAttribute("aria-sort", way > 0 ? "ascending" : "descending");
  form.sort.value = sort;
}

function remember() {
  const state = new URLSearchParams(new FormData(form));
  state.set("sort", sort);
  [...state].forEach(([name, text]) => (!text || (name === "sort" && text === "rank")) && state.delete(name));
  const query = String(state);
  history.replaceState(null, "", query ? `?${query}` : location.pathname);
}

function show() {
  filter();
  order();
  remember();
}

// A second click turns the order; figures start with the largest, ranks and names with the first.
function turn(head) {
  const key = head.dataset.sort;
  const figures = typeof value(rows[0], head.cellIndex) === "number" && !["rank", "tier"].includes(key);
  const first = figures ? `-${key}` : key;
  const second = figures ? key : `-${key}`;
  sort = sort === first ? second : first;
  show();
}

function start() {
  heads.forEach((head) => {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "sort";
    button.append(...head.childNodes);
    button.addEventListener("click", () => turn(head));
    head.append(button);
  });
  const state = new URLSearchParams(location.search);
  [...form.elements].filter((field) => field.name && state.has(field.name)).forEach((field) => { field.value = state.get(field.name); });
  sort = state.get("sort") || "rank";
  const filters = root.querySelector("[data-filters]");
  filters.hidden = false;
  filters.open = matchMedia("(min-width: 768px)").matches || [...state].length > 0;
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("input", () => { sort = form.sort.value || sort; show(); });
  root.querySelector("[data-reset]").addEventListener("click", () => { form.reset(); sort = "rank"; show(); form.q.focus(); });
  show();
}

if (rows.length) start();

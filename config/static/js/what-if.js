// What if the weights were different: answers in the browser what the server answers at the same address.
//
// HTML contract
//   [data-what-if] around a form (alpha, w.CODE with data-code, floor, pin) and the answer; data-figures, data-json, data-picture, data-here
//   are addresses, data-by the way to weigh, data-text-… the words. Without script the form's own buttons ask the server.
import { blended, floored, kendall, leafWeights, localShares, ofHundred, ranksOf, reach, scoresOf, sharesOf, spearman, tierOf } from "./what-if-core.js";

const root = document.querySelector("[data-what-if]");
const form = root.querySelector("form");
const text = (name) => root.dataset[`text${name}`];
const find = (name) => root.querySelector(`[data-${name}]`);
const fields = [...form.querySelectorAll("[data-code]")];
const byCode = new Map(fields.map((field) => [field.dataset.code, field]));
const wait = (act, ms) => { let timer; return () => { clearTimeout(timer); timer = setTimeout(act, ms); }; };
const state = { by: root.dataset.by, everything: "everything" in root.dataset };
let basis;
let reached = { key: "" };

// A number as the server reads it: digits, and a point if need be; null for anything else.
function number(field, most = Infinity) {
  const plain = field.value.normalize("NFKC").trim().replace("。", ".") || "0";
  const value = /^\d{1,6}(\.\d{1,12})?$/.test(plain) ? Number(plain) : null;
  const wrong = value === null || value > most + 1e-9;
  if (wrong) field.setAttribute("aria-invalid", "true"); else field.removeAttribute("aria-invalid");
  return wrong ? null : value;
}

const points = (value) => String(Number(value.toFixed(2)));

function chosenWeights() {
  if (state.by === "blend") return blended(basis.expert, basis.variation, number(form.alpha, 100) / 100);
  if (state.by === "equal") return leafWeights(basis.tree, sharesOf(basis.codes.map(() => 1), basis.tree.groups));
  if (state.by === "own") return leafWeights(basis.tree, sharesOf(basis.codes.map((code) => number(byCode.get(code))), basis.tree.groups));
  return basis.published;
}

// Everything the page shows, from the fields as they are.
export function answer() {
  const floor = number(form.floor, Number(form.floor.dataset.most)) / 100;
  const chosen = chosenWeights();
  const weights = floored(chosen, floor);
  const raw = scoresOf(basis.tree, basis.figures, weights);
  const scores = [...(basis.best_is_hundred ? ofHundred(raw) : raw)];
  const ranks = ranksOf(scores, basis.tolerance);
  const places = [...ranks.keys()];
  const official = (place) => basis.units[place].rank ?? Infinity;
  const onList = places.filter((place) => ranks[place] <= basis.listed).sort((a, b) => ranks[a] - ranks[b] || official(a) - official(b) || a - b);
  const entering = onList.filter((place) => official(place) === Infinity);
  const leaving = places.filter((place) => official(place) <= basis.listed && ranks[place] > basis.listed).sort((a, b) => official(a) - official(b) || a - b);
  const listed = places.filter((place) => official(place) <= basis.listed);
  const pair = [listed.map(official), listed.map((place) => ranks[place])];
  const tiers = ranks.map((rank) => (basis.cuts && rank <= basis.listed ? tierOf(rank, basis.cuts) : 0));
  return { chosen, weights, floor, scores, ranks, tiers, onList, entering, leaving, spearman: spearman(...pair), kendall: kendall(...pair) };
}

// Rows are made once and filled again and again; only what is new is written.
const lines = [];

function lineOf(row) {
  const [rank, name, official, moved, ...rest] = row.cells;
  const change = document.createElement("span");
  change.innerHTML = '<span aria-hidden="true"></span><span class="visually-hidden"></span>';
  moved.replaceChildren(change);
  return { row, rank: rank.firstElementChild, name, official, change, mark: change.firstChild, words: change.lastChild, tier: rest.length > 1 ? tierLabel(rest[0]) : null, score: rest.at(-1) };
}

function tierLabel(cell) {
  const label = document.createElement("span");
  cell.replaceChildren(label);
  return label;
}

function write(node, words) {
  const plain = String(words);
  if (node.textContent !== plain) node.textContent = plain;
}

function showMove(line, before, now) {
  const kind = before === undefined ? "new" : before > now ? "up" : before < now ? "down" : "same";
  const places = Math.abs((before ?? now) - now);
  line.change.className = `delta-${kind}`;
  write(line.mark, { up: `▲${places}`, down: `▼${places}`, same: "=", new: "" }[kind]);
  const words = { up: text("Up"), down: text("Down"), same: text("Same"), new: text("New") }[kind].replace("{n}", places);
  line.words.className = kind === "new" ? "" : "visually-hidden";
  write(line.words, words);
}

function linesFor(count) {
  const body = find("rows");
  if (!lines.length) lines.push(...[...body.rows].map(lineOf));
  while (lines.length < count) {
    const row = body.rows[0].cloneNode(true);
    body.append(row);
    lines.push(lineOf(row));
  }
  lines.forEach((line, place) => { line.row.hidden = place >= count; });
  return lines.slice(0, count);
}

function showRows(found) {
  const shown = state.everything ? found.onList : found.onList.slice(0, basis.first);
  linesFor(shown.length).forEach((line, order) => {
    const place = shown[order];
    const unit = basis.units[place];
    line.row.classList.toggle("is-pinned", unit.code === form.pin.value);
    write(line.rank, found.ranks[place]);
    write(line.name, unit.label);
    write(line.official, unit.rank ?? "–");
    showMove(line, unit.rank, found.ranks[place]);
    write(line.score, found.scores[place].toFixed(1));
    if (!line.tier) return;
    line.tier.className = found.tiers[place] ? `tier tier-${found.tiers[place]}` : "";
    write(line.tier, found.tiers[place] ? basis.tiers[found.tiers[place] - 1] : "");
  });
}

function showNames(list, places, detail) {
  const items = places.map((place) => {
    const item = document.createElement("li");
    const more = document.createElement("span");
    more.className = "muted";
    more.textContent = detail(place);
    item.append(`${basis.units[place].label} `, more);
    return item;
  });
  if (!items.length) {
    const item = document.createElement("li");
    item.className = "muted";
    item.textContent = text("Nobody");
    items.push(item);
  }
  list.replaceChildren(...items);
}

function showShares(found) {
  const whole = new Array(basis.codes.length).fill(0);
  basis.tree.leaves.forEach((leaf, place) => { whole[leaf] = found.weights[place]; });
  for (let node = whole.length - 1; node >= 0; node -= 1) if (basis.tree.parents[node] >= 0) whole[basis.tree.parents[node]] += whole[node];
  root.querySelectorAll("[data-share]").forEach((output) => { output.textContent = `${(100 * whole[basis.codes.indexOf(output.dataset.share)]).toFixed(1)}%`; });
  if (state.by !== "own") {
    const shares = localShares(basis.tree, found.chosen);
    fields.forEach((field) => { field.value = points(100 * shares[basis.codes.indexOf(field.dataset.code)]); field.removeAttribute("aria-invalid"); });
  }
  form.querySelectorAll("[data-for]").forEach((range) => { range.value = number(document.getElementById(range.dataset.for)) ?? 0; });
}

function between(low, high, found) {
  if (low > basis.listed) return text("Off");
  if (low === high) return low;
  if (high > basis.listed) return text("Worse").replace("{found}", found);
  return text("Between").replace("{low}", low).replace("{high}", high);
}

function showPin(found) {
  const place = basis.units.findIndex((unit) => unit.code === form.pin.value);
  find("pin").hidden = place < 0;
  if (place < 0) return;
  const now = found.ranks[place];
  find("pin-name").textContent = basis.units[place].label;
  find("pin-rank").textContent = now <= basis.listed ? now : text("Off");
  find("pin-official").textContent = basis.units[place].rank;
  if (!find("pin-best")) return;
  const key = `${place} ${found.floor}`;
  if (reached.key !== key) reached = { key, ...reach(basis.figures, place, found.floor) };
  const [best, worst] = [Math.min(reached.best, now), Math.max(reached.worst, now)];
  find("pin-best").textContent = between(reached.best_bound, best, best);
  find("pin-worst").textContent = between(worst, reached.worst_bound, worst);
}

function showTiers(found) {
  if (!basis.cuts) return;
  const changed = found.onList.filter((place) => basis.units[place].tier && found.tiers[place] && basis.units[place].tier !== found.tiers[place]);
  find("tiers-up").textContent = changed.filter((place) => found.tiers[place] < basis.units[place].tier).length;
  find("tiers-down").textContent = changed.filter((place) => found.tiers[place] > basis.units[place].tier).length;
  showNames(find("tier-changes"), changed, (place) => `${basis.tiers[basis.units[place].tier - 1]} → ${basis.tiers[found.tiers[place] - 1]}`);
}

function show() {
  form.querySelectorAll("[aria-invalid]").forEach((field) => field.removeAttribute("aria-invalid"));
  let found;
  try { found = answer(); } catch (error) {
    if (!(error instanceof RangeError)) throw error;
  }
  const wrong = form.querySelector("[aria-invalid]");
  find("problem").hidden = Boolean(found) && !wrong;
  find("problem").textContent = wrong ? text("Wrong") : text("Nothing");
  if (!found || wrong) return;
  showRows(found);
  showShares(found);
  showPin(found);
  showTiers(found);
  find("spearman").textContent = found.spearman === null ? "–" : found.spearman.toFixed(3);
  find("kendall").textContent = found.kendall === null ? "–" : found.kendall.toFixed(3);
  find("count-entering").textContent = found.entering.length;
  find("count-leaving").textContent = found.leaving.length;
  showNames(find("entering"), found.entering, (place) => text("Rank").replace("{n}", found.ranks[place]));
  showNames(find("leaving"), found.leaving, (place) => text("Official").replace("{n}", basis.units[place].rank));
  showPresets();
  remember();
  tell(found);
}

function showPresets() {
  root.querySelectorAll("[data-preset]").forEach((link) => {
    const { preset, alpha } = link.dataset;
    const chosen = preset === state.by && (!alpha || Number(alpha) === number(form.alpha));
    if (chosen) link.setAttribute("aria-current", "true"); else link.removeAttribute("aria-current");
  });
}

// The address, without what goes without saying; the server reads it alike.
export function query() {
  const said = new URLSearchParams();
  if (state.by !== "published") said.set("by", state.by);
  if (state.by === "blend") said.set("alpha", String(number(form.alpha)));
  if (state.by === "own") fields.forEach((field) => said.set(field.name, String(number(field))));
  if (number(form.floor)) said.set("floor", String(number(form.floor)));
  if (form.pin.value) said.set("pin", form.pin.value);
  if (state.everything) said.set("all", "1");
  return String(said);
}

const remember = wait(() => {
  const said = query() ? `?${query()}` : "";
  history.replaceState(null, "", root.dataset.here + said);
  root.querySelector('[data-link="json"]').href = root.dataset.json + said;
  root.querySelector('[data-link="picture"]').href = root.dataset.picture + said;
  const stay = document.querySelector(".language [name=next]");
  if (stay) stay.value = root.dataset.here + said;
}, 250);

let last;
const speak = wait(() => {
  const first = basis.units[last.onList[0]].label;
  find("told").textContent = text("Told").replace("{first}", first).replace("{entering}", last.entering.length).replace("{leaving}", last.leaving.length);
}, 900);
function tell(found) {
  last = found;
  speak();
}

function choose(event) {
  event.preventDefault();
  const { preset, alpha } = event.currentTarget.dataset;
  state.by = preset;
  if (alpha) form.alpha.value = alpha;
  show();
}

function changed(event) {
  const range = event.target.dataset.for ? event.target : null;
  const field = range ? document.getElementById(range.dataset.for) : event.target;
  if (range) field.value = range.value;
  if (field === form.alpha) state.by = "blend";
  if (field.dataset.code) state.by = "own";
  show();
}

async function copy(button) {
  await navigator.clipboard.writeText(location.href);
  const words = button.querySelector("span");
  const before = words.textContent;
  words.textContent = text("Copied");
  setTimeout(() => { words.textContent = before; }, 2000);
}

async function start() {
  const response = await fetch(root.dataset.figures);
  if (!response.ok) return;
  basis = await response.json();
  basis.figures = basis.figures.map((column) => Float64Array.from(column, (value) => value ?? NaN));
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("input", changed);
  root.querySelectorAll("[data-preset]").forEach((link) => link.addEventListener("click", choose));
  const all = find("all");
  all.addEventListener("click", (event) => { if (!state.everything) { event.preventDefault(); state.everything = true; all.hidden = true; show(); } });
  const button = find("copy");
  if (!navigator.clipboard) button.disabled = true;
  button.addEventListener("click", () => copy(button));
  show();
  root.dataset.ready = "";
}

start();

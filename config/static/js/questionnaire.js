// The weight questionnaire: rows of points that add to a total. Without this script the form posts as it is.
//
// HTML contract (survey/_row.html, _strip.html, _remaining.html and _shortcuts.html satisfy it)
//   <form data-questionnaire data-total="100" data-step="1" data-group="shelf-group">
//     data-step   smallest step in points: 1 or 0.5                data-group  name of the undo store in this tab
//   [data-row] data-name data-scale   one indicator, holding
//     input[type=text]                its points: the only field of the row; name and value belong to the server
//     button[data-step=-1|1]          stepper          button[data-pin][aria-pressed]    fixed while balancing
//     [data-quick] button[data-points]   round numbers, offered by a long press on the field of a phone
//     button[data-rest][data-text]    "Rest here: {n}" [data-error][data-text-range|step|half]  reason of a refusal
//     [data-at], [data-from][data-to], [data-now]      marks of the strip, moved by x, cx, x1 and x2 in percent
//     [data-scale-end]                                 right end of the strip in words
//   [data-remaining] data-text-left|done|over|given|missing|say-left|say-over|say-done|pinned|nothing, holding
//     [data-words] [data-given] [data-live] [data-mark] [data-beam]   what is left, how much is given, what is said, the
//                                     balance and its beam
//     button[data-balance|undo|redo|clear]             tools;  [data-next] the submit button
//   [data-preview] > [data-preview-reason], [data-preview-table] tbody, button[data-apply], button[data-cancel]
//   [data-equal] (optional)           a button that starts all rows equal;  [data-shortcuts] the list of keys
// Everything that needs the script is `hidden` until it runs. `heng:change` bubbles from the form after each change
// with detail {values, remaining, complete}: an autosave listens to it.
import { balanced, fill, formatPoints, sum } from "./points.js";
import { Row } from "./row.js";
import { Undo } from "./undo.js";

const SAY_AFTER_MS = 600;
const TILT = 10; // degrees of the balance when a whole total is missing or too many
const SCRIPT_ONLY = ["step", "pin", "balance", "undo", "redo", "clear", "equal", "shortcuts", "mark"];

class Questionnaire {
  constructor(form) {
    this.form = form;
    this.step = Number(form.dataset.step || 1);
    this.total = Number(form.dataset.total) / this.step;
    this.rows = [...form.querySelectorAll("[data-row]")].map((element) => new Row(element, this));
    this.foot = form.querySelector("[data-remaining]");
    this.preview = form.querySelector("[data-preview]");
    this.history = new Undo(form.dataset.group || location.pathname, this.texts());
    this.#listen();
    form.querySelectorAll(SCRIPT_ONLY.map((name) => `[data-${name}]`)).forEach((element) => element.removeAttribute("hidden"));
    this.show();
  }

  texts() { return this.rows.map((row) => row.input.value); }

  get values() { return this.rows.map((row) => row.value); }

  get remaining() { return this.total - sum(this.values); }

  // Call after the fields were changed; `act` names the change so that a held key stays one step of undo.
  changed(act) {
    this.history.record(this.texts(), act, Date.now());
    this.show();
    const detail = { values: this.values, remaining: this.remaining, complete: this.#state() === "done" };
    this.form.dispatchEvent(new CustomEvent("heng:change", { bubbles: true, detail }));
  }

  write(texts) {
    texts.forEach((text, i) => this.rows[i].write(text));
    this.show();
  }

  show() {
    const largest = Math.max(...this.rows.flatMap((row) => [row.scale, (row.value ?? 0) * this.step]));
    this.rows.forEach((row) => row.show(Math.ceil(largest / 10) * 10));
    this.#showRemaining();
    this.#button("undo").disabled = !this.history.past.length;
    this.#button("redo").disabled = !this.history.future.length;
  }

  focus(row) { (this.rows[row]?.input ?? this.foot.querySelector("[data-next]")).focus(); }

  #button(name) { return this.form.querySelector(`[data-${name}]`); }

  #state() {
    if (this.remaining < 0) return "over";
    if (this.remaining > 0) return "left";
    return this.rows.every((row) => row.value !== null && !row.refusal) ? "done" : "missing";
  }

  #text(name, numbers) {
    return fill(this.foot.dataset[`text${name}`], numbers);
  }

  #showRemaining() {
    const state = this.#state();
    const empty = this.rows.filter((row) => row.value === null).length;
    const n = state === "missing" ? empty : formatPoints(Math.abs(this.remaining), this.step);
    const numbers = { n, total: formatPoints(this.total, this.step), given: formatPoints(sum(this.values), this.step) };
    const say = { left: "SayLeft", over: "SayOver", done: "SayDone", missing: "Missing" }[state];
    this.foot.dataset.state = state;
    this.foot.querySelector("[data-words]").textContent = this.#text(state[0].toUpperCase() + state.slice(1), numbers);
    this.foot.querySelector("[data-given]").textContent = this.#text("Given", numbers);
    this.#tilt();
    this.#say(this.#text(say, numbers));
  }

  #tilt() {
    const part = Math.min(1, Math.abs(this.remaining) / this.total);
    const angle = -Math.sign(this.remaining) * Math.sqrt(part) * TILT; // one point off is seen already
    this.foot.querySelector("[data-beam]").setAttribute("transform", `rotate(${angle.toFixed(2)} 32 14)`);
  }

  #say(words) {
    clearTimeout(this.saying);
    const first = this.said === undefined;
    this.saying = setTimeout(() => {
      if (words !== this.said && !first) this.foot.querySelector("[data-live]").textContent = words;
      this.said = words;
    }, SAY_AFTER_MS);
    if (first) this.said = words;
  }

  #listen() {
    const on = (name, act) => this.#button(name)?.addEventListener("click", act);
    on("undo", () => this.#walk("undo"));
    on("redo", () => this.#walk("redo"));
    on("clear", () => this.#set(this.rows.map(() => null), "clear"));
    on("equal", () => this.#set(balanced(this.rows.map(() => 1), this.rows.map(() => false), this.total).values, "equal"));
    on("balance", () => this.#offer());
    on("apply", () => { this.#set(this.offer, "balance"); this.#closePreview(); });
    on("cancel", () => this.#closePreview());
    this.preview?.addEventListener("keydown", (event) => { if (event.key === "Escape") this.#closePreview(); });
    this.form.addEventListener("keydown", (event) => this.#undoKey(event));
    // Nothing may move between the press and the release of a button, or its click is lost.
    addEventListener("pointerdown", () => { this.pressed = true; }, true);
    ["pointerup", "pointercancel"].forEach((name) => addEventListener(name, () => {
      this.pressed = false;
      setTimeout(() => this.show());
    }, true));
    this.form.addEventListener("heng:restored", () => this.changed("restored"));
  }

  #set(values, act) {
    this.write(values.map((value) => formatPoints(value, this.step)));
    this.changed(act);
  }

  #walk(direction) {
    this.history.record(this.texts(), "typed", Date.now());
    const texts = this.history[direction]();
    if (!texts) return;
    this.write(texts);
    this.changed(direction);
  }

  #undoKey(event) {
    if (!(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== "z") return;
    event.preventDefault();
    this.#walk(event.shiftKey ? "redo" : "undo");
  }

  #offer() {
    const { values, reason } = balanced(this.values, this.rows.map((row) => row.pinned), this.total);
    const [why, table] = ["reason", "table"].map((part) => this.preview.querySelector(`[data-preview-${part}]`));
    this.offer = values;
    why.textContent = reason ? this.foot.dataset[reason === "pinned" ? "textPinned" : "textNothing"] : "";
    why.hidden = !reason;
    table.hidden = Boolean(reason);
    this.#button("apply").hidden = Boolean(reason);
    table.tBodies[0].replaceChildren(...(values ?? []).map((value, i) => this.#offerLine(this.rows[i], value)));
    this.preview.hidden = false;
    this.preview.focus({ preventScroll: true });
    this.preview.scrollIntoView({ block: "center" });
  }

  #closePreview() {
    this.preview.hidden = true;
    this.#button("balance").focus();
  }

  #offerLine(row, value) {
    const line = document.createElement("tr");
    [row.name, formatPoints(row.value, this.step), formatPoints(value, this.step)].forEach((text, i) => {
      const cell = line.appendChild(document.createElement("td"));
      cell.textContent = text || "–";
      if (i) cell.className = row.value === value ? "num" : "num fw-semibold";
    });
    return line;
  }
}

document.querySelectorAll("form[data-questionnaire]").forEach((form) => new Questionnaire(form));

// One row of the questionnaire: its field, its buttons and the marks of its strip.
import { hold } from "./hold.js";
import { fill, formatPoints, parsePoints, refusal } from "./points.js";
import { offerQuick } from "./quick.js";

export class Row {
  constructor(element, owner) {
    this.element = element;
    this.owner = owner;
    this.name = element.dataset.name;
    const marks = [...element.querySelectorAll("[data-at], [data-to]")].map((mark) => Number(mark.dataset.at ?? mark.dataset.to));
    this.scale = Math.max(Number(element.dataset.scale || 50), ...marks);
    this.input = element.querySelector("input");
    this.error = element.querySelector("[data-error]");
    this.rest = element.querySelector("[data-rest]");
    this.pin = element.querySelector("[data-pin]");
    this.#listen();
  }

  get parsed() { return parsePoints(this.input.value, this.owner.step); }

  get refusal() { return refusal(this.parsed, this.owner.total); }

  get value() { return this.refusal ? null : this.parsed; }

  get pinned() { return this.pin?.getAttribute("aria-pressed") === "true"; }

  // From the first change on, the row speaks for itself and the server's error goes.
  write(text) {
    this.touched = true;
    this.input.value = text;
  }

  // The value moves by whole steps inside 0 … total; an empty row starts at zero.
  move(steps, act) {
    const value = Math.max(0, Math.min(this.owner.total, (this.value ?? 0) + steps));
    this.write(formatPoints(value, this.owner.step));
    this.owner.changed(`${act} ${this.name}`);
  }

  takeRest() {
    const value = (this.value ?? 0) + this.owner.remaining;
    if (value < 0 || value > this.owner.total) return;
    this.write(formatPoints(value, this.owner.step));
    this.owner.changed("rest");
  }

  togglePin() { this.pin?.setAttribute("aria-pressed", String(!this.pinned)); }

  show(scale) {
    this.#showError();
    this.#showRest();
    this.#place(scale);
  }

  #place(scale) {
    const place = (value) => `${((100 * value) / scale).toFixed(2)}%`;
    const now = place((this.value ?? 0) * this.owner.step);
    this.element.querySelectorAll("[data-at]").forEach((mark) => {
      mark.setAttribute(mark.tagName === "circle" ? "cx" : "x", place(mark.dataset.at));
    });
    this.element.querySelectorAll("[data-from]").forEach((mark) => {
      mark.setAttribute("x1", place(mark.dataset.from));
      mark.setAttribute("x2", place(mark.dataset.to));
    });
    this.element.querySelectorAll("[data-now]").forEach((mark) => {
      mark.setAttribute(mark.tagName === "line" ? "x2" : "x", now);
      mark.setAttribute("visibility", this.value === null ? "hidden" : "visible");
    });
    this.element.querySelector("[data-scale-end]")?.replaceChildren(String(scale));
  }

  #showError() {
    const reason = this.refusal;
    if (this.touched) this.error.textContent = reason ? this.#reason(reason) : "";
    if (reason) this.input.setAttribute("aria-invalid", "true");
    else if (this.touched) this.input.removeAttribute("aria-invalid");
  }

  #reason(reason) {
    const { textRange, textStep, textHalf } = this.error.dataset;
    if (reason === "range") return textRange;
    return this.owner.step === 0.5 ? textHalf : textStep;
  }

  // Offered on an empty row, and on the focused row when it is the last change needed.
  #showRest() {
    if (!this.rest || this.owner.pressed) return;
    const { remaining, rows } = this.owner;
    const started = rows.some((row) => row.value !== null);
    const last = document.activeElement === this.input && rows.every((row) => row.value !== null);
    const wanted = this.input.value === "" ? started && remaining >= 0 : last && remaining !== 0;
    this.rest.hidden = !wanted || (this.value ?? 0) + remaining < 0;
    this.rest.textContent = fill(this.rest.dataset.text, { n: formatPoints((this.value ?? 0) + remaining, this.owner.step) });
  }

  #listen() {
    const { element, input } = this;
    element.querySelectorAll("button[data-step]").forEach((button) => {
      hold(button, () => this.move(Number(button.dataset.step), "held"));
    });
    this.rest?.addEventListener("pointerdown", (event) => event.preventDefault()); // keeps the field focused
    this.rest?.addEventListener("click", () => this.takeRest());
    this.pin?.addEventListener("click", () => this.togglePin());
    const menu = element.querySelector("[data-quick]");
    if (menu) offerQuick(this, menu, (points) => this.#take(points / this.owner.step));
    input.addEventListener("input", () => { this.touched = true; this.owner.changed(`typed ${this.name}`); });
    input.addEventListener("change", () => this.#tidy());
    input.addEventListener("focus", () => { input.select(); this.owner.show(); });
    input.addEventListener("pointerdown", () => { this.fresh = document.activeElement !== input; });
    input.addEventListener("click", () => { if (this.fresh) input.select(); }); // the press had set the caret
    input.addEventListener("blur", () => setTimeout(() => this.owner.show()));
    input.addEventListener("keydown", (event) => this.#key(event));
  }

  #take(value) {
    this.write(formatPoints(value, this.owner.step));
    this.owner.changed(`quick ${this.name}`);
  }

  #tidy() {
    if (!this.refusal) this.write(formatPoints(this.value, this.owner.step));
    this.owner.changed(`typed ${this.name}`);
  }

  #key(event) {
    const five = 5 / this.owner.step;
    const keys = {
      ArrowUp: () => this.move(1, "key"), ArrowDown: () => this.move(-1, "key"),
      PageUp: () => this.move(five, "key"), PageDown: () => this.move(-five, "key"),
      Enter: () => { this.#tidy(); this.owner.focus(this.owner.rows.indexOf(this) + 1); },
    };
    const withAlt = { KeyR: () => this.takeRest(), KeyP: () => this.togglePin() };
    const act = event.altKey ? withAlt[event.code] : keys[event.key];
    if (!act || event.isComposing || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    act();
  }
}

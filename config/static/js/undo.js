// Undo and redo of one group of rows, kept for the life of the tab so that a reload loses nothing.
const LIMIT = 50;
const SAME_ACT_MS = 800;

export class Undo {
  constructor(key, current) {
    this.key = `heng:${key}`;
    const kept = this.#kept();
    this.past = kept?.past ?? [];
    this.future = kept?.future ?? [];
    this.current = current;
    if (kept && !same(kept.current, current)) this.#remember(kept.current);
    this.last = { act: null, at: 0 };
    this.#keep();
  }

  // Repeated acts on one row within a moment (a held key) are one step.
  record(values, act, at) {
    if (same(values, this.current)) return;
    const again = act === this.last.act && at - this.last.at < SAME_ACT_MS;
    if (!again) this.#remember(this.current);
    this.current = values;
    this.last = { act, at };
    this.#keep();
  }

  undo() { return this.#step(this.past, this.future); }

  redo() { return this.#step(this.future, this.past); }

  #step(from, to) {
    if (!from.length) return null;
    to.push(this.current);
    this.current = from.pop();
    this.last = { act: null, at: 0 };
    this.#keep();
    return this.current;
  }

  #remember(values) {
    this.past = [...this.past, values].slice(-LIMIT);
    this.future = [];
  }

  #kept() {
    try {
      return JSON.parse(sessionStorage.getItem(this.key));
    } catch {
      return null; // storage is closed to us or holds something else
    }
  }

  #keep() {
    const { past, future, current } = this;
    try {
      sessionStorage.setItem(this.key, JSON.stringify({ past, future, current }));
    } catch {
      // without storage undo still works until the page is left
    }
  }
}

function same(a, b) {
  return Array.isArray(a) && a.length === b.length && a.every((text, i) => text === b[i]);
}

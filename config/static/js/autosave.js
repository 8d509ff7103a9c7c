// Saves a group while it is being filled in, whatever the way of asking: any page with real form fields may use it.
//
// HTML contract (survey/_save_state.html and survey/group.html satisfy it)
//   <form autocomplete="off" data-sheet data-save="address" data-group="shelf-group"> with hidden fields tag, page and
//   number, which no browser may fill in again from an earlier page; the shelf is
//   a name that only this expert's code gives (survey/codes.py: Keys.shelf), so that nobody finds another's answers here
//   [data-save-state] data-text-saved|saving|failed|code|restored   status in words;  [data-save-conflict] shown on conflict
//   Dispatch `heng:change` (it bubbles) on the form after a change made by script; typing and choosing are heard anyway.
// The status line is always there, so that nothing moves under a finger that presses a button.
// One request is under way at a time. Each carries this page's random name and its number, so that the server can tell
// a late packet of ours from another device; on leaving, a beacon takes what is not saved yet. What is not acknowledged
// stays in this browser's storage and is filled in again when the page opens. The beacon may be overtaken by the page
// that comes next, and so may a save whose answer arrives while the next page is under way: that page then shows what
// was there before. So a copy of what was sent within the last minute is filled in too, and put back where the server
// says that another device has answered since. A link waits a moment for the save, so that the page it leads to shows
// it. js/forget.js clears the storage when an answer is submitted or left.
const AFTER_MS = 800;
const RETRY_MS = [1000, 2000, 4000, 8000];
const PATIENCE_MS = 10_000;
const LINK_WAITS_MS = 3000;
const UNDER_WAY_MS = 60_000; // longer than a page takes to come
const NOT_ANSWERS = ["csrfmiddlewaretoken", "tag", "page", "number", "go"];

export class Autosave {
  constructor(form) {
    this.form = form;
    this.key = `heng:unsaved:${form.dataset.group}`;
    this.state = form.querySelector("[data-save-state]");
    this.#begin();
    this.seen = this.#answers();
    this.touched = new Set();
    this.unsaved = false;
    this.failures = 0;
    this.#restore();
    this.#stamp();
    this.#listen();
  }

  // Call after a change; `now` does not wait for the next one.
  changed(now = false) {
    const answers = this.#answers();
    const names = new Set([...Object.keys(answers), ...Object.keys(this.seen)]);
    names.forEach((name) => {
      if (answers[name] === this.seen[name]) return;
      this.touched.add(name);
      this.unsaved = true;
      this.before = null; // what the person does now is no longer a copy on trial
    });
    this.seen = answers;
    if (!this.unsaved || this.stopped) return;
    this.#keep();
    clearTimeout(this.timer);
    if (now) this.save();
    else this.timer = setTimeout(() => this.save(), AFTER_MS);
  }

  save() {
    clearTimeout(this.timer);
    if (this.unsaved && !this.stopped && !this.busy) this.sending = this.#send();
  }

  async #send() {
    this.busy = true;
    this.unsaved = false;
    this.#say("saving");
    try {
      const answer = await fetch(this.form.dataset.save, {
        method: "POST", body: this.#body(), redirect: "manual", signal: AbortSignal.timeout(PATIENCE_MS),
        headers: { Accept: "application/json" },
      });
      await this.#answered(answer);
    } catch {
      this.#failed("failed");
    }
    this.busy = false;
    if (this.unsaved && !this.failures) this.save();
  }

  // A plain link to another page is followed when everything is saved, a save has failed, or it takes too long.
  async #follow(event) {
    const link = event.target.closest("a[href]");
    const isPlain = !event.defaultPrevented && !event.button && !(event.ctrlKey || event.metaKey || event.shiftKey || event.altKey);
    if (!link || !isPlain || link.target || link.origin !== location.origin || link.pathname === location.pathname) return;
    this.changed(true);
    if (!this.busy) return;
    event.preventDefault();
    await Promise.race([this.#quiet(), new Promise((done) => setTimeout(done, LINK_WAITS_MS))]);
    location.assign(link.href);
  }

  async #quiet() { while (this.busy) await this.sending; }

  // The page is being left or hidden: one packet that needs no answer.
  leave() {
    this.changed();
    clearTimeout(this.timer);
    if ((!this.unsaved && !this.busy) || this.stopped) return;
    this.unsaved = !navigator.sendBeacon(this.form.dataset.save, this.#body()) || this.failures > 0;
    this.#keep("beacon");
  }

  // The form goes to the server itself.
  stop() {
    this.stopped = true;
    clearTimeout(this.timer);
  }

  async #answered(answer) {
    if (answer.type === "opaqueredirect") { this.#failed("code"); return; }
    const said = await answer.json();
    if (answer.ok) {
      this.form.elements.tag.value = said.tag;
      this.failures = 0;
      if (!this.unsaved) this.#keep("save");
      if (this.borrowed) this.#begin();
      this.#say("saved", { time: new Date().toLocaleTimeString(document.documentElement.lang, { hour: "2-digit", minute: "2-digit", second: "2-digit" }) });
    } else if (said.code === "stale_answer" && this.before) {
      this.#putBack();
    } else if (said.code === "stale_answer") {
      this.stop();
      this.state.textContent = "\u00a0";
      this.form.querySelector("[data-save-conflict]").hidden = false;
    } else {
      this.stop();
      this.state.textContent = said.detail;
    }
  }

  #failed(why) {
    this.unsaved = true;
    this.#say(why);
    const pause = RETRY_MS[Math.min(this.failures, RETRY_MS.length - 1)];
    this.failures += 1;
    this.timer = setTimeout(() => this.save(), pause);
  }

  #say(state, words = {}) {
    const text = this.state.dataset[`text${state[0].toUpperCase()}${state.slice(1)}`];
    this.state.dataset.state = state;
    this.state.textContent = text.replace(/\{(\w+)\}/g, (_, name) => words[name]);
  }

  #answers() {
    return Object.fromEntries([...new FormData(this.form)].filter(([name]) => !NOT_ANSWERS.includes(name)));
  }

  // The next number goes into the form too, so that its own buttons go on from the last save.
  #stamp() {
    this.form.elements.page.value = this.page;
    this.form.elements.number.value = String(this.number + 1);
  }

  // What was touched since the page was opened: points carried over from a round before are confirmed by hand alone.
  #body() {
    const body = new FormData();
    const answers = this.#answers();
    this.touched.forEach((name) => body.append(name, answers[name] ?? ""));
    this.form.querySelectorAll("input[type=checkbox]:checked").forEach((box) => body.set(box.name, box.value));
    this.number += 1;
    body.append("csrfmiddlewaretoken", this.form.elements.csrfmiddlewaretoken.value);
    body.append("tag", this.form.elements.tag.value);
    body.append("page", this.page);
    body.append("number", String(this.number));
    this.#stamp();
    return body;
  }

  // `sent` says who took the copy: nobody, a beacon, a save that was acknowledged, or the form itself.
  #keep(sent = "") {
    const { page, number, seen } = this;
    const answers = Object.fromEntries([...this.touched].map((name) => [name, seen[name] ?? ""]));
    this.#storage((store) => store.setItem(this.key, JSON.stringify({ page, number, tag: this.form.elements.tag.value, answers, sent, at: Date.now() })));
  }

  #forget() { this.#storage((store) => store.removeItem(this.key)); }

  // A page's own name; what was filled in again is saved once under the name of the page that it comes from.
  #begin() {
    this.page = [...crypto.getRandomValues(new Uint8Array(12))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
    this.number = 0;
    this.borrowed = false;
    if (this.seen) this.#stamp();
  }

  #restore() {
    const kept = this.#storage((store) => JSON.parse(store.getItem(this.key)));
    if (!kept?.answers) return;
    const shown = this.form.elements.tag.value;
    const answers = Object.entries(kept.answers).filter(([name, value]) => (this.seen[name] ?? "") !== value);
    this.#forget();
    if (!answers.length || (kept.sent === "form" && kept.tag !== shown)) return;
    if (kept.sent === "save" && (kept.tag === shown || Date.now() - kept.at > UNDER_WAY_MS)) return;
    const before = { tag: shown, answers: answers.map(([name]) => [name, this.seen[name] ?? ""]) };
    answers.forEach(([name, value]) => this.#write(name, value));
    [this.page, this.number, this.form.elements.tag.value] = [kept.page, kept.number + 1, kept.tag];
    this.borrowed = true;
    this.form.dispatchEvent(new CustomEvent("heng:restored", { bubbles: true }));
    this.#say("restored");
    this.changed();
    if (["beacon", "save"].includes(kept.sent) && kept.tag !== shown) this.before = before;
  }

  // The copy on trial is older than what another device has saved: the page shows that again.
  #putBack() {
    this.before.answers.forEach(([name, value]) => this.#write(name, value));
    this.form.elements.tag.value = this.before.tag;
    this.seen = this.#answers();
    this.before = null;
    this.touched.clear();
    this.#forget();
    this.#begin();
    this.state.textContent = "\u00a0";
    this.form.dispatchEvent(new CustomEvent("heng:restored", { bubbles: true }));
  }

  #write(name, value) {
    const field = this.form.elements[name];
    if (!field) return;
    if (field.type === "checkbox") field.checked = value === field.value;
    else field.value = value;
  }

  #storage(act) {
    try {
      return act(localStorage);
    } catch {
      return null; // storage is closed to us or holds something else
    }
  }

  #listen() {
    const { form } = this;
    ["heng:change", "input", "change"].forEach((name) => form.addEventListener(name, () => this.changed()));
    form.addEventListener("focusout", () => this.changed(true));
    form.addEventListener("submit", () => { if (this.touched.size) this.#keep("form"); this.stop(); });
    document.addEventListener("click", (event) => this.#follow(event));
    document.addEventListener("heng:forget", () => { this.leave(); this.stop(); });
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "hidden") this.leave();
      else this.changed(true);
    });
    addEventListener("pagehide", () => this.leave());
    addEventListener("online", () => this.save());
  }
}

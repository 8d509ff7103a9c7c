// The studio. form[data-live]: what a key figure comes to, by the server, while it is typed, in [data-shown].
// The editor of a text: shows how it reads while it is typed, puts a sentence where the cursor is, warns of unsaved words.
//
// HTML contract: form[data-studio] with textareas `text` and `text_en`, data-rendered (address) and [data-state];
// [data-look-of=NAME] is what the server says of a textarea; [data-insert] buttons carry data-text and data-text-en.
const form = document.querySelector("form[data-studio]");
const PAUSE_MS = 400;
let unsaved = false;
let last = null;

async function look(area) {
  const body = new FormData();
  body.set("csrfmiddlewaretoken", form.csrfmiddlewaretoken.value);
  body.set("text", area.value);
  body.set("language", area.lang);
  const answer = await fetch(form.dataset.rendered, { method: "POST", body, credentials: "same-origin" });
  if (answer.ok) document.querySelector(`[data-look-of="${area.name}"]`).innerHTML = await answer.text();
}

function changed(area) {
  unsaved = true;
  form.querySelector("[data-state]").textContent = form.dataset.unsaved;
  clearTimeout(area.timer);
  area.timer = setTimeout(() => look(area).catch(() => {}), PAUSE_MS);
}

function put(area, sentence) {
  const at = area === last ? area.selectionEnd : area.value.length;
  const before = area.value.slice(0, at);
  const gap = before && !before.endsWith("\n") ? "\n" : "";
  area.setRangeText(gap + sentence, at, at, "end");
  changed(area);
}

async function work(live) {
  const body = new FormData(live);
  body.set("look", "1");
  const asks = live.getAttribute("method") === "get" ? [`?${new URLSearchParams(body)}`] : [location.href, { method: "POST", body }];
  const answer = await fetch(asks[0], { ...asks[1], credentials: "same-origin" });
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const shown = page.querySelector("[data-shown]");
  if (shown) document.querySelector("[data-shown]").replaceChildren(...shown.childNodes);
}

const live = document.querySelector("form[data-live]");
if (live) {
  let timer = null;
  live.querySelector("[data-look]").hidden = true; // it is worked out while it is typed
  live.addEventListener("input", () => {
    unsaved = live.getAttribute("method") === "post";
    clearTimeout(timer);
    timer = setTimeout(() => work(live).catch(() => {}), PAUSE_MS);
  });
  live.addEventListener("submit", () => { unsaved = false; });
  window.addEventListener("beforeunload", (event) => { if (unsaved) event.preventDefault(); });
}

if (form) {
  const areas = [form.elements.text, form.elements.text_en];
  areas.forEach((area) => {
    area.addEventListener("input", () => changed(area));
    area.addEventListener("focus", () => { last = area; });
  });
  form.querySelector("[data-look]").hidden = true; // it is shown while it is typed
  document.querySelectorAll("[data-insert]").forEach((button) => button.addEventListener("click", (event) => {
    event.preventDefault();
    put(areas[0], button.dataset.text);
    put(areas[1], button.dataset.textEn);
    (last || areas[0]).focus();
  }));
  form.addEventListener("submit", () => { unsaved = false; });
  window.addEventListener("beforeunload", (event) => { if (unsaved) event.preventDefault(); });
}

// Comparisons: the server works out the consistency of what stands in the fields, without saving it.
// HTML contract: form[data-live] holds the address; [data-live-panel] is replaced by the fragment that comes back.
// Best-worst: select[data-end=best|worst]; [data-side=from-best|to-worst] [data-code] rows that follow from the ends are hidden.
const WAIT_MS = 250;
const form = document.querySelector("form[data-live]");
const ends = [...form.querySelectorAll("select[data-end]")];
let timer;
let asked = 0;

async function refresh() {
  const mine = ++asked;
  const panel = form.querySelector("[data-live-panel]");
  panel.setAttribute("aria-busy", "true");
  try {
    const answer = await fetch(form.dataset.live, { method: "POST", body: new FormData(form), headers: { "X-Requested-With": "fetch" } });
    if (!answer.ok || mine !== asked) return;
    const fresh = document.createElement("template");
    fresh.innerHTML = await answer.text();
    form.querySelector("[data-live-panel]").replaceWith(fresh.content);
  } catch { /* the button below asks again */ } finally {
    form.querySelector("[data-live-panel]").removeAttribute("aria-busy");
  }
}

function implied(side, code) {
  const [best, worst] = ends.map((end) => end.value);
  return side === "from-best" ? code === best : code === worst || code === best;
}

// A row that follows from the ends is hidden; one that no longer does is asked anew.
function showRows() {
  form.querySelectorAll("[data-side]").forEach((list) => list.querySelectorAll("[data-code]").forEach((row) => {
    const hide = implied(list.dataset.side, row.dataset.code);
    if (row.hidden && !hide) row.querySelector("select").value = "";
    row.hidden = hide;
  }));
}

form.addEventListener("change", () => {
  if (ends.length) showRows();
  form.dispatchEvent(new CustomEvent("heng:change", { bubbles: true }));
  clearTimeout(timer);
  timer = setTimeout(refresh, WAIT_MS);
});
form.querySelectorAll("[data-check]").forEach((button) => { button.hidden = true; });

// Looks again until the worker has finished, then shows the result. Without it the page reloads by itself (noscript).
//
// HTML contract: [data-waiting] stands in the page for as long as there is something to wait for.
const EVERY_MS = 1500;

async function look() {
  const answer = await fetch(location.href, { credentials: "same-origin", cache: "no-store" });
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  if (!answer.ok || !page.querySelector("[data-waiting]")) location.reload();
  else later();
}

function later() {
  setTimeout(() => look().catch(later), EVERY_MS);
}

if (document.querySelector("[data-waiting]")) later();

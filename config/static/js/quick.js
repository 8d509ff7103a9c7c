// On a phone: a long press on the field offers a few round numbers. Mouse and keyboard have no use for it.
const LONG_MS = 500;
const FAR_PX = 12; // a finger that slides scrolls the page

export function offerQuick(row, menu, take) {
  const { input } = row;
  let timer = null;
  let start = null;
  const close = () => { menu.hidden = true; };
  const stop = () => clearTimeout(timer);
  input.addEventListener("pointerdown", (event) => {
    if (event.pointerType !== "touch") return;
    start = event;
    stop();
    timer = setTimeout(() => { menu.hidden = false; }, LONG_MS);
  });
  input.addEventListener("pointermove", (event) => {
    if (start && Math.hypot(event.clientX - start.clientX, event.clientY - start.clientY) > FAR_PX) stop();
  });
  ["pointerup", "pointercancel"].forEach((name) => input.addEventListener(name, stop));
  input.addEventListener("contextmenu", (event) => { if (!menu.hidden) event.preventDefault(); });
  menu.addEventListener("click", (event) => {
    const value = event.target.closest("[data-points]")?.dataset.points;
    if (value === undefined) return;
    close();
    take(Number(value));
  });
  document.addEventListener("pointerdown", (event) => {
    if (event.target !== input && !menu.contains(event.target)) close();
  });
  row.element.addEventListener("keydown", (event) => { if (event.key === "Escape") close(); });
}

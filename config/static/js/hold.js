// A button that acts once on a click, and again and again, faster and faster, while it is held down.
const FIRST_MS = 400;
const SLOWEST_MS = 140;
const FASTEST_MS = 45;

export function hold(button, act) {
  let timer = null;
  let held = false;
  const again = (pause) => {
    held = true;
    act();
    timer = setTimeout(again, pause, Math.max(FASTEST_MS, pause * 0.92));
  };
  button.addEventListener("pointerdown", (event) => {
    event.preventDefault(); // the field keeps its focus, the phone its keyboard
    held = false;
    clearTimeout(timer);
    if (event.button === 0) timer = setTimeout(again, FIRST_MS, SLOWEST_MS);
  });
  ["pointerup", "pointercancel", "pointerleave"].forEach((name) => {
    button.addEventListener(name, () => clearTimeout(timer));
  });
  button.addEventListener("contextmenu", (event) => event.preventDefault()); // the long press is ours
  button.addEventListener("click", () => {
    if (!held) act();
    held = false;
  });
}

// Ranking: buttons that move an indicator one place; it changes places with whoever stands there.
const rows = [...document.querySelectorAll("[data-place-row]")];
const field = (row) => row.querySelector("select");

function move(row, by) {
  const select = field(row);
  const to = Number(select.value || (by > 0 ? 0 : rows.length + 1)) + by;
  if (to < 1 || to > rows.length) return;
  const there = rows.find((other) => other !== row && field(other).value === String(to));
  if (there) field(there).value = select.value;
  select.value = String(to);
  select.dispatchEvent(new Event("change", { bubbles: true }));
}

rows.forEach((row) => row.querySelectorAll("[data-move]").forEach((button) => {
  button.hidden = false;
  button.addEventListener("click", () => move(row, Number(button.dataset.move)));
}));
document.querySelector("form[data-sheet]").addEventListener("change", (event) => {
  event.currentTarget.dispatchEvent(new CustomEvent("heng:change", { bubbles: true }));
});

/* The row of pages stands where the open page is in view, on windows too narrow for all of them. */

for (const nav of document.querySelectorAll(".subnav")) {
  const open = nav.querySelector("[aria-current]");
  if (open) nav.scrollLeft = open.offsetLeft - nav.offsetLeft - (nav.clientWidth - open.offsetWidth) / 2;
}

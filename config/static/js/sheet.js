// A group's page, whatever the way of asking: saves it, counts down to the deadline, and goes to what is still empty.
//
// HTML contract
//   form[data-sheet] as in autosave.js;  [data-deadline="seconds left when the page was made"] > [data-within="seconds"] hidden
import { Autosave } from "./autosave.js";

const form = document.querySelector("form[data-sheet]");
if (form) new Autosave(form);

// The narrowest of the notices that apply is shown; the server's clock counts, this one only measures how long ago it spoke.
document.querySelectorAll("[data-deadline]").forEach((banner) => {
  const notices = [...banner.querySelectorAll("[data-within]")];
  const show = () => {
    const left = Number(banner.dataset.deadline) - performance.now() / 1000;
    const apt = notices.filter((notice) => left <= Number(notice.dataset.within));
    notices.forEach((notice) => { notice.hidden = notice !== apt[0]; });
    banner.hidden = !apt.length;
  };
  show();
  setInterval(show, 10_000);
});

if (location.hash === "#go-on") {
  [...(form?.querySelectorAll("[data-row] input[type=text]") ?? [])].find((field) => field.value === "")?.focus();
}

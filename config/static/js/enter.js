// The door of the questionnaire: takes the code out of the address and leaves one button to press.
//
// HTML contract
//   <form data-enter>  [data-linked] (hidden) says that the link brought the code; [data-typed] holds input[name=code].
//   Without this script the code is pasted into the field. Nothing is sent before the button is pressed.
const form = document.querySelector("form[data-enter]");
const field = form.elements.code;
const language = document.querySelector("form.language");

// "#ZY75-…-H" and "/j%23ZY75-…-H" → the code; mail gateways write the second form.
function codeInAddress() {
  const text = location.hash || location.pathname.split(/%23/)[1] || "";
  try {
    return decodeURIComponent(text).replace(/^#/, "").trim();
  } catch {
    return text.replace(/^#/, "");
  }
}

function takeCode() {
  const code = codeInAddress();
  if (!code) return;
  field.value = code;
  form.querySelector("[data-linked]").hidden = false;
  form.querySelector("[data-typed]").hidden = true;
  history.replaceState(null, "", form.getAttribute("action"));
}

// Another language without losing the code: it stays in this tab and goes back into the address for the next page.
async function switchLanguage(event) {
  if (!field.value) return;
  event.preventDefault();
  const choice = new FormData(language, event.submitter);
  choice.set("next", form.getAttribute("action"));
  removeEventListener("hashchange", takeCode);
  await fetch(language.action, { method: "POST", body: choice });
  location.hash = field.value;
  location.reload();
}

takeCode();
addEventListener("hashchange", takeCode);
language?.addEventListener("submit", switchLanguage);

// What this browser keeps of a questionnaire (undo steps, answers that the server has not acknowledged) goes when the
// answer is submitted, replaced as a whole, or left.
//
// HTML contract: form[data-forget]; an open group hears `heng:forget` first and sends what is not saved yet.
document.querySelectorAll("form[data-forget]").forEach((form) => form.addEventListener("submit", () => {
  document.dispatchEvent(new CustomEvent("heng:forget"));
  try {
    [sessionStorage, localStorage].forEach((store) => Object.keys(store)
      .filter((name) => name.startsWith("heng:")).forEach((name) => store.removeItem(name)));
  } catch {
    // storage is closed to us: nothing was kept
  }
}));

// Opens the details that stand right before this script where the window is wide. A plain script that the page waits for, so
// that what comes below never jumps.
{
  const details = document.currentScript.previousElementSibling;
  details.open = details.open || matchMedia("(min-width: 768px)").matches;
}

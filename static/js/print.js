/* The button of a page for paper: it opens the browser's print window. Without script the browser's own command does. */

for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}

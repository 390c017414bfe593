/* textarea[data-serials="4"]: says while typing how many numbers are there, and which one is there twice. */
function count(area) {
  const lines = area.value.split("\n").map((line) => line.trim().toLowerCase()).filter(Boolean);
  const twice = lines.find((line, i) => lines.indexOf(line) !== i);
  let words = area.parentElement.querySelector("[data-serials-count]");
  if (!words) {
    words = Object.assign(document.createElement("p"), { className: "small muted" });
    words.dataset.serialsCount = "";
    words.setAttribute("role", "status");
    area.after(words);
  }
  words.textContent = `${lines.length} of ${area.dataset.serials}${twice ? `. ${twice.toUpperCase()} is there twice` : ""}`;
}

for (const area of document.querySelectorAll("textarea[data-serials]")) {
  count(area);
  area.addEventListener("input", () => count(area));
}

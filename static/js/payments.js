/* The list of invoices: how many are chosen and what they cost, and one box for all. The server counts again. */

const form = document.querySelector("form[data-pay]");
if (form) {
  const boxes = [...form.querySelectorAll("input[name=invoice]")];
  const all = form.querySelector("[data-all]");
  const told = form.querySelector("[data-chosen]");
  const money = (minor) =>
    new Intl.NumberFormat("en-US", { style: "currency", currency: form.dataset.currency }).format(
      minor / 10 ** Number(form.dataset.exponent),
    );
  const tell = () => {
    const chosen = boxes.filter((box) => box.checked);
    const sum = chosen.reduce((total, box) => total + Number(box.dataset.minor), 0);
    told.textContent = chosen.length ? `${chosen.length} selected, ${money(sum)}` : told.dataset.none;
    all.checked = chosen.length > 0 && chosen.length === boxes.length;
  };
  all.closest("label").hidden = false;
  all.addEventListener("change", () => {
    for (const box of boxes) box.checked = all.checked;
    tell();
  });
  form.addEventListener("change", tell);
  tell();
}

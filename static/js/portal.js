/* Onsite in the browser: small comforts on pages that work without any of them.
   Everything hangs on data attributes, told above each part. No state, no storage, no libraries. */

const $ = (selector, root = document) => root.querySelector(selector);
const $$ = (selector, root = document) => [...root.querySelectorAll(selector)];
const isTyping = (target) => target.closest?.("input, textarea, select, [contenteditable]") !== null;

/* Dialogs: <button data-dialog="id">; the dialog closes by its own form method="dialog". */
document.addEventListener("click", (event) => {
  const opener = event.target.closest?.("[data-dialog]");
  const dialog = opener && document.getElementById(opener.dataset.dialog);
  if (dialog?.showModal) {
    event.preventDefault();
    dialog.showModal();
  }
});

/* Tabs that do not fit are one row that is pushed sideways: begin where the reader is. */
for (const here of $$(".tabs [aria-current]")) {
  const tabs = here.closest(".tabs");
  tabs.scrollLeft = here.offsetLeft - (tabs.clientWidth - here.offsetWidth) / 2;
}

/* Menus: details.menu closes by Escape and by a click elsewhere. */
document.addEventListener("click", (event) => {
  for (const menu of $$("details.menu[open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
});
document.addEventListener("keydown", (event) => {
  const menu = event.key === "Escape" && $("details.menu[open]");
  if (!menu) return;
  const hadFocus = menu.contains(document.activeElement);
  menu.open = false;
  if (hadFocus) $("summary", menu).focus();
});

/* Keyboard: / search, c create, ? help. Only with body[data-shortcuts], never while typing (WCAG 2.1.4). */
document.addEventListener("keydown", (event) => {
  if (!("shortcuts" in document.body.dataset) || event.ctrlKey || event.metaKey || event.altKey) return;
  if (isTyping(event.target) || $("dialog[open]")) return;
  const visible = (selector) => $$(selector).find((element) => element.offsetParent !== null);
  const acts = {
    "/": () => visible("[data-search]")?.focus(),
    c: () => visible("[data-create]")?.click(),
    "?": () => document.getElementById("shortcuts")?.showModal(),
  };
  if (!Object.hasOwn(acts, event.key)) return;
  event.preventDefault();
  acts[event.key]();
});

/* Forms: form[data-dirty] warns before typed words are lost, data-dirty="now" from the start; the event onsite:saved
   says that nothing would be lost. form[data-once] is sent once. */
const dirty = new Set();
document.addEventListener("input", (event) => {
  const form = event.target.form;
  if (form && "dirty" in form.dataset) dirty.add(form);
});
document.addEventListener("onsite:saved", (event) => dirty.delete(event.target));
window.addEventListener("beforeunload", (event) => {
  if ([...dirty].some((form) => form.isConnected)) event.preventDefault();
});
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented) return;
  dirty.delete(form);
  if (!("once" in form.dataset)) return;
  if ("sending" in form.dataset) {
    event.preventDefault();
    return;
  }
  form.dataset.sending = "";
  for (const button of $$("button:not([type=button])", form)) button.setAttribute("aria-disabled", "true");
});
window.addEventListener("pageshow", () => {
  for (const form of $$("form[data-sending]")) {
    delete form.dataset.sending;
    for (const button of $$("[aria-disabled]", form)) button.removeAttribute("aria-disabled");
  }
});

/* Ctrl+Enter presses the form's [data-save] button. */
document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
  const button = event.target.form && $("[data-save]", event.target.form);
  if (button) event.target.form.requestSubmit(button);
});

/* Copy: <button data-copy="#id" hidden> copies that element's words (or value) and says so. */
async function copy(button) {
  const source = $(button.dataset.copy);
  const words = button.innerHTML;
  try {
    await navigator.clipboard.writeText(source.value ?? source.textContent.trim());
    button.textContent = "Copied";
  } catch {
    source.select?.();
    button.textContent = "Press Ctrl+C to copy";
  }
  setTimeout(() => { button.innerHTML = words; }, 2500);
}

/* Location: form[data-geolocate] fills latitude, longitude and accuracy (in metres) before it is sent. A refusal never
   stops the act: the form goes without them, with [name=location_note] saying why. */
const GEO_ERRORS = { 1: "denied", 2: "unavailable", 3: "timeout" };
const geoField = (form, names) => names.map((name) => form.elements.namedItem(name)).find(Boolean);
function fillLocation(form, position) {
  const { latitude, longitude, accuracy } = position.coords;
  const values = [
    [["latitude", "lat"], latitude.toFixed(6)],
    [["longitude", "lon", "lng"], longitude.toFixed(6)],
    [["accuracy", "accuracy_m"], Math.round(accuracy)],
  ];
  for (const [names, value] of values) {
    const field = geoField(form, names);
    if (field) field.value = value;
  }
}
function locate(form) {
  const options = { enableHighAccuracy: true, timeout: 10000, maximumAge: 30000 };
  return new Promise((resolve, reject) => {
    if (!navigator.geolocation) reject({ code: 2 });
    else navigator.geolocation.getCurrentPosition(resolve, reject, options);
  }).then((position) => {
    fillLocation(form, position);
    return "Location found. Sending…";
  }).catch((error) => {
    const note = form.elements.namedItem("location_note");
    if (note) note.value = GEO_ERRORS[error.code] ?? "unavailable";
    return "Location not available. Going on without it…";
  });
}
document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (!("geolocate" in form.dataset) || "located" in form.dataset) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  if ("locating" in form.dataset) return;
  form.dataset.locating = "";
  const status = $("[data-geo-status]", form);
  if (status) status.textContent = "Getting location…";
  const result = await locate(form);
  if (status) status.textContent = result;
  delete form.dataset.locating;
  form.dataset.located = "";
  form.requestSubmit(event.submitter ?? undefined);
  delete form.dataset.located;
}, { capture: true });

/* Files: under each file input a list of what was chosen; data-max-mb warns early; data-preview shows pictures. */
const size = (bytes) => bytes < 1e6 ? `${Math.max(1, Math.round(bytes / 1e3))} kB` : `${(bytes / 1e6).toFixed(1)} MB`;
function listFiles(input) {
  const limit = Number(input.dataset.maxMb ?? 25) * 1024 * 1024;
  let list = input.nextElementSibling;
  if (!list?.classList.contains("files")) {
    list = Object.assign(document.createElement("ul"), { className: "files" });
    list.setAttribute("aria-live", "polite");
    input.after(list);
  }
  list.replaceChildren(...[...input.files].map((file) => {
    const row = document.createElement("li");
    if ("preview" in input.dataset && file.type.startsWith("image/")) {
      const picture = Object.assign(new Image(), { src: URL.createObjectURL(file), alt: "" });
      picture.addEventListener("load", () => URL.revokeObjectURL(picture.src), { once: true });
      row.append(picture);
    }
    const words = document.createElement("span");
    words.textContent = `${file.name}, ${size(file.size)}`;
    if (file.size > limit) {
      words.className = "bad";
      words.textContent += `: choose a file under ${limit / 1024 / 1024} MB`;
    }
    row.append(words);
    return row;
  }));
}

/* Bulk lists: [data-select-all] ticks all [data-select] of its form; the counts and the sum follow.
   [data-minor] on each box and data-currency on the form give the sum in [data-selected-total]. */
function tally(form) {
  const boxes = $$("[data-select]", form);
  const chosen = boxes.filter((box) => box.checked);
  const all = $("[data-select-all]", form);
  if (all) {
    all.checked = chosen.length > 0 && chosen.length === boxes.length;
    all.indeterminate = chosen.length > 0 && chosen.length < boxes.length;
  }
  for (const output of $$("[data-selected-count]", form)) output.textContent = chosen.length;
  const currency = form.dataset.currency;
  if (!currency) return;
  const format = new Intl.NumberFormat("en-US", { style: "currency", currency });
  const units = 10 ** format.resolvedOptions().maximumFractionDigits;
  const total = chosen.reduce((sum, box) => sum + Number(box.dataset.minor ?? 0), 0);
  for (const output of $$("[data-selected-total]", form)) output.textContent = format.format(total / units);
}
document.addEventListener("change", (event) => {
  const target = event.target;
  if (target.matches?.("input[type=file]")) listFiles(target);
  if (target.matches?.("[data-select-all]")) {
    for (const box of $$("[data-select]", target.form)) box.checked = target.checked;
  }
  if (target.matches?.("[data-select-all], [data-select]")) tally(target.form);
  if (target.matches?.("[data-autosubmit]")) target.form.requestSubmit();
});

/* Clocks: [data-since="ISO"] counts from the server's time (data-now="ISO" corrects a wrong device clock). */
function tick(element) {
  element.skew ??= element.dataset.now ? Date.parse(element.dataset.now) - Date.now() : 0;
  const total = Math.max(0, Math.floor((Date.now() + element.skew - Date.parse(element.dataset.since)) / 60000));
  const hours = Math.floor(total / 60);
  const words = hours ? `${hours} h ${total % 60} min` : `${total} min`;
  const text = words.replace(" h 0 min", " h");
  if (element.textContent !== text) element.textContent = text;
}
const tickAll = () => $$("[data-since]").forEach(tick);

/* Refresh: an element with an id and data-refresh="60" (seconds, 30 at least) is fetched anew while the page is seen,
   and left alone while somebody is in it. */
async function refresh(element) {
  if (document.hidden || element.contains(document.activeElement) || $("dialog[open]")) return;
  const answer = await fetch(location.href, { headers: { Accept: "text/html" } }).catch(() => null);
  if (!answer?.ok || answer.redirected) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const fresh = page.getElementById(element.id);
  if (fresh && fresh.innerHTML !== element.innerHTML) element.replaceChildren(...fresh.childNodes);
}

/* htmx: polling rests while the tab is hidden. */
document.addEventListener("htmx:beforeRequest", (event) => {
  const polls = event.detail.elt.getAttribute("hx-trigger")?.includes("every ");
  if (polls && document.hidden) event.preventDefault();
});
document.addEventListener("htmx:afterSettle", (event) => prepare(event.target));

/* Passwords: a button that shows what was typed. */
function addReveal(input) {
  if (input.dataset.reveal !== undefined) return;
  input.dataset.reveal = "";
  const button = Object.assign(document.createElement("button"), { type: "button", className: "btn quiet reveal" });
  const draw = () => { button.textContent = input.type === "password" ? "Show password" : "Hide password"; };
  button.setAttribute("aria-controls", input.id);
  button.addEventListener("click", () => {
    input.type = input.type === "password" ? "text" : "password";
    draw();
  });
  draw();
  input.after(button);
}

function prepare(root) {
  for (const form of $$('form[data-dirty="now"]', root)) dirty.add(form);
  for (const button of $$("[data-copy]", root)) {
    if (button.dataset.ready !== undefined) continue;
    button.dataset.ready = "";
    button.hidden = false;
    button.addEventListener("click", () => copy(button));
  }
  $$(".field input[type=password]", root).forEach(addReveal);
  for (const element of $$("[data-script-only]", root)) element.hidden = false;
  for (const form of new Set($$("[data-select]", root).map((box) => box.form))) tally(form);
  tickAll();
}

prepare(document);
$("[data-focus]")?.focus();
setInterval(tickAll, 15000);
for (const element of $$("[data-refresh][id]")) {
  setInterval(() => refresh(element), Math.max(30, Number(element.dataset.refresh) || 60) * 1000);
}

/* On site, on a phone: where it is, and what is made without a signal. Every form here works without
   this file. */

import { follow } from "./clock.js";
import * as outbox from "./outbox.js";
import { smaller } from "./photos.js";
import { identity, send } from "./sending.js";
import { draw } from "./waiting.js";

const EARTH = 6371000;
const radians = (degrees) => degrees * Math.PI / 180;

/* Straight-line distance in metres. */
function metres(lat, lon, toLat, toLon) {
  const a = Math.sin(radians(toLat - lat) / 2) ** 2
    + Math.cos(radians(lat)) * Math.cos(radians(toLat)) * Math.sin(radians(toLon - lon) / 2) ** 2;
  return 2 * EARTH * Math.asin(Math.min(1, Math.sqrt(a)));
}

function words(form, { latitude, longitude }) {
  const { siteLat, siteLon } = form.dataset;
  if (!siteLat || !siteLon) return "Location found.";
  const far = metres(latitude, longitude, Number(siteLat), Number(siteLon));
  return `${far < 1000 ? `${Math.round(far)} m` : `${(far / 1000).toFixed(1)} km`} from the site.`;
}

const REFUSED = "Location not available: going on without it. To send it next time, allow it in the browser's settings for this page.";
const WITHOUT = "Location not available: going on without it.";

/* Asks for a position for at most 10 seconds; never fails. */
function position() {
  const options = { enableHighAccuracy: true, timeout: 10000, maximumAge: 30000 };
  const asked = new Promise((resolve) => {
    if (!navigator.geolocation) resolve({ code: 2 });
    else navigator.geolocation.getCurrentPosition(resolve, resolve, options);
  });
  const waited = new Promise((resolve) => { setTimeout(resolve, 10500, { code: 3 }); });
  return Promise.race([asked, waited]);
}

/* form[data-place]: fills lat, lon and accuracy before it is sent, and says what came of it. */
async function place(form, submitter) {
  const status = form.querySelector("[data-place-status]");
  const say = (text) => { if (status) status.textContent = text; };
  submitter?.setAttribute("aria-disabled", "true");
  say("Getting location…");
  const found = await position();
  if (found.coords) {
    form.elements.lat.value = found.coords.latitude.toFixed(6);
    form.elements.lon.value = found.coords.longitude.toFixed(6);
    form.elements.accuracy.value = Math.round(found.coords.accuracy);
    say(`${words(form, found.coords)} Sending…`);
  } else {
    say(found.code === 1 ? REFUSED : WITHOUT);
  }
  submitter?.removeAttribute("aria-disabled");
  form.dataset.placed = "";
  form.requestSubmit(submitter ?? undefined);
  delete form.dataset.placed;
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!("place" in form.dataset) || "placed" in form.dataset) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  if ("placing" in form.dataset) return;
  form.dataset.placing = "";
  place(form, event.submitter).finally(() => { delete form.dataset.placing; });
}, { capture: true });

/* [data-visit]: each form[data-act] is kept in the outbox first and sent from there, so that nothing is lost and nothing
   is sent twice. Where the browser keeps nothing the forms are sent as they are. */
const LARGEST = 25 * 1024 * 1024;
const EVERY = 30000;
const SAID = "onsite-said";
const root = document.querySelector("[data-visit]");
const page = root && {
  root, person: root.dataset.person, number: root.dataset.number, url: root.dataset.visit,
  address: root.dataset.address, icons: root.dataset.icons,
};
const $ = (selector, from = document) => from.querySelector(selector);
const show = (selector, isShown) => { $(selector).hidden = !isShown; };
const short = (text, most) => text.length > most ? `${text.slice(0, most - 1)}…` : text;
const newId = () => crypto.randomUUID();

const FIELDS = {
  check_in: ["lat", "lon", "accuracy"], check_out: ["lat", "lon", "accuracy"], confirm: ["start_at"], post_message: ["body"],
};
const WORDS = {
  check_in: () => "Check in",
  check_out: () => "Check out",
  confirm: () => "Confirm the schedule",
  fill_fields: () => "Answers for the client",
  post_message: (form) => `Note: “${short(form.elements.body.value.trim(), 80)}”`,
};

const act = (form, more) => ({
  uuid: newId(), person: page.person, url: page.url, address: page.address, number: page.number, kind: form.dataset.act,
  at: new Date().toISOString(), about: "", ...more,
});

/* What of the form is sent: the file of each act apart, everything else as one. */
async function actsOf(form) {
  const kind = form.dataset.act;
  if (kind === "deliver") {
    const shrink = $("[data-smaller-on]", form)?.checked;
    const chosen = [...form.querySelectorAll("input[type=file]")].flatMap((input) => [...input.files]);
    const files = await Promise.all(chosen.map((file) => shrink ? smaller(file) : file));
    const { requirement, title } = form.dataset;
    return files.map((file) => act(form, {
      fields: [["requirement", requirement]], file: { name: file.name, blob: file },
      words: `${file.name} for ${title}`, about: requirement,
    }));
  }
  const names = FIELDS[kind];
  const fields = [...new FormData(form)].filter(([name]) => names ? names.includes(name) : name === "group" || name.startsWith("custom_"));
  return [act(form, { fields, words: WORDS[kind](form), about: kind === "fill_fields" ? `fields-${form.elements.group.value}` : "" })];
}

function complaint(acts) {
  if (!acts.length) return "Choose at least one file.";
  const large = acts.find((one) => one.file && one.file.blob.size > LARGEST);
  return large ? `${large.file.name} is larger than 25 MB. Choose a smaller one.` : "";
}

/* What stands in the form from now on is not something typed that could be lost. */
function settle(form) {
  for (const one of form.elements) if (typeof one.defaultValue === "string") one.defaultValue = one.value;
}

async function keepActs(form) {
  const status = $("[data-act-status]", form);
  const acts = await actsOf(form);
  const wrong = complaint(acts);
  if (status) status.textContent = wrong;
  if (wrong) return;
  try {
    await outbox.add(acts);
  } catch {
    if (status) status.textContent = "This phone has no room left to keep it. Free some, then try again.";
    return;
  }
  const details = form.closest("details");
  if (form.dataset.act === "fill_fields") settle(form);
  else form.reset();
  for (const list of form.querySelectorAll("ul.files")) list.replaceChildren();
  if (details) details.open = false;
  navigator.storage?.persist?.();
  await draw(page, retry);
  await sendNow(new Set(acts.map((one) => one.uuid)));
}

/* A refused act under a new id: the server keeps its first answer to the old one. */
async function retry(old) {
  await outbox.mark(old.uuid, { uuid: newId(), state: "waiting", sentence: "", again: false });
  await draw(page, retry);
  await sendNow();
}

const STOPPED = {
  offline: "No connection. It is tried again by itself.",
  later: "The server is busy. It is tried again by itself.",
  "signed-out": "Sign in to send.",
  other: "Somebody else is signed in here. Sign in as yourself to send.",
  busy: "Sending…",
};

/* Whether loading the page again would lose something typed or chosen. */
function isTyping() {
  return [...document.querySelectorAll("main form")].some((form) => [...form.elements].some((one) => (
    one.type === "file" ? one.files.length : one.matches("input[type=text], input[type=number], textarea, input:not([type])") && one.value !== one.defaultValue
  )));
}

function again(sentences) {
  sessionStorage.setItem(SAID, [...new Set(sentences)].join(" "));
  location.reload();
}

async function sendNow(live = new Set()) {
  const status = $("[data-send-status]");
  const before = await outbox.ofPerson(page.person);
  if (!before.some((one) => one.state === "waiting")) return;
  status.textContent = "Sending…";
  const { sent, stop } = await send(page.person, { live, moved: () => draw(page, retry) });
  status.textContent = STOPPED[stop] ?? "";
  show("[data-no-signal]", stop === "offline" || "saved" in document.body.dataset && !sent.length);
  show("[data-other]", stop === "signed-out" || stop === "other");
  if (sent.length && !stop && !isTyping()) again(sent);
  else if (sent.length) say(`${sent.length} sent. Load the page again to see it.`);
}

function say(words) {
  $("[data-said] p").textContent = words;
  show("[data-said]", Boolean(words));
}

/* A page from the phone's own memory says when it was kept; with a signal again it is loaded anew. */
function banner() {
  const at = document.body.dataset.saved;
  if (at) {
    const time = new Date(at).toLocaleTimeString("en-US", { hour: "numeric", minute: "2-digit" });
    $("[data-saved-at]").textContent = `Saved ${time}.`;
  }
  show("[data-no-signal]", Boolean(at) || !navigator.onLine);
}

async function back() {
  const waits = (await outbox.ofPerson(page.person)).some((one) => one.state === "waiting");
  if (waits) await sendNow();
  else if ("saved" in document.body.dataset && !isTyping() && await identity()) location.reload();
  else banner();
}

/* The service worker, and this very page kept by it when it was loaded without one. */
async function install() {
  const worker = navigator.serviceWorker;
  if (!worker) return;
  const isNew = !worker.controller;
  await worker.register("/sw.js", { scope: "/" });
  const ready = await worker.ready;
  if (!isNew) return;
  const channel = new MessageChannel();
  channel.port1.onmessage = () => { root.dataset.kept = ""; };
  ready.active.postMessage({ keep: location.pathname }, [channel.port2]);
}

async function start() {
  await outbox.open();
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || !("act" in form.dataset)) return;
    event.preventDefault();
    if ("keeping" in form.dataset) return;
    form.dataset.keeping = "";
    keepActs(form).finally(() => { delete form.dataset.keeping; });
  }, { capture: true });
  root.addEventListener("onsite:drawn", (event) => follow(page, event.detail));
  $("[data-send]").addEventListener("click", () => sendNow());
  addEventListener("online", back);
  addEventListener("offline", banner);
  document.addEventListener("visibilitychange", () => { if (!document.hidden) sendNow(); });
  setInterval(() => {
    if (document.hidden || $("[data-waiting]").contains(document.activeElement)) return;
    draw(page, retry).then(() => sendNow());
  }, EVERY);
  const said = sessionStorage.getItem(SAID);
  sessionStorage.removeItem(SAID);
  if (said) say(said);
  banner();
  await draw(page, retry);
  root.dataset.ready = "";
  await sendNow();
}

if (root) {
  if ("saved" in document.body.dataset || navigator.serviceWorker?.controller) root.dataset.kept = "";
  install().catch(() => {});
  if (globalThis.indexedDB) start().catch(() => {});
}

/* The card with the clock, as it stands with what waits: checked in since 9:02, waiting to be sent, and the way out. */

const $ = (selector, root) => root.querySelector(selector);
const time = (iso) => new Date(iso).toLocaleTimeString("en-US", { hour: "numeric", minute: "2-digit" });
const WORDS = { check_in: ["Check in", "log-in"], check_out: ["Check out", "log-out"] };

function icon(page, name) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  svg.setAttribute("class", "i");
  svg.setAttribute("aria-hidden", "true");
  use.setAttribute("href", `${page.icons}#${name}`);
  svg.append(use);
  return svg;
}

/* The same form as the server draws, for the act that is next by what waits here. */
function form(page, card, kind) {
  const made = Object.assign(document.createElement("form"), { method: "post", className: "stack" });
  made.action = kind === "check_in" ? card.dataset.checkIn : card.dataset.checkOut;
  Object.assign(made.dataset, { act: kind, place: "", siteLat: card.dataset.siteLat, siteLon: card.dataset.siteLon });
  for (const name of ["lat", "lon", "accuracy"]) made.append(Object.assign(document.createElement("input"), { type: "hidden", name }));
  const [words, symbol] = WORDS[kind];
  const button = Object.assign(document.createElement("button"), { className: "btn big primary" });
  button.append(icon(page, symbol), words);
  const status = Object.assign(document.createElement("p"), { className: "small muted" });
  status.dataset.placeStatus = "";
  status.setAttribute("role", "status");
  status.textContent = "Your position is sent with it if you allow it. It works without.";
  made.append(button, status);
  return made;
}

const line = (tag, className, text) => Object.assign(document.createElement(tag), { className, textContent: text });

function drawn(page, card, last) {
  const inside = last.kind === "check_in";
  const title = line("h2", "muted small", "Time on site");
  title.id = "clock";
  const parts = [title];
  if (inside) {
    const since = line("p", "clock", "0 min");
    since.dataset.since = last.at;
    parts.push(since);
  }
  const words = inside ? `Checked in since ${time(last.at)}` : `Checked out at ${time(last.at)}`;
  parts.push(line("p", "pending", `${words}, waiting to be sent.`), form(page, card, inside ? "check_out" : "check_in"));
  return parts;
}

let original = null;

/* Follows the acts that wait. Without any the card is as the server drew it; a kept page gets its button at the hour. */
export function follow(page, acts) {
  const card = document.querySelector("[data-clock]");
  if (!card) return;
  original ??= [...card.childNodes];
  const last = acts.filter((act) => act.state === "waiting" && act.number === page.number && WORDS[act.kind]).at(-1);
  if (last) card.replaceChildren(...drawn(page, card, last));
  else if (card.firstChild !== original[0]) card.replaceChildren(...original);
  const opens = Date.parse(card.dataset.opensAt);
  if (!last && opens <= Date.now() && !$("form", card)) card.append(form(page, card, "check_in"));
}

/* The list of what waits on this phone or was refused, drawn from the outbox. Templates: worker/_waiting.html. */

import * as outbox from "./outbox.js";

const $ = (selector, root = document) => root.querySelector(selector);
const clock = (iso) => new Date(iso).toLocaleTimeString("en-US", { hour: "numeric", minute: "2-digit" });

function button(words, act, className = "btn") {
  const made = Object.assign(document.createElement("button"), { type: "button", className, textContent: words });
  made.addEventListener("click", act);
  return made;
}

/* Remove asks once more in place: what was never sent is gone for good. */
function askToRemove(acts, act, draw) {
  const words = Object.assign(document.createElement("span"), {
    className: "small",
    textContent: act.state === "refused" ? "Remove it from this list?" : "Remove it? It was not sent.",
  });
  const gone = button("Remove for good", async () => {
    await outbox.remove(act.uuid);
    await draw();
  });
  const keep = button("Keep it", draw, "btn quiet");
  acts.replaceChildren(words, gone, keep);
  keep.focus();
}

function row(act, page, draw, retry) {
  const made = $("[data-waiting-item]").content.firstElementChild.cloneNode(true);
  const refused = act.state === "refused";
  made.dataset.uuid = act.uuid;
  made.className = refused ? "back" : "todo";
  const icon = $("[data-icons]", $("[data-visit]")).content.querySelector(`[data-symbol="${act.state}"]`);
  $(".state", made).append(...icon.cloneNode(true).childNodes);
  $(".what", made).textContent = act.words;
  const elsewhere = act.number === page.number ? "" : `${act.number}, `;
  $(".why", made).textContent = refused
    ? `${elsewhere}refused: ${act.sentence}`
    : `${elsewhere}made ${clock(act.at)}, waiting to be sent`;
  const acts = $(".acts", made);
  if (refused && act.again) acts.append(button("Try again", () => retry(act)));
  acts.append(button("Remove", () => askToRemove(acts, act, draw), "btn quiet"));
  for (const one of acts.children) one.append(Object.assign(document.createElement("span"), { className: "vh", textContent: ` ${act.words}` }));
  return made;
}

function summary(acts) {
  const waiting = acts.filter((act) => act.state === "waiting").length;
  const refused = acts.length - waiting;
  return [waiting && `${waiting} waiting`, refused && `${refused} refused`].filter(Boolean).join(", ");
}

/* Beside each line of the closeout: how many of it wait here. */
function lines(acts, page) {
  for (const line of document.querySelectorAll("[data-line]")) {
    $(".pending", line)?.remove();
    const count = acts.filter((act) => act.state === "waiting" && act.number === page.number && act.about === line.dataset.line).length;
    if (!count) continue;
    const words = Object.assign(document.createElement("span"), { className: "pending small", textContent: ` ${count} waiting to be sent` });
    line.append(words);
  }
}

/* Draws everything anew. `retry(act)` sends a refused one under a new id. */
export async function draw(page, retry) {
  const again = () => draw(page, retry);
  const acts = await outbox.ofPerson(page.person);
  const section = $("[data-waiting]");
  section.hidden = acts.length === 0;
  $("[data-waiting-count]", section).textContent = summary(acts);
  $("[data-send]", section).hidden = !acts.some((act) => act.state === "waiting");
  $("ul", section).replaceChildren(...acts.map((act) => row(act, page, again, retry)));
  lines(acts, page);
  page.root.dispatchEvent(new CustomEvent("onsite:drawn", { detail: acts }));
  return acts;
}

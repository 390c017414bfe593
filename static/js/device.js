/* On every page of a signed-in person: sends what waits on this device, and leaves nothing on it at sign-out.
   The store is only looked at where a visit page made one. */

const SIGN_OUT = 'form[method="post"][action$="/accounts/logout/"]';
const box = async () => {
  const outbox = await import("./outbox.js");
  return await outbox.exists() ? outbox : null;
};

/* What a visit page does by itself; here for the pages that have no list of it. */
async function sendAll() {
  if (document.querySelector("[data-visit]") || !globalThis.indexedDB || !navigator.onLine) return;
  const outbox = await box();
  if (!outbox) return;
  const { identity, send } = await import("./sending.js");
  const who = await identity();
  if (!who?.user || !(await outbox.ofPerson(String(who.user))).some((act) => act.state === "waiting")) return;
  await send(String(who.user));
}

/* Everything that Onsite keeps here. The server asks the browser for the same in its answer (Clear-Site-Data). */
async function clean() {
  const outbox = await import("./outbox.js");
  await outbox.empty().catch(() => {});
  for (const name of await globalThis.caches?.keys() ?? []) await caches.delete(name);
  for (const one of await navigator.serviceWorker?.getRegistrations() ?? []) await one.unregister();
  sessionStorage.clear();
}

const many = (count, what) => `${count} ${what}${count === 1 ? "" : "s"}`;

function sentence({ mine, others }) {
  const words = [];
  if (mine) words.push(`${many(mine, "item")} ${mine === 1 ? "is" : "are"} not sent. Send or discard first.`);
  if (others) words.push(`${many(others, "item")} of another account would be lost too.`);
  return words.join(" ");
}

/* A dialog of our own: what would be lost, a way to it, and a way to let it go. */
function warn(form, waiting, go) {
  const dialog = Object.assign(document.createElement("dialog"), { className: "dialog", id: "leaving" });
  dialog.setAttribute("aria-labelledby", "leaving-title");
  const title = Object.assign(document.createElement("h2"), { id: "leaving-title", textContent: "Sign out?" });
  const words = Object.assign(document.createElement("p"), { textContent: sentence(waiting) });
  const acts = Object.assign(document.createElement("div"), { className: "actions" });
  const stay = Object.assign(document.createElement("button"), { type: "button", className: "btn", textContent: "Stay signed in" });
  const leave = Object.assign(document.createElement("button"), {
    type: "button", className: "btn danger", textContent: `Discard ${many(waiting.mine + waiting.others, "item")} and sign out`,
  });
  stay.addEventListener("click", () => dialog.close());
  leave.addEventListener("click", go);
  dialog.addEventListener("close", () => dialog.remove());
  if (waiting.address) {
    acts.append(Object.assign(document.createElement("a"), { className: "btn", href: waiting.address, textContent: "See what waits" }));
  }
  acts.append(stay, leave);
  dialog.append(title, words, acts);
  document.body.append(dialog);
  dialog.showModal();
}

async function waitingNow() {
  const outbox = globalThis.indexedDB ? await box() : null;
  if (!outbox) return { mine: 0, others: 0 };
  const { identity } = await import("./sending.js");
  const shown = document.querySelector("[data-visit]")?.dataset.person;
  const person = shown ?? String((await identity())?.user ?? "");
  const [first] = await outbox.ofPerson(person);
  return { ...await outbox.counts(person), address: first?.address };
}

document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (!form.matches(SIGN_OUT) || "clean" in form.dataset) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  if ("leaving" in form.dataset) return;
  form.dataset.leaving = "";
  const go = async () => {
    await clean().catch(() => {});
    form.dataset.clean = "";
    form.submit();
  };
  const waiting = await waitingNow().catch(() => ({ mine: 0, others: 0 }));
  delete form.dataset.leaving;
  if (waiting.mine + waiting.others) warn(form, waiting, go);
  else await go();
}, { capture: true });

addEventListener("online", () => sendAll().catch(() => {}));
sendAll().catch(() => {});

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

const made = (tag, more) => Object.assign(document.createElement(tag), more);
const NO_SIGNAL = "Signing out needs a signal. Sign out when you are back online.";

/* A dialog of our own: what would be lost, a way to it, and, with `go`, a way to let it go. */
function warn(words, { address, discard, go } = {}) {
  const dialog = made("dialog", { className: "dialog", id: "leaving" });
  dialog.setAttribute("aria-labelledby", "leaving-title");
  const acts = made("div", { className: "actions" });
  if (address) acts.append(made("a", { className: "btn", href: address, textContent: "See what waits" }));
  const stay = made("button", { type: "button", className: "btn", textContent: "Stay signed in" });
  stay.addEventListener("click", () => dialog.close());
  acts.append(stay);
  if (go) {
    const leave = made("button", { type: "button", className: "btn danger", textContent: discard });
    leave.addEventListener("click", go);
    acts.append(leave);
  }
  dialog.addEventListener("close", () => dialog.remove());
  dialog.append(made("h2", { id: "leaving-title", textContent: "Sign out?" }), made("p", { textContent: words }), acts);
  document.body.append(dialog);
  dialog.showModal();
}

/* What would be lost: counts of this person's and of others', and where the first of them is seen. */
async function waitingOf(person) {
  const outbox = globalThis.indexedDB ? await box() : null;
  if (!outbox) return { mine: 0, others: 0 };
  const [first] = await outbox.ofPerson(person);
  return { ...await outbox.counts(person), address: first?.address };
}

async function leave(form) {
  const { identity } = await import("./sending.js");
  const who = await identity();
  if (!who) {
    warn(NO_SIGNAL);
    return;
  }
  const go = async () => {
    await clean().catch(() => {});
    form.submit();
  };
  const waiting = await waitingOf(String(who.user)).catch(() => ({ mine: 0, others: 0 }));
  const count = waiting.mine + waiting.others;
  if (count) warn(sentence(waiting), { address: waiting.address, discard: `Discard ${many(count, "item")} and sign out`, go });
  else await go();
}

document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (!form.matches(SIGN_OUT)) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  if ("leaving" in form.dataset) return;
  form.dataset.leaving = "";
  await leave(form).finally(() => { delete form.dataset.leaving; });
}, { capture: true });

addEventListener("online", () => sendAll().catch(() => {}));
sendAll().catch(() => {});

/* Sends what waits in the outbox: one sender at a time, in the order in which it was made, each act once by its id. */

import * as outbox from "./outbox.js";

const TOKEN = "/visit/token/";
const PATIENCE = 60000;
const SPAN = 90000;
const LIVE_FOR = 60000;
const GONE = "This assignment is no longer open to you. It was not sent.";
const me = crypto.randomUUID?.() ?? String(Math.random());

/* Who is signed in and a fresh token; null without a signal. */
export async function identity() {
  try {
    const answer = await fetch(TOKEN, { cache: "no-store", redirect: "manual", signal: AbortSignal.timeout(PATIENCE) });
    return answer.ok ? await answer.json() : null;
  } catch {
    return null;
  }
}

async function post(act, token, live) {
  const body = new FormData();
  body.set("uuid", act.uuid);
  body.set("kind", act.kind);
  body.set("device_at", act.at);
  for (const [name, value] of act.fields) body.append(name, value);
  if (act.file) body.set("file", act.file.blob, act.file.name);
  if (live) body.set("live", "1");
  const answer = await fetch(act.url, {
    method: "POST",
    body,
    headers: { "X-CSRFToken": token, Accept: "application/json" },
    redirect: "manual",
    signal: AbortSignal.timeout(PATIENCE),
  });
  if (answer.type === "opaqueredirect") return { stop: "signed-out" };
  if (answer.status === 404) return { state: "refused", sentence: GONE, again: false };
  if (answer.status === 413) return { state: "refused", sentence: "This is too large to be sent.", again: false };
  const isOurs = answer.headers.get("Content-Type")?.startsWith("application/json");
  if (!isOurs || answer.status >= 500 || answer.status === 429) return { stop: "later" };
  return answer.json();
}

/* Sends all that waits for `person`. Gives { sent: [sentences], stop }: stop says why it ended before all was sent. */
async function drain(person, live, moved) {
  const sent = [];
  const who = await identity();
  if (!who) return { sent, stop: "offline" };
  if (who.user === null) return { sent, stop: "signed-out" };
  if (String(who.user) !== person) return { sent, stop: "other" };
  for (;;) {
    const act = (await outbox.ofPerson(person)).find((one) => one.state === "waiting");
    if (!act) return { sent, stop: "" };
    if (!("locks" in navigator)) await outbox.lease(me, SPAN);
    let told;
    try {
      const isLive = live.has(act.uuid) && Date.now() - Date.parse(act.at) < LIVE_FOR;
      told = await post(act, who.token, isLive);
    } catch {
      return { sent, stop: "offline" };
    }
    live.delete(act.uuid);
    if (told.stop) return { sent, stop: told.stop };
    if (told.state === "done") {
      await outbox.remove(act.uuid);
      sent.push(told.sentence);
    } else {
      await outbox.mark(act.uuid, { state: "refused", sentence: told.sentence, again: told.again });
    }
    await moved();
  }
}

/* `live`: ids of acts that were made just now; `moved` is called after each answer. Stop "busy": another tab sends. */
export async function send(person, { live = new Set(), moved = () => {} } = {}) {
  const busy = { sent: [], stop: "busy" };
  if ("locks" in navigator) {
    return navigator.locks.request("onsite-outbox", { ifAvailable: true }, (lock) => (
      lock ? drain(person, live, moved) : busy
    ));
  }
  if (!await outbox.lease(me, SPAN)) return busy;
  try {
    return await drain(person, live, moved);
  } finally {
    await outbox.release(me);
  }
}

/* What this phone keeps until it is sent: a store in IndexedDB, in the order in which it was made.
   An act: { seq, uuid, person, url, address, number, kind, at, fields: [[name, value]], file: { name, blob } | null,
   words, about, state: "waiting" | "refused", sentence, again }. `person` is whose it is: nobody else sees or sends it. */

const NAME = "onsite";
const ACTS = "acts";
const LEASE = "lease";
let opened = null;

/* Opens the store, once. Rejects where the browser keeps nothing. */
export function open() {
  opened ??= new Promise((resolve, reject) => {
    const asked = indexedDB.open(NAME, 1);
    asked.onupgradeneeded = () => {
      const acts = asked.result.createObjectStore(ACTS, { keyPath: "seq", autoIncrement: true });
      acts.createIndex("uuid", "uuid", { unique: true });
      asked.result.createObjectStore(LEASE);
    };
    asked.onsuccess = () => {
      const database = asked.result;
      database.onversionchange = () => { database.close(); opened = null; };
      database.onclose = () => { opened = null; };
      resolve(database);
    };
    asked.onerror = () => { opened = null; reject(asked.error); };
    asked.onblocked = () => { opened = null; reject(new Error("blocked")); };
  });
  return opened;
}

/* Whether the store was ever made here; true where the browser does not say. */
export async function exists() {
  if (!globalThis.indexedDB) return false;
  if (!indexedDB.databases) return true;
  return (await indexedDB.databases()).some((one) => one.name === NAME);
}

/* Runs `work(store)` in one transaction that is on the disk before it is said to be done. */
async function within(name, mode, work) {
  const database = await open();
  return new Promise((resolve, reject) => {
    const act = database.transaction(name, mode, { durability: "strict" });
    let result;
    act.oncomplete = () => resolve(result);
    act.onabort = () => reject(act.error);
    work(act.objectStore(name), (value) => { result = value; });
  });
}

/* Keeps acts; all of them or, where there is no room, none. */
export const add = (acts) => within(ACTS, "readwrite", (store) => {
  for (const act of acts) store.add({ state: "waiting", sentence: "", again: false, file: null, ...act });
});

/* All acts of all persons, in order. */
const everything = () => within(ACTS, "readonly", (store, give) => {
  store.getAll().onsuccess = (event) => give(event.target.result);
});

export const ofPerson = async (person) => (await everything()).filter((act) => act.person === person);

/* How many wait or were refused: of this person, and of others. */
export async function counts(person) {
  const all = await everything();
  const mine = all.filter((act) => act.person === person).length;
  return { mine, others: all.length - mine };
}

/* Writes changes onto the act with that id, if it is still there. */
export const mark = (uuid, changes) => within(ACTS, "readwrite", (store) => {
  store.index("uuid").get(uuid).onsuccess = (event) => {
    if (event.target.result) store.put({ ...event.target.result, ...changes });
  };
});

export const remove = (uuid) => within(ACTS, "readwrite", (store) => {
  store.index("uuid").getKey(uuid).onsuccess = (event) => {
    if (event.target.result !== undefined) store.delete(event.target.result);
  };
});

/* For browsers without locks: true for one holder at a time, for so many milliseconds. */
export const lease = (holder, span) => within(LEASE, "readwrite", (store, give) => {
  store.get("sender").onsuccess = (event) => {
    const held = event.target.result;
    const free = !held || held.holder === holder || held.until < Date.now();
    if (free) store.put({ holder, until: Date.now() + span }, "sender");
    give(free);
  };
});

export const release = (holder) => within(LEASE, "readwrite", (store) => {
  store.get("sender").onsuccess = (event) => {
    if (event.target.result?.holder === holder) store.delete("sender");
  };
});

/* Takes everything away, of everybody. */
export async function empty() {
  const database = opened && await opened.catch(() => null);
  database?.close();
  opened = null;
  await new Promise((resolve) => {
    const asked = indexedDB.deleteDatabase(NAME);
    asked.onsuccess = asked.onerror = asked.onblocked = resolve;
  });
}

/* Service worker, served at /sw.js. Keeps the files of the frame and the visit pages that were opened, and nothing else.
   self.ONSITE is put in front by the view (common/device.py): { version, assets, hashed, offline }. */

const { version, assets, hashed, offline } = self.ONSITE;
const SHELL = `onsite-shell-${version}`;
const VISITS = "onsite-visits-";
const PERSON = "onsite-person";
const NOBODY = "nobody";
const VISIT = /^\/assignments\/\d+\/visit\/$/;
const PATIENCE = 8000;
const MOST_PAGES = 20;
const stem = (path) => path.replace(/\.[0-9a-f]{12}(?=\.\w+$)/, "");
const kept = new Map(assets.map((path) => [stem(path), path]));

self.addEventListener("install", (event) => {
  event.waitUntil((async () => {
    const shell = await caches.open(SHELL);
    const asked = assets.map((path) => new Request(path, { cache: "reload" }));
    asked.push(new Request(offline, { cache: "reload", credentials: "omit" }));
    await shell.addAll(asked);
    await self.skipWaiting();
  })());
});

self.addEventListener("activate", (event) => {
  event.waitUntil((async () => {
    const names = await caches.keys();
    const old = names.filter((name) => name.startsWith("onsite-shell-") && name !== SHELL);
    await Promise.all(old.map((name) => caches.delete(name)));
    await self.clients.claim();
  })());
});

/* Whose device this is, as the server said last. */
async function person() {
  const found = await (await caches.open(PERSON)).match("/person");
  return found ? found.text() : "";
}

/* Somebody else is here: what was kept of others goes before anything of theirs could be shown. */
async function meet(someone) {
  if (!someone || someone === await person()) return;
  if (someone !== NOBODY) {
    for (const name of await caches.keys()) {
      if (name.startsWith(VISITS) && name !== VISITS + someone) await caches.delete(name);
    }
  }
  await (await caches.open(PERSON)).put("/person", new Response(someone));
}

const isPage = (answer) => answer.ok && !answer.redirected && answer.headers.get("Content-Type")?.startsWith("text/html");

async function keep(path, answer) {
  const someone = answer.headers.get("Onsite-Person");
  if (!isPage(answer) || !someone || someone === NOBODY) return;
  const headers = new Headers(answer.headers);
  headers.set("Onsite-Saved", new Date().toISOString());
  headers.delete("Content-Encoding");
  headers.delete("Content-Length");
  const pages = await caches.open(VISITS + someone);
  await pages.delete(path);
  await pages.put(path, new Response(await answer.blob(), { headers }));
  const paths = await pages.keys();
  await Promise.all(paths.slice(0, Math.max(0, paths.length - MOST_PAGES)).map((one) => pages.delete(one)));
}

/* The kept page of the person whose device it is, marked with the time at which it was kept; undefined without one. */
async function saved(path) {
  const name = VISITS + await person();
  if (!await caches.has(name)) return undefined;
  const found = await (await caches.open(name)).match(path);
  if (!found) return undefined;
  const html = await found.text();
  const at = found.headers.get("Onsite-Saved");
  return new Response(html.replace("<body", `<body data-saved="${at}"`), { headers: found.headers });
}

async function visit(event, path) {
  const asked = fetch(event.request);
  const copy = await saved(path);
  let answer;
  try {
    answer = copy ? await Promise.race([asked, new Promise((_, late) => { setTimeout(late, PATIENCE); })]) : await asked;
  } catch {
    asked.catch(() => {});
    return copy ?? caches.match(offline);
  }
  await meet(answer.headers.get("Onsite-Person"));
  event.waitUntil(keep(path, answer.clone()));
  return answer;
}

async function page(event) {
  try {
    const answer = await fetch(event.request);
    await meet(answer.headers.get("Onsite-Person"));
    return answer;
  } catch {
    return caches.match(offline);
  }
}

/* A file of the frame. Where its address changes with its content the kept one is as good; else the network is asked
   first. A page that was kept before an update gets the present file of the same name. */
async function asset(request, path) {
  const same = stem(path);
  const found = async () => (await caches.open(SHELL)).match(kept.get(same));
  if (hashed && path !== same && kept.get(same) === path) return (await found()) ?? fetch(request);
  try {
    return await fetch(request);
  } catch (error) {
    const copy = await found();
    if (copy) return copy;
    throw error;
  }
}

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== self.location.origin) return;
  if (request.mode === "navigate") {
    event.respondWith(VISIT.test(url.pathname) ? visit(event, url.pathname) : page(event));
  } else if (kept.has(stem(url.pathname))) {
    event.respondWith(asset(request, url.pathname));
  }
});

/* A visit page that was opened before this worker was there asks to be kept as well. */
self.addEventListener("message", (event) => {
  const path = event.data?.keep;
  if (typeof path !== "string" || !VISIT.test(path)) return;
  event.waitUntil((async () => {
    const answer = await fetch(path, { headers: { Accept: "text/html" } });
    await meet(answer.headers.get("Onsite-Person"));
    await keep(path, answer);
    event.ports[0]?.postMessage("kept");
  })().catch(() => {}));
});

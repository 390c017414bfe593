/* The page that stands for all others without a signal: leads to the visits that are kept here for this person. */

const PERSON = "onsite-person";
const VISITS = "onsite-visits-";

async function visits() {
  const person = await (await caches.match("/person", { cacheName: PERSON }))?.text();
  const name = VISITS + person;
  if (!person || !await caches.has(name)) return [];
  const pages = await caches.open(name);
  const asked = (await pages.keys()).map(async (request) => {
    const html = await (await pages.match(request)).text();
    const title = new DOMParser().parseFromString(html, "text/html").querySelector("h1")?.textContent.trim();
    return { path: new URL(request.url).pathname, title: title || "Visit" };
  });
  return Promise.all(asked);
}

async function draw() {
  const found = await visits();
  const box = document.querySelector("[data-kept]");
  box.hidden = !found.length;
  box.querySelector("ul").replaceChildren(...found.map(({ path, title }) => {
    const row = document.createElement("li");
    row.append(Object.assign(document.createElement("a"), { className: "btn", href: path, textContent: title }));
    return row;
  }));
}

document.querySelector("[data-again]").href = location.pathname === "/offline/" ? "/" : location.href;
addEventListener("online", () => { if (location.pathname !== "/offline/") location.reload(); });
if (globalThis.caches) draw().catch(() => {});

/* The form of a draft saves itself: form[data-autosave="30"] (seconds) is sent to the same address as Save draft, with a
   header; the answer says when it was saved, or why not. Chosen files wait for the person's own saving. */

const HEADER = "X-Onsite-Auto-Save";
const WAIT_MS = 10000;
const form = document.querySelector("form[data-autosave]");

if (form) {
  const status = form.querySelector("[data-autosave-status]");
  const say = (words) => { status.textContent = words; };
  let typed = form.dataset.dirty === "now" ? 1 : 0;
  let saved = 0; // the state of typing that the server has
  let refused = 0; // the one that it would not take: not sent again unchanged
  let running = null;
  let timer = 0;

  const stop = (words) => {
    clearInterval(timer);
    say(words);
  };

  async function send() {
    const state = typed;
    const data = new FormData(form);
    for (const input of form.querySelectorAll("input[type=file]")) data.delete(input.name);
    const answer = await fetch(form.getAttribute("action") ?? location.href, {
      method: "POST",
      body: data,
      headers: { [HEADER]: "1", Accept: "application/json" },
      redirect: "manual",
    }).catch(() => null);
    if (!answer) return say("Not saved: no connection. It is tried again.");
    if (answer.type === "opaqueredirect") return say("Not saved: you are signed out. Sign in again in another tab.");
    const isJson = answer.headers.get("Content-Type")?.startsWith("application/json");
    const told = isJson ? await answer.json().catch(() => ({})) : {};
    if (answer.ok) return take(told, state);
    if (answer.status === 422) {
      refused = state;
      return say(`Not saved yet: ${told.sentence}`);
    }
    if (answer.status === 404) return stop("This draft is not there any more. It is no longer saved by itself.");
    if (told.sentence) return stop(`Not saved: ${told.sentence}`);
    return say("Not saved. It is tried again.");
  }

  function take(told, state) {
    saved = state;
    form.elements.namedItem("seen").value = told.seen;
    if (form.getAttribute("action") !== told.url) {
      form.setAttribute("action", told.url);
      history.replaceState(history.state, "", told.url);
    }
    say(`Saved ${told.saved}`);
    if (typed === saved) form.dispatchEvent(new CustomEvent("onsite:saved", { bubbles: true }));
  }

  form.addEventListener("input", () => { typed += 1; });
  form.addEventListener("change", () => { typed += 1; });

  timer = setInterval(() => {
    if (running || typed === saved || typed === refused || "sending" in form.dataset) return;
    running = send().finally(() => { running = null; });
  }, Number(form.dataset.autosave) * 1000);

  /* The person's own saving waits for one that is on its way, so that the older words never arrive last. */
  form.addEventListener("submit", async (event) => {
    if (!running) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    const { submitter } = event;
    await Promise.race([running, new Promise((done) => setTimeout(done, WAIT_MS))]);
    running = null;
    form.requestSubmit(submitter ?? undefined);
  }, { capture: true });
}

/* Passkeys and security keys: form[data-passkey] asks the device and sends what it answers in [name=credential].
   "sign-in" fetches its question from the form's address; "use" and "add" read it from #js_data of the page. */

const { webauthnJSON } = window;

async function question(form) {
  if (form.dataset.passkey !== "sign-in") return JSON.parse(document.getElementById("js_data").textContent);
  const answer = await fetch(form.action, { headers: { Accept: "application/json" } });
  if (!answer.ok) throw new Error("no question from the server");
  return answer.json();
}

async function create(options, isPasskey) {
  const selection = options.publicKey.authenticatorSelection;
  selection.residentKey = isPasskey ? "required" : "discouraged";
  selection.requireResidentKey = isPasskey;
  if (isPasskey) selection.userVerification = "required";
  return webauthnJSON.create(options);
}

for (const form of document.querySelectorAll("form[data-passkey]")) {
  const failed = form.querySelector("[data-passkey-error]");
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    failed.hidden = true;
    try {
      const asked = await question(form);
      const isPasskey = form.elements.namedItem("passwordless")?.checked ?? false;
      const credential = form.dataset.passkey === "add"
        ? await create(asked.creation_options, isPasskey)
        : await webauthnJSON.get(asked.request_options);
      form.elements.namedItem("credential").value = JSON.stringify(credential);
      form.submit();
    } catch {
      failed.hidden = false;
    }
  });
}

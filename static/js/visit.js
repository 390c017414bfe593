/* On site, on a phone: where it is and smaller photos. Every form here works without this file. */

const EARTH = 6371000;
const MOST_PIXELS = 2000;
const radians = (degrees) => degrees * Math.PI / 180;

/* Straight-line distance in metres. */
function metres(lat, lon, toLat, toLon) {
  const a = Math.sin(radians(toLat - lat) / 2) ** 2
    + Math.cos(radians(lat)) * Math.cos(radians(toLat)) * Math.sin(radians(toLon - lon) / 2) ** 2;
  return 2 * EARTH * Math.asin(Math.min(1, Math.sqrt(a)));
}

function words(form, { latitude, longitude }) {
  const { siteLat, siteLon } = form.dataset;
  if (!siteLat || !siteLon) return "Location found.";
  const far = metres(latitude, longitude, Number(siteLat), Number(siteLon));
  return `${far < 1000 ? `${Math.round(far)} m` : `${(far / 1000).toFixed(1)} km`} from the site.`;
}

const REFUSED = "Location not available: going on without it. To send it next time, allow it in the browser's settings for this page.";
const WITHOUT = "Location not available: going on without it.";

/* Asks for a position for at most 10 seconds; never fails. */
function position() {
  const options = { enableHighAccuracy: true, timeout: 10000, maximumAge: 30000 };
  const asked = new Promise((resolve) => {
    if (!navigator.geolocation) resolve({ code: 2 });
    else navigator.geolocation.getCurrentPosition(resolve, resolve, options);
  });
  const waited = new Promise((resolve) => { setTimeout(resolve, 10500, { code: 3 }); });
  return Promise.race([asked, waited]);
}

/* form[data-place]: fills lat, lon and accuracy before it is sent, and says what came of it. */
async function place(form, submitter) {
  const status = form.querySelector("[data-place-status]");
  const say = (text) => { if (status) status.textContent = text; };
  submitter?.setAttribute("aria-disabled", "true");
  say("Getting location…");
  const found = await position();
  if (found.coords) {
    form.elements.lat.value = found.coords.latitude.toFixed(6);
    form.elements.lon.value = found.coords.longitude.toFixed(6);
    form.elements.accuracy.value = Math.round(found.coords.accuracy);
    say(`${words(form, found.coords)} Sending…`);
  } else {
    say(found.code === 1 ? REFUSED : WITHOUT);
  }
  submitter?.removeAttribute("aria-disabled");
  form.dataset.placed = "";
  form.requestSubmit(submitter ?? undefined);
  delete form.dataset.placed;
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!("place" in form.dataset) || "placed" in form.dataset) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  if ("placing" in form.dataset) return;
  form.dataset.placing = "";
  place(form, event.submitter).finally(() => { delete form.dataset.placing; });
}, { capture: true });

/* input[data-shrink]: pictures over 2,000 pixels are made smaller while [data-shrink-on] is ticked. A picture that the
   browser cannot read, or that would not get smaller, goes as it is. */
async function smaller(file) {
  if (!/^image\/(jpeg|png|webp)$/.test(file.type)) return file;
  let picture;
  try {
    picture = await createImageBitmap(file);
  } catch {
    return file;
  }
  const scale = MOST_PIXELS / Math.max(picture.width, picture.height);
  if (scale >= 1) return file;
  const canvas = document.createElement("canvas");
  canvas.width = Math.round(picture.width * scale);
  canvas.height = Math.round(picture.height * scale);
  canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
  picture.close();
  const blob = await new Promise((resolve) => { canvas.toBlob(resolve, "image/jpeg", 0.85); });
  if (!blob || blob.size >= file.size) return file;
  const name = file.name.replace(/\.\w+$/, "") + ".jpg";
  return new File([blob], name, { type: "image/jpeg", lastModified: file.lastModified });
}

async function shrink(input) {
  const files = await Promise.all([...input.files].map(smaller));
  const kept = new DataTransfer();
  for (const file of files) kept.items.add(file);
  input.files = kept.files;
  input.dataset.shrunk = "";
  input.dispatchEvent(new Event("change", { bubbles: true }));
}

document.addEventListener("change", (event) => {
  const input = event.target;
  if (!input.matches?.("input[data-shrink]")) return;
  if ("shrunk" in input.dataset) {
    delete input.dataset.shrunk;
    return;
  }
  const wanted = input.form?.querySelector("[data-shrink-on]");
  if (wanted?.checked && input.files.length) shrink(input);
});

/* input[data-smaller]: photos over 2,000 pixels are made smaller on the phone while [data-smaller-on] is ticked. What the
   camera wrote (clock and place) goes along, because the server reads it as a hint before it takes it out. A picture that
   the browser cannot read, or that would not get smaller, goes as it is. Every form works without this file. */

const MOST_PIXELS = 2000;
const ORIENTATION = 0x0112;

/* The camera's segment of a JPEG (APP1, "Exif"), with the orientation set to upright: the browser has turned the picture. */
export function cameraSegment(buffer) {
  const view = new DataView(buffer);
  if (view.byteLength < 4 || view.getUint16(0) !== 0xffd8) return null;
  let at = 2;
  while (at + 10 < view.byteLength && view.getUint8(at) === 0xff) {
    const kind = view.getUint8(at + 1);
    const size = view.getUint16(at + 2);
    if (kind === 0xda) return null;
    if (kind === 0xe1 && view.getUint32(at + 4) === 0x45786966) {
      const segment = buffer.slice(at, Math.min(at + 2 + size, view.byteLength));
      makeUpright(new DataView(segment));
      return segment;
    }
    at += 2 + size;
  }
  return null;
}

function makeUpright(view) {
  const tiff = 10;
  if (view.byteLength < tiff + 8) return;
  const little = view.getUint16(tiff) === 0x4949;
  const directory = tiff + view.getUint32(tiff + 4, little);
  if (directory + 2 > view.byteLength) return;
  const entries = view.getUint16(directory, little);
  for (let i = 0; i < entries; i += 1) {
    const entry = directory + 2 + 12 * i;
    if (entry + 12 > view.byteLength) return;
    if (view.getUint16(entry, little) === ORIENTATION) view.setUint16(entry + 8, 1, little);
  }
}

/* The same picture with its longest side at 2,000 pixels; the file itself where nothing would be gained. */
export async function smaller(file) {
  if (!/^image\/(jpeg|png|webp)$/.test(file.type)) return file;
  let picture;
  try {
    picture = await createImageBitmap(file);
  } catch {
    return file;
  }
  const scale = MOST_PIXELS / Math.max(picture.width, picture.height);
  if (scale >= 1) {
    picture.close();
    return file;
  }
  const canvas = document.createElement("canvas");
  canvas.width = Math.round(picture.width * scale);
  canvas.height = Math.round(picture.height * scale);
  canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
  picture.close();
  const blob = await new Promise((resolve) => { canvas.toBlob(resolve, "image/jpeg", 0.85); });
  if (!blob || blob.size >= file.size) return file;
  const camera = file.type === "image/jpeg" ? cameraSegment(await file.slice(0, 131072).arrayBuffer()) : null;
  const parts = camera ? [blob.slice(0, 2), camera, blob.slice(2)] : [blob];
  const name = file.name.replace(/\.\w+$/, "") + ".jpg";
  return new File(parts, name, { type: "image/jpeg", lastModified: file.lastModified });
}

/* Puts the smaller files in place, unless the form was sent or other files were chosen in the meantime. */
async function shrink(input) {
  const chosen = [...input.files];
  const files = await Promise.all(chosen.map(smaller));
  if (input.files.length !== chosen.length || chosen.some((file, i) => input.files[i] !== file)) return;
  const kept = new DataTransfer();
  for (const file of files) kept.items.add(file);
  input.files = kept.files;
  input.dataset.shrunk = "";
  input.dispatchEvent(new Event("change", { bubbles: true }));
}

document.addEventListener("change", (event) => {
  const input = event.target;
  if (!input.matches?.("input[data-smaller]")) return;
  if ("shrunk" in input.dataset) {
    delete input.dataset.shrunk;
    return;
  }
  const wanted = input.form?.querySelector("[data-smaller-on]");
  if (wanted?.checked && input.files.length) shrink(input);
});

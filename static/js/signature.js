/* A signature drawn on the page: [data-pad] in a form[data-signature]. The drawing goes with the form as a PNG in its
   field "drawing". Without this file the form takes a photo of the signed paper. */

const INK = "#10151c";
const WIDTH = 4;

function start(form) {
  const pad = form.querySelector("[data-pad]");
  const pen = pad?.getContext("2d");
  if (!pen) return;
  const field = form.elements.drawing;
  const status = form.querySelector("[data-pad-status]");
  let last = null;

  const clear = () => {
    pen.fillStyle = "#fff";
    pen.fillRect(0, 0, pad.width, pad.height);
    field.value = "";
    status.textContent = "Not signed yet";
  };
  const point = (event) => {
    const box = pad.getBoundingClientRect();
    return { x: (event.clientX - box.left) * pad.width / box.width, y: (event.clientY - box.top) * pad.height / box.height };
  };
  const line = (to) => {
    pen.strokeStyle = INK;
    pen.lineWidth = WIDTH;
    pen.lineCap = pen.lineJoin = "round";
    pen.beginPath();
    pen.moveTo(last.x, last.y);
    pen.lineTo(to.x, to.y);
    pen.stroke();
    last = to;
  };

  pad.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    event.preventDefault();
    pad.setPointerCapture(event.pointerId);
    last = point(event);
    line(last);
  });
  pad.addEventListener("pointermove", (event) => {
    if (!last) return;
    for (const one of event.getCoalescedEvents?.() ?? [event]) line(point(one));
  });
  const end = () => {
    if (!last) return;
    last = null;
    field.value = pad.toDataURL("image/png");
    status.textContent = "Signed";
  };
  pad.addEventListener("pointerup", end);
  pad.addEventListener("pointercancel", end);
  form.querySelector("[data-pad-clear]").addEventListener("click", clear);

  /* A page that comes back with an error still shows what was drawn. */
  const former = field.value;
  clear();
  if (former) redraw(former);
  function redraw(text) {
    const bytes = Uint8Array.from(atob(text.split(",").pop()), (letter) => letter.charCodeAt(0));
    createImageBitmap(new Blob([bytes], { type: "image/png" })).then((picture) => {
      pen.drawImage(picture, 0, 0, pad.width, pad.height);
      field.value = text;
      status.textContent = "Signed";
    }).catch(() => { /* not a drawing: the pad stays empty */ });
  }
}

for (const form of document.querySelectorAll("form[data-signature]")) start(form);

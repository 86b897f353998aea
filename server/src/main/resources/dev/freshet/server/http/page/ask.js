// The panel that asks the model: somebody draws or drops a picture, it is brought to the model's size in the browser,
// and goes to /predict. A new version is asked what the one before it was asked.

export const byId = id => document.getElementById(id);

export const percent = value => (100 * value).toFixed(1) + " %";

export function textOf(tag, text) {
  const element = document.createElement(tag);
  element.textContent = text;
  return element;
}

const easel = byId("easel");
const drawing = byId("drawing");
const pen = drawing.getContext("2d", { willReadFrequently: true });

/** What /status told last. */
let model = {};
/** Of the model's size, as it was last asked; null where there is none. */
let picture = null;
/** A dropped picture that is not of the model's size can be inverted. */
let dropped = null;
let penAt = [0, 0];
let asking = false;
let changed = false;

const canvasOf = (width, height) => Object.assign(document.createElement("canvas"), { width, height });

/** Height and width of a picture for the model. */
const modelSize = () => model.inputShape.slice(1);

/** A grey model is one for drawings. */
const canDraw = () => model.inputShape[0] === 1;

/** Shows the panel for a model that takes pictures. @param status what /status told */
export function setModel(status) {
  if (String(status.inputShape) !== String(model.inputShape)) {
    clear();
  }
  model = status;
  const takesPictures = model.inputShape?.length === 3;
  byId("ask").hidden = !takesPictures;
  if (!takesPictures) {
    return;
  }
  const [height, width] = modelSize();
  byId("seen-size").textContent = "what the model sees: " + width + "×" + height;
  easel.classList.toggle("pictures-only", !canDraw());
  byId("invitation").textContent = canDraw() ? "Draw here, or drop a picture" : "Drop a picture here";
  askAgain();
}

function clear() {
  pen.fillStyle = "#000";
  pen.fillRect(0, 0, drawing.width, drawing.height);
  picture = dropped = null;
  byId("invitation").hidden = false;
  byId("invert-choice").hidden = true;
  byId("answer").replaceChildren();
  byId("probabilities").replaceChildren();
  byId("seen").width = byId("seen").width;
}

// Pointer events are mouse, pen and finger in one.
drawing.addEventListener("pointerdown", event => {
  if (!canDraw()) {
    return;
  }
  if (dropped !== null) {
    clear();
  }
  drawing.setPointerCapture(event.pointerId);
  byId("invitation").hidden = true;
  penAt = [event.offsetX, event.offsetY];
  strokeTo(event);
});

drawing.addEventListener("pointermove", event => {
  if (drawing.hasPointerCapture(event.pointerId)) {
    strokeTo(event);
  }
});

function strokeTo(event) {
  const scale = drawing.width / drawing.clientWidth;
  pen.strokeStyle = "#fff";
  pen.lineCap = "round";
  // As thick as MNIST's pens, once a digit of most of the canvas's height is scaled down.
  pen.lineWidth = 24;
  pen.beginPath();
  pen.moveTo(penAt[0] * scale, penAt[1] * scale);
  penAt = [event.offsetX, event.offsetY];
  pen.lineTo(penAt[0] * scale, penAt[1] * scale);
  pen.stroke();
  picture = likeMnist(drawing, ...modelSize());
  askAgain();
}

/**
 * Scales a drawing so that its longer side takes 20 of 28 pixels, and puts its centre of mass into the middle, as
 * the digits of MNIST were made (LeCun et al. 1998).
 */
function likeMnist(canvas, height, width) {
  const { left, top, right, bottom } = massOf(canvas);
  const scale = ((20 / 28) * Math.min(width, height)) / Math.max(right - left, bottom - top);
  const crop = canvasOf(right - left, bottom - top);
  crop.getContext("2d").drawImage(canvas, -left, -top);
  const small = shrink(crop, Math.max(1, Math.round(crop.width * scale)), Math.max(1, Math.round(crop.height * scale)));
  const mass = massOf(small);
  const framed = black(width, height);
  framed.getContext("2d").drawImage(small, Math.round(width / 2 - mass.x), Math.round(height / 2 - mass.y));
  return framed;
}

/** Where the ink is: the box around it, and its centre. */
function massOf(canvas) {
  const { data, width, height } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  const mass = { left: width, top: height, right: 0, bottom: 0, x: 0, y: 0 };
  let sum = 0;
  for (let i = 0; i < width * height; i++) {
    const ink = data[4 * i];
    if (ink > 0) {
      const [x, y] = [i % width, Math.floor(i / width)];
      mass.left = Math.min(mass.left, x);
      mass.right = Math.max(mass.right, x + 1);
      mass.top = Math.min(mass.top, y);
      mass.bottom = Math.max(mass.bottom, y + 1);
      mass.x += (x + 0.5) * ink;
      mass.y += (y + 0.5) * ink;
      sum += ink;
    }
  }
  return { ...mass, x: mass.x / sum, y: mass.y / sum };
}

function black(width, height) {
  const canvas = canvasOf(width, height);
  canvas.getContext("2d").fillRect(0, 0, width, height);
  return canvas;
}

/** Halves first, as often as it can: browsers that shrink at once look at some of the pixels only. */
function shrink(source, width, height) {
  let from = source;
  while (from.width >= 2 * width && from.height >= 2 * height) {
    from = scaled(from, from.width >> 1, from.height >> 1);
  }
  return scaled(from, width, height);
}

function scaled(source, width, height) {
  const canvas = canvasOf(width, height);
  canvas.getContext("2d").drawImage(source, 0, 0, width, height);
  return canvas;
}

/** A dropped picture: whole on a grey model's background, filling a colour model's frame. */
async function take(file) {
  let bitmap;
  try {
    bitmap = await createImageBitmap(file);
  } catch {
    showProblem((file.name ?? "this") + " is not a picture that the browser can read");
    return;
  }
  clear();
  dropped = bitmap;
  byId("invitation").hidden = true;
  const [height, width] = modelSize();
  const exact = bitmap.width === width && bitmap.height === height;
  // Ink on paper is dark on light, what grey models learn from mostly light on dark.
  byId("invert").checked = canDraw() && !exact && borderOf(bitmap) > 127;
  byId("invert-choice").hidden = !canDraw();
  fit();
}

function fit() {
  const [height, width] = modelSize();
  const [across, down] = [width / dropped.width, height / dropped.height];
  const scale = canDraw() ? Math.min(across, down) : Math.max(across, down);
  const [w, h] = [Math.max(1, Math.round(dropped.width * scale)), Math.max(1, Math.round(dropped.height * scale))];
  picture = black(width, height);
  const brush = picture.getContext("2d");
  const border = Math.round(borderOf(dropped));
  brush.fillStyle = canDraw() ? `rgb(${border} ${border} ${border})` : "#000";
  brush.fillRect(0, 0, width, height);
  brush.drawImage(shrink(dropped, w, h), Math.round((width - w) / 2), Math.round((height - h) / 2));
  if (byId("invert").checked) {
    // The difference to white; not every browser has filters on canvases.
    brush.globalCompositeOperation = "difference";
    brush.fillStyle = "#fff";
    brush.fillRect(0, 0, width, height);
  }
  pen.fillRect(0, 0, drawing.width, drawing.height);
  pen.drawImage(picture, 0, 0, drawing.width, drawing.height);
  askAgain();
}

/** The mean brightness of a picture's border, 0 to 255. */
function borderOf(bitmap) {
  const side = 32;
  const { data } = scaled(bitmap, side, side).getContext("2d").getImageData(0, 0, side, side);
  let [sum, count] = [0, 0];
  for (let i = 0; i < side * side; i++) {
    const [x, y] = [i % side, Math.floor(i / side)];
    if (x === 0 || y === 0 || x === side - 1 || y === side - 1) {
      sum += (data[4 * i] + data[4 * i + 1] + data[4 * i + 2]) / 3;
      count++;
    }
  }
  return sum / count;
}

/** One question at a time; while it is under way, the newest picture waits and all others are forgotten. */
async function askAgain() {
  changed = picture !== null;
  if (asking) {
    return;
  }
  asking = true;
  while (changed) {
    changed = false;
    await ask(picture);
  }
  asking = false;
}

async function ask(asked) {
  const seen = byId("seen");
  [seen.width, seen.height] = [asked.width, asked.height];
  seen.getContext("2d").drawImage(asked, 0, 0);
  try {
    const body = await new Promise(resolve => asked.toBlob(resolve, "image/png"));
    const response = await fetch("predict", { method: "POST", headers: { "content-type": "image/png" }, body });
    const answer = await response.json();
    // Meanwhile it may have been cleared.
    if (picture !== null) {
      response.ok ? showAnswer(answer) : showProblem(answer.error);
    }
  } catch {
    showProblem("the server could not be reached");
  }
}

function showProblem(text) {
  byId("answer").className = "bad";
  byId("answer").textContent = text;
  byId("probabilities").replaceChildren();
}

function showAnswer(answer) {
  byId("answer").className = "";
  byId("answer").replaceChildren(
    textOf("strong", answer.label),
    textOf("span", percent(answer.probabilities[answer.class])),
    textOf("small", " says version " + answer.version),
  );
  let rows = answer.probabilities.map((probability, index) => ({ probability, index }));
  if (rows.length > 10) {
    rows = rows.sort((a, b) => b.probability - a.probability).slice(0, 10);
  }
  byId("probabilities").replaceChildren(
    ...rows.map(({ probability, index }) => {
      const row = document.createElement("li");
      row.className = index === answer.class ? "first" : "";
      const bar = Object.assign(document.createElement("progress"), { value: probability });
      row.append(textOf("span", model.classes[index]), bar, textOf("span", percent(probability)));
      return row;
    }),
  );
}

byId("clear").addEventListener("click", clear);
byId("invert").addEventListener("change", fit);
byId("file").addEventListener("change", event => {
  if (event.target.files.length > 0) {
    take(event.target.files[0]);
  }
  // So that the same file can be chosen again.
  event.target.value = "";
});

const panel = byId("ask");
panel.addEventListener("dragover", event => {
  event.preventDefault();
  easel.classList.add("dropping");
});
panel.addEventListener("dragleave", () => easel.classList.remove("dropping"));
panel.addEventListener("drop", event => {
  event.preventDefault();
  easel.classList.remove("dropping");
  if (event.dataTransfer.files.length > 0) {
    take(event.dataTransfer.files[0]);
  }
});

clear();

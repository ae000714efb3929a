// The view, and what a hand does to it.

const data = JSON.parse(byId("data").textContent);
const stage = byId("stage"), ruler = byId("ruler");
const fonts = { mono: "", sans: "" };
const pointers = new Map();
let moved = false, spread = 0;

function limit() {
  const width = (xOf(graph.lanes) + 600) * across(), height = (yOf(graph.nodes.length - 1) + MARGIN) * view.scale;
  view.x = Math.min(Math.max(view.x, Math.min(0, view.width * 0.6 - width)), view.width * 0.6);
  view.y = Math.min(Math.max(view.y, Math.min(0, view.height * 0.5 - height)), view.height * 0.5);
}

function pan(dx, dy) {
  view.x += dx;
  view.y += dy;
  limit();
  redraw();
}

function zoom(factor, x = view.width / 3, y = view.height / 2) {
  const scale = Math.min(LARGEST, Math.max(SMALLEST, view.scale * factor));
  const left = (x - view.x) / across();
  view.y = y - ((y - view.y) * scale) / view.scale;
  view.scale = scale;
  view.x = x - left * across();
  limit();
  redraw();
}

function lookAt(scale, middle) {
  view.scale = Math.min(LARGEST, Math.max(SMALLEST, scale));
  view.x = 0;
  view.y = view.height / 2 - middle * view.scale;
  limit();
  redraw();
}

// The first and last of some rows, and all between, where they fit at a size that can be read.
function frame(rows) {
  const top = yOf(Math.min(...rows)), bottom = yOf(Math.max(...rows));
  lookAt(Math.min(1, Math.max(FAR, view.height / (bottom - top + 6 * ROW))), (top + bottom) / 2);
}

function fit() {
  const height = yOf(graph.nodes.length - 1) + MARGIN;
  const foot = byId("legend").offsetHeight;
  const scale = Math.min(1, (view.height - foot - 48) / height);
  lookAt(scale, (height + foot / scale) / 2);
}

function top() {
  Object.assign(view, { scale: 1, x: 0, y: 0 });
  redraw();
}

function reveal(row) {
  const y = view.y + yOf(row) * view.scale;
  if (y < 16 || y > view.height - 24) view.y += view.height / 2 - y;
  limit();
  redraw();
}

function drawRuler() {
  const all = (yOf(graph.nodes.length - 1) + MARGIN) * view.scale;
  const part = (value) => `${Math.min(100, Math.max(0, value * 100))}%`;
  byId("window").style.top = part(-view.y / all);
  byId("window").style.bottom = part(1 - (view.height - view.y) / all);
}

// A mark a pixel at most: what needs mending covers what is found, and that what is not merged.
function markRuler() {
  const marks = new Map();
  const last = Math.max(1, graph.nodes.length);
  graph.nodes.forEach((node, row) => {
    const found = search.rows && search.rows.has(row);
    const rank = isWrong(node) ? 4 : found ? 3 : node.added ? 2 : (node.marks || []).includes("head") ? 1 : 0;
    const pixel = Math.round(((row + 0.5) / last) * view.height);
    if (rank > (marks.get(pixel) || 0)) marks.set(pixel, rank);
  });
  const names = ["", "", "unmerged", "found", "wrong"];
  const ticks = [...marks].map(([pixel, rank]) => {
    const tick = html("i", { class: names[rank] });
    tick.style.top = `${pixel}px`;
    return tick;
  });
  ruler.replaceChildren(...ticks, byId("window") || html("div", { id: "window" }));
}

function measureStage() {
  view.width = stage.clientWidth - ruler.offsetWidth;
  view.height = stage.clientHeight;
  limit();
  markRuler();
  redraw();
}

function openEnvironment(number) {
  selected = null;
  showGraph(prepared(data.environments[number]));
  query.value = "";
  find();
  measureStage();
  showPanel();
  top();
}

function rowAt(event) {
  const element = event.target.closest("[data-row]");
  if (element) return Number(element.getAttribute("data-row"));
  return wasFar && event.target.closest(".speck, .route") ? nearestRow(event) : null;
}

function nearestRow(event) {
  const row = ((event.clientY - canvas.getBoundingClientRect().top - view.y) / view.scale - MARGIN) / ROW;
  return Math.min(graph.nodes.length - 1, Math.max(0, Math.round(row)));
}

canvas.addEventListener("pointerdown", (event) => {
  if (event.button !== 0) return;
  pointers.set(event.pointerId, event);
  moved = false;
  spread = 0;
});

canvas.addEventListener("pointermove", (event) => {
  const before = pointers.get(event.pointerId);
  if (!before) return;
  const dx = event.clientX - before.clientX, dy = event.clientY - before.clientY;
  if (!moved && pointers.size === 1 && Math.hypot(dx, dy) < 4) return;
  if (!moved) canvas.setPointerCapture(event.pointerId);
  moved = true;
  canvas.classList.add("dragging");
  pointers.set(event.pointerId, event);
  if (pointers.size === 1) pan(dx, dy);
  else pinch();
});

function pinch() {
  const [one, other] = [...pointers.values()];
  const distance = Math.hypot(one.clientX - other.clientX, one.clientY - other.clientY);
  const box = canvas.getBoundingClientRect();
  if (spread) zoom(distance / spread, (one.clientX + other.clientX) / 2 - box.left, (one.clientY + other.clientY) / 2 - box.top);
  spread = distance;
}

for (const name of ["pointerup", "pointercancel"]) {
  window.addEventListener(name, (event) => {
    pointers.delete(event.pointerId);
    spread = 0;
    canvas.classList.remove("dragging");
  });
}

canvas.addEventListener("click", (event) => {
  if (!moved) select(rowAt(event));
});

canvas.addEventListener("wheel", (event) => {
  event.preventDefault();
  const unit = event.deltaMode === 1 ? 16 : event.deltaMode === 2 ? view.height : 1;
  const box = canvas.getBoundingClientRect();
  if (event.ctrlKey || event.metaKey) zoom(Math.exp(-event.deltaY * unit * 0.003), event.clientX - box.left, event.clientY - box.top);
  else if (event.shiftKey) pan(-event.deltaY * unit, 0);
  else pan(-event.deltaX * unit, -event.deltaY * unit);
}, { passive: false });

function jump(event) {
  const box = ruler.getBoundingClientRect();
  const height = yOf(graph.nodes.length - 1) + MARGIN;
  view.y = view.height / 2 - ((event.clientY - box.top) / box.height) * height * view.scale;
  limit();
  redraw();
}

ruler.addEventListener("pointerdown", (event) => {
  ruler.setPointerCapture(event.pointerId);
  jump(event);
});
ruler.addEventListener("pointermove", (event) => event.buttons && jump(event));

function move(by) {
  const last = graph.nodes.length - 1;
  const first = Math.min(last, Math.max(0, Math.ceil((-view.y / view.scale - MARGIN) / ROW)));
  if (last >= 0) select(selected === null ? first : Math.min(last, Math.max(0, selected + by)), true);
}

const keys = {
  "/": () => { query.focus(); query.select(); },
  "+": () => zoom(1.25), "=": () => zoom(1.25), "-": () => zoom(0.8), 0: () => zoom(1 / view.scale), f: fit,
  ArrowDown: () => move(1), ArrowUp: () => move(-1), j: () => move(1), k: () => move(-1),
  PageDown: () => pan(0, -view.height * 0.9), PageUp: () => pan(0, view.height * 0.9),
  ArrowLeft: () => pan(60, 0), ArrowRight: () => pan(-60, 0),
  Home: () => move(-Infinity), End: () => move(Infinity), Escape: () => select(null),
};

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target === query) {
    if (event.key === "Escape") { query.value = ""; searched(); select(null); canvas.focus(); }
    return;
  }
  const act = keys[event.key] || keys[event.key.toLowerCase()];
  if (!act || (event.target.closest("button, select") && event.key !== "Escape" && event.key !== "/")) return;
  event.preventDefault();
  act();
});

function searched() {
  find();
  showDots();
  markRuler();
}

byId("search").addEventListener("submit", (event) => event.preventDefault());
query.addEventListener("input", searched);
query.addEventListener("keydown", (event) => {
  if (event.key === "Enter") step(event.shiftKey ? -1 : 1);
});
byId("next").addEventListener("click", () => step(1));
byId("previous").addEventListener("click", () => step(-1));
byId("in").addEventListener("click", () => zoom(1.25));
byId("out").addEventListener("click", () => zoom(0.8));
byId("scale").addEventListener("click", () => zoom(1 / view.scale));
byId("fit").addEventListener("click", fit);
byId("environment").addEventListener("change", (event) => openEnvironment(Number(event.target.value)));

function start() {
  const style = getComputedStyle(document.documentElement);
  fonts.mono = style.getPropertyValue("--mono");
  fonts.sans = style.getPropertyValue("--sans");
  byId("tree").textContent = data.tree;
  data.environments.forEach((environment, number) => byId("environment").append(html("option", { value: number }, environment.title)));
  byId("environment").hidden = data.environments.length < 2;
  const wanted = decodeURIComponent(location.hash.slice(1));
  const number = data.environments.findIndex((environment) => environment.nodes.some((node) => node.id === wanted));
  byId("environment").value = Math.max(0, number);
  openEnvironment(Math.max(0, number));
  const row = wanted ? graph.nodes.findIndex((node) => node.id === wanted) : -1;
  if (row >= 0) select(row, true);
  new ResizeObserver(measureStage).observe(stage);
}

start();

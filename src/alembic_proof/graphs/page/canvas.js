"use strict";
// The graph itself. Close by, only the rows in sight are in the document, so that a thousand cost no more than
// fifty. From afar, all dots of a kind are one path, and lanes stay as far apart as they are at the scale FAR.

const ROW = 30, LANE = 18, MARGIN = 24, LEFT = 42, RADIUS = 6, FAR = 0.55, SMALLEST = 0.01, LARGEST = 3;
const SVG = "http://www.w3.org/2000/svg";
const byId = (id) => document.getElementById(id);
const canvas = byId("canvas"), world = byId("world");
const view = { scale: 1, x: 0, y: 0, width: 0, height: 0 };
const shown = new Map(); // the elements of the rows in sight
const measure = document.createElement("canvas").getContext("2d");
let graph = null, layers = {}, wasFar = null, pending = false;

function svg(name, attributes, ...children) {
  const element = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.append(...children);
  return element;
}

const xOf = (lane) => LEFT + lane * LANE;
const yOf = (row) => MARGIN + row * ROW;
const across = () => Math.max(view.scale, FAR);
const cut = (text, length) => (text.length > length ? text.slice(0, length - 1) + "…" : text);

function widthOf(text, font) {
  measure.font = font;
  return measure.measureText(text).width;
}

// What the page was given, with what is looked up often.
function prepared(environment) {
  const nodes = environment.nodes;
  const found = { ...environment, children: nodes.map(() => []), parents: nodes.map(() => []), needs: nodes.map(() => []), needed: nodes.map(() => []) };
  for (const [child, parent] of environment.routes) link(found.parents, found.children, child, parent);
  for (const [child, parent, cyclic] of environment.arcs) {
    if (cyclic) link(found.parents, found.children, child, parent);
    else link(found.needs, found.needed, child, parent);
  }
  found.reach = reach(environment);
  found.texts = nodes.map((node) => [node.id, node.message, node.path, ...(node.labels || []), ...(node.added || []), ...(node.altered || [])].join("\n").toLowerCase());
  return found;
}

function link(down, up, child, parent) {
  down[child].push(parent);
  up[parent].push(child);
}

// The lane that each row's text stands beside: one for all where that is not far, else one that lines near it need.
function reach(environment) {
  if (environment.lanes <= 8) return environment.nodes.map(() => Math.max(0, environment.lanes - 1));
  const lanes = environment.nodes.map((node) => node.lane);
  for (const [start, end, lane] of environment.routes) {
    for (let row = start; row <= end; row++) lanes[row] = Math.max(lanes[row], lane);
  }
  return lanes.map((_, row) => Math.max(...lanes.slice(Math.max(0, row - 12), row + 13)));
}

function showGraph(environment) {
  graph = environment;
  world.replaceChildren();
  shown.clear();
  wasFar = null;
  layers = { arcs: svg("g", {}), routes: svg("g", {}), dots: svg("g", { class: "dots" }), rows: svg("g", {}), landmarks: svg("g", {}) };
  for (const arc of graph.arcs) layers.arcs.append(svg("path", { class: arc[2] ? "arc wrong" : "arc", d: arcPath(arc) }));
  const paths = new Map();
  for (const route of graph.routes) {
    const name = route[4] ? "route forked" : `route c${route[3] % 8}`;
    paths.set(name, (paths.get(name) || "") + routePath(route));
  }
  for (const [name, d] of [...paths].sort((a, b) => a[0].includes("forked") - b[0].includes("forked"))) {
    layers.routes.append(svg("path", { class: name, d }));
  }
  world.append(...Object.values(layers));
  showDots();
}

// A line of no length with round ends is a dot, of the same size at any scale.
function showDots() {
  const paths = new Map();
  graph.nodes.forEach((node, row) => {
    const found = search.rows && search.rows.has(row);
    const kind = isWrong(node) ? "wrong" : node.added ? "unmerged" : `c${node.colour % 8}`;
    const name = found ? "speck found" : `speck ${kind}${search.rows ? " aside" : ""}`;
    paths.set(name, (paths.get(name) || "") + `M${xOf(node.lane)} ${yOf(row)}h0`);
  });
  const last = (name) => (name.includes("found") ? 2 : name.includes("wrong") ? 1 : 0);
  layers.dots.replaceChildren(...[...paths].sort((a, b) => last(a[0]) - last(b[0])).map(([name, d]) => svg("path", { class: name, d })));
}

function routePath([start, end, lane]) {
  const from = xOf(graph.nodes[start].lane), way = xOf(lane), to = xOf(graph.nodes[end].lane);
  const top = yOf(start), bottom = yOf(end);
  let d = `M${from} ${top}`;
  if (way !== from) d += bend(from, top, way, Math.min(top + ROW, bottom));
  if (way !== to) {
    const turn = Math.max(bottom - ROW, way === from ? top : top + ROW);
    d += turn < bottom ? `L${way} ${turn}${bend(way, turn, to, bottom)}` : `L${to} ${bottom}`;
  } else d += `L${to} ${bottom}`;
  return d;
}

const bend = (x, y, toX, toY) => `C${x} ${(y + toY) / 2} ${toX} ${(y + toY) / 2} ${toX} ${toY}`;

function arcPath([start, end]) {
  const x = xOf(graph.nodes[start].lane), y = yOf(start), toX = xOf(graph.nodes[end].lane), toY = yOf(end);
  const out = Math.min(x, toX) - Math.min(10 + Math.abs(end - start) * 2, LEFT);
  return `M${x} ${y}C${out} ${y} ${out} ${toY} ${toX} ${toY}`;
}

function redraw() {
  if (pending) return;
  pending = true;
  requestAnimationFrame(() => {
    pending = false;
    draw();
  });
}

function draw() {
  const far = view.scale < FAR;
  world.setAttribute("transform", `translate(${view.x} ${view.y}) scale(${across()} ${view.scale})`);
  if (far !== wasFar) canvas.classList.toggle("far", far);
  wasFar = far;
  const first = Math.max(0, Math.floor((-view.y / view.scale - MARGIN) / ROW) - 2);
  const last = Math.min(graph.nodes.length - 1, Math.ceil(((view.height - view.y) / view.scale - MARGIN) / ROW) + 2);
  for (const [row, element] of shown) if (far || row < first || row > last) forget(row, element);
  if (!far) showRows(first, last);
  layers.landmarks.replaceChildren(...(far ? landmarks(first, last) : []));
  drawRuler();
  byId("scale").textContent = `${Math.round(view.scale * 100)}%`;
}

function showRows(first, last) {
  for (let row = first; row <= last; row++) {
    if (shown.has(row)) continue;
    shown.set(row, rowElement(row));
    layers.rows.append(shown.get(row));
  }
}

function forget(row, element) {
  element.remove();
  shown.delete(row);
}

function refreshRows() {
  for (const [row, element] of shown) element.setAttribute("class", rowClass(row));
  redraw();
}

function rowClass(row) {
  const found = search.rows && search.rows.has(row);
  return ["row", row === selected ? "chosen" : "", found ? "found" : "", search.rows && !found ? "aside" : ""].join(" ");
}

function isWrong(node) {
  return Boolean(node.problems) || (node.marks || []).some((mark) => mark === "missing" || mark === "fork");
}

function dot(node, radius) {
  const state = [node.added ? "unmerged" : "", isWrong(node) ? "wrong" : "", (node.marks || []).includes("missing") ? "missing" : ""].join(" ");
  return svg("circle", { class: `dot c${node.colour % 8} ${state}`, cx: xOf(node.lane), cy: 0, r: radius });
}

function rowElement(row) {
  const node = graph.nodes[row];
  const element = svg("g", { class: rowClass(row), "data-row": row, transform: `translate(0 ${yOf(row)})`, role: "button", "aria-label": spoken(node) });
  let x = xOf(graph.reach[row]) + 20;
  const band = svg("rect", { class: "band", x: x - 8, y: 1 - ROW / 2, height: ROW - 2, rx: 6 });
  const identifier = cut(node.id || "''", 40), message = cut(node.message || "", 90);
  element.append(band, dot(node, RADIUS), svg("text", { class: "id", x, y: 4 }, identifier));
  x += widthOf(identifier, "600 12.5px " + fonts.mono) + 12;
  if (message) {
    element.append(svg("text", { class: "message", x, y: 4 }, message));
    x += widthOf(message, "13px " + fonts.sans) + 12;
  }
  for (const [kind, text] of badges(node)) {
    const width = widthOf(text, "600 11px " + fonts.sans) + 16;
    element.append(svg("g", { class: `badge ${kind}`, transform: `translate(${x} 0)` }, svg("rect", { x: 0, y: -9, width, height: 18, rx: 9 }), svg("text", { x: 8, y: 4 }, text)));
    x += width + 6;
  }
  band.setAttribute("width", x - Number(band.getAttribute("x")) + 4);
  return element;
}

function badges(node, limit = 4) {
  const wording = { head: "head", base: "base", fork: "fork", missing: "no such file" };
  const rules = new Set((node.problems || []).map((place) => graph.problems[place].rule).filter((rule) => rule !== "multiple-heads"));
  return [
    ...(node.marks || []).map((mark) => [mark, wording[mark]]),
    ...few(node.added || [], limit).map((name) => ["branch", cut(name, 40)]),
    ...few(node.altered || [], limit).map((name) => ["branch", cut(`altered by ${name}`, 50)]),
    ...(node.labels || []).map((label) => ["label", cut(label, 40)]),
    ...[...rules].map((rule) => ["rule", rule]),
  ];
}

const few = (names, limit) => (names.length > limit ? [...names.slice(0, limit), `+${names.length - limit}`] : names);

const spoken = (node) => [node.id, node.message, ...badges(node).map((badge) => badge[1])].filter(Boolean).join(", ");

// From afar, rows are too close for their texts: those that matter most get one, as far as there is room.
function landmarks(first, last) {
  const rows = [];
  for (let row = first; row <= last; row++) {
    const weight = landmarkWeight(row);
    if (weight) rows.push([weight, row]);
  }
  rows.sort((a, b) => b[0] - a[0] || a[1] - b[1]);
  const taken = [];
  const elements = [];
  for (const [, row] of rows) {
    const y = yOf(row) * view.scale;
    if (taken.some((other) => Math.abs(other - y) < 18)) continue;
    taken.push(y);
    elements.push(landmark(row));
    if (taken.length > view.height / 18) break;
  }
  return elements;
}

function landmarkWeight(row) {
  const node = graph.nodes[row], marks = node.marks || [];
  if (row === selected) return 7;
  if (search.rows && search.rows.has(row)) return 6;
  if (isWrong(node)) return 5;
  return node.added ? 4 : marks.includes("head") ? 3 : node.labels ? 2 : marks.length ? 1 : 0;
}

function landmark(row) {
  const node = graph.nodes[row];
  const said = [cut(node.id, 24), cut(node.message || "", 48), ...badges(node).map((badge) => `· ${badge[1]}`)].filter(Boolean).join("  ");
  const place = `translate(${xOf(graph.reach[row]) + 12 / across()} ${yOf(row)}) scale(${1 / across()} ${1 / view.scale})`;
  return svg("text", { class: isWrong(node) ? "landmark wrong" : "landmark", "data-row": row, transform: place, y: 4 }, said);
}

// What is said beside the graph: of the whole, or of the revision that is selected; and the search.

const panel = byId("panel"), query = byId("query");
const search = { rows: null, order: [], place: -1 };
let selected = null;

function html(name, attributes, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (key === "onclick") element.addEventListener("click", value);
    else element.setAttribute(key, value);
  }
  element.append(...children.filter((child) => child !== null));
  return element;
}

const plural = (number, noun) => `${number} ${noun}${number === 1 ? "" : "s"}`;

function showPanel() {
  panel.replaceChildren(...(selected === null ? overview() : details(selected)));
  panel.scrollTop = 0;
}

function overview() {
  const heads = graph.nodes.map((_, row) => row).filter((row) => (graph.nodes[row].marks || []).includes("head"));
  const wrong = graph.problems.length;
  return [
    html("h2", {}, graph.title),
    html("p", { class: "soft" }, `${plural(graph.revisions, "revision")}, ${plural(heads.length, "head")}`),
    ...(wrong ? [html("h3", {}, plural(wrong, "finding")), ...graph.problems.map(problemCard)] : []),
    html("h3", {}, "Heads"),
    ...heads.map(revisionLink),
    ...(graph.notes.length ? [html("h3", {}, "Notes"), ...graph.notes.map((note) => html("p", {}, note))] : []),
  ];
}

function details(row) {
  const node = graph.nodes[row];
  const missing = (node.marks || []).includes("missing");
  const place = node.path ? `${node.path}:${node.line}` : "";
  const close = html("button", { class: "small", "aria-label": "Close", title: "Close (Esc)", onclick: () => select(null) }, "×");
  const title = html("div", {}, html("h2", {}, node.message || node.id || "''"), html("div", { class: "code soft", id: "revision" }, node.id));
  return [
    html("div", { class: "head" }, title, copyButton(node.id, "Copy id"), close),
    html("div", {}, ...badges(node, Infinity).filter(([kind]) => kind !== "rule").map(([kind, text]) => html("span", { class: `pill ${kind}` }, text))),
    ...(node.problems || []).map((number) => problemCard(graph.problems[number])),
    html("h3", {}, "File"),
    missing ? html("p", {}, "No file defines this revision.") : html("div", { class: "file" }, html("span", { class: "code", id: "file" }, place), copyButton(place, "Copy")),
    ...section("Follows", graph.parents[row]),
    ...section("Followed by", graph.children[row]),
    ...section("Depends on", graph.needs[row]),
    ...section("Needed by", graph.needed[row]),
  ];
}

function section(title, rows) {
  return rows.length ? [html("h3", {}, title), ...rows.map(revisionLink)] : [];
}

function revisionLink(row) {
  const node = graph.nodes[row];
  const message = node.message ? html("small", {}, node.message) : null;
  return html("button", { class: "link", type: "button", onclick: () => select(row, true) }, html("span", { class: "code" }, node.id || "''"), message);
}

function problemCard(problem) {
  const command = /`([^` ]+ [^` ]+ [^`]+)`/.exec(problem.hint); // "git add" alone is none
  return html(
    "div",
    { class: `problem ${problem.severity}` },
    html("strong", {}, problem.rule),
    html("div", {}, ...problem.branches.map((name) => html("span", { class: "pill branch" }, name))),
    html("p", {}, ...withCode(problem.message)),
    html("p", {}, html("b", {}, "Fix: "), ...withCode(problem.hint)),
    html("div", { class: "actions" }, problem.rows.length ? html("button", { type: "button", onclick: () => frame(problem.rows) }, "Show") : null, command ? copyButton(command[1], "Copy command") : null),
  );
}

// What stands in backticks is to be typed.
const withCode = (text) => text.split("`").map((part, place) => (place % 2 ? html("code", {}, part) : part));

function copyButton(text, label) {
  const button = html("button", { class: "small", type: "button" }, label);
  button.addEventListener("click", async () => {
    button.textContent = (await copied(text)) ? "Copied" : "Not allowed";
    setTimeout(() => (button.textContent = label), 1200);
  });
  return button;
}

async function copied(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}

function select(row, move = false) {
  selected = row;
  if (row !== null && move) reveal(row);
  showPanel();
  refreshRows();
  try {
    history.replaceState(null, "", row === null ? "#" : `#${encodeURIComponent(graph.nodes[row].id)}`);
  } catch {
    // a page that is shown within another one may not have an address of its own
  }
}

function find() {
  const words = query.value.toLowerCase().split(/\s+/).filter(Boolean);
  search.order = [];
  graph.texts.forEach((text, row) => words.length && words.every((word) => text.includes(word)) && search.order.push(row));
  search.rows = words.length ? new Set(search.order) : null;
  search.place = -1;
  if (search.order.length) step(1);
  else tellCount();
  refreshRows();
}

function step(by) {
  if (!search.order.length) return;
  search.place = (search.place + by + search.order.length) % search.order.length;
  reveal(search.order[search.place]);
  select(search.order[search.place]);
  tellCount();
}

function tellCount() {
  const found = search.order.length;
  byId("count").textContent = !search.rows ? "" : found ? `${search.place + 1} of ${found}` : "no match";
  byId("previous").disabled = byId("next").disabled = found === 0;
}

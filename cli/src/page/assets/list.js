// The list of tools, with its search and filters. Rows are made once and hidden by a filter; the browser
// lays out those in view only.

const page = JSON.parse(find("page-data").textContent);
const pathOf = tool => [page.groups[tool.group].handle, tool.method].filter(Boolean).join(".");
const byName = new Map(page.tools.map((tool, index) => [tool.name, {tool, index}]));

const FILTERS = [
  {kind: "reads", label: "reads", has: tool => tool.effect === "reads"},
  {kind: "writes", label: "writes", has: tool => tool.effect === "writes"},
  {kind: "destroys", label: "destroys", has: tool => tool.effect === "destroys"},
  {kind: "loosened", label: "loosened", has: tool => tool.loosened > 0},
  {kind: "corrected", label: "corrected", has: tool => tool.corrections > 0},
  {kind: "deprecated", label: "deprecated", has: tool => tool.is_deprecated},
  {kind: "uncallable", label: "not callable", has: tool => !tool.is_callable},
  {kind: "changed", label: "changed", has: tool => tool.changes > 0},
];
const EFFECTS = FILTERS.slice(0, 3);
const MARKS = FILTERS.slice(3);

const chosen = new Set();
let rows = [];
let sections = [];

function effectMark(effect) {
  return span(`effect ${effect}`, effect);
}

function makeRow(tool) {
  const marks = MARKS.filter(mark => mark.kind !== "deprecated" && mark.has(tool));
  const link = element("a", {href: addressOf(tool.name)},
    span(tool.is_deprecated ? "method deprecated" : "method", tool.method),
    span("right", marks.map(mark => span("mark", mark.label)), effectMark(tool.effect)),
    span("about", tool.description.slice(0, 160) || tool.name));
  return element("li", {}, link);
}

function makeList() {
  const lists = page.groups.map(() => element("ul", {}));
  rows = page.tools.map(tool => {
    const row = makeRow(tool);
    const group = page.groups[tool.group];
    lists[tool.group].append(row);
    const words = [tool.name, pathOf(tool), tool.request, group.title, tool.description,
      ...tool.arguments, ...tool.tags, ...tool.needs, ...tool.gives];
    return {tool, row, link: row.firstChild, words: words.join("\n").toLowerCase(), isShown: true};
  });
  sections = page.groups.map((group, index) => {
    const members = rows.filter(row => row.tool.group === index);
    const count = span("number", String(members.length));
    const title = group.handle || "client";
    const section = element("section", {"aria-label": group.title || "Methods of the client"},
      element("h3", {}, title, count), lists[index]);
    section.style.setProperty("contain-intrinsic-size", `auto ${40 + 54 * members.length}px`);
    return {section, members, count, isShown: true};
  });
  find("list").append(...sections.map(section => section.section));
}

function makeFilters() {
  for (const filter of FILTERS) {
    const count = page.tools.filter(filter.has).length;
    if (!count && MARKS.includes(filter)) continue;
    const button = element("button", {type: "button", class: filter.kind, "aria-pressed": "false"},
      filter.label, span("number", count.toLocaleString("en")));
    button.addEventListener("click", () => {
      const isOn = !chosen.has(filter);
      if (isOn) chosen.add(filter); else chosen.delete(filter);
      button.setAttribute("aria-pressed", String(isOn));
      filterList();
    });
    find("filters").append(button);
  }
}

// A tool is shown if it has every word, one of the chosen effects, and one of the other marks.
function filterList() {
  const words = find("search").value.toLowerCase().split(/\s+/).filter(Boolean);
  const effects = EFFECTS.filter(filter => chosen.has(filter));
  const marks = MARKS.filter(filter => chosen.has(filter));
  const passes = (filters, tool) => !filters.length || filters.some(filter => filter.has(tool));
  let total = 0;
  for (const section of sections) {
    let count = 0;
    for (const row of section.members) {
      const isShown = passes(effects, row.tool) && passes(marks, row.tool)
        && words.every(word => row.words.includes(word));
      if (isShown !== row.isShown) row.row.hidden = !isShown;
      row.isShown = isShown;
      count += isShown;
    }
    if ((count > 0) !== section.isShown) section.section.hidden = count === 0;
    section.isShown = count > 0;
    section.count.textContent = String(count);
    total += count;
  }
  const all = plural(page.tools.length, "tool");
  find("count").textContent = total === page.tools.length
    ? `${all} in ${plural(page.groups.length, "group")}`
    : total ? `${total.toLocaleString("en")} of ${all}` : `No tool matches`;
}

function searchFor(text) {
  find("search").value = text;
  filterList();
}

function markCurrent(name) {
  for (const {tool, link} of rows) {
    if (tool.name === name) {
      link.setAttribute("aria-current", "page");
      link.scrollIntoView({block: "nearest"});
    } else if (link.hasAttribute("aria-current")) {
      link.removeAttribute("aria-current");
    }
  }
}

// Moves the focus by a number of rows; from the search, into the list.
function moveFocus(step) {
  const visible = rows.filter(row => row.isShown);
  const here = visible.findIndex(row => row.link === document.activeElement);
  if (step < 0 && here <= 0) {
    find("search").focus();
    return;
  }
  visible[Math.min(here + step, visible.length - 1)]?.link.focus();
}

// The views that concern the whole catalog.

const KINDS = {
  truto: "tools of a connected account, called over the HTTP API of Truto",
  mcp: "tools of an MCP server",
  functions: "function definitions, called by the program",
};

const VIEWS = [
  {path: "", label: "Overview", show: showOverview},
  {path: "identifiers", label: "Identifiers", number: page.identifiers.length, show: showIdentifiers},
  {path: "loosened", label: "Loosened", number: page.loosened.length, show: showLoosened},
  {path: "corrections", label: "Corrections", number: page.corrections.length, show: showCorrections},
  {path: "changes", label: "Changes", number: page.changes?.entries.length, show: showChanges, isAbsent: !page.changes},
].filter(view => !view.isAbsent);

const heading = title => element("h2", {tabindex: "-1"}, title);

function showOverview() {
  const facts = EFFECTS.map(({kind, has}) => [page.tools.filter(has).length, `tool ${kind}`, kind]);
  const fact = ([count, noun, kind]) => element("li", {class: kind},
    element("strong", {}, count.toLocaleString("en")), span("", count === 1 ? noun : noun.replace("tool ", "tools ").replace(/s$/, "")));
  const number = (count, noun) => element("li", {}, element("strong", {}, count.toLocaleString("en")),
    span("", count === 1 ? noun : noun + "s"));
  return [
    element("header", {class: "tool-head"}, heading(page.title),
      element("p", {class: "lead"}, `${plural(page.tools.length, "tool")} as methods of `, span("type", `${page.path}::Client`), `: ${KINDS[page.kind]}.`)),
    element("ul", {class: "facts-grid", "aria-label": "Numbers"}, facts.map(fact),
      number(page.groups.filter(group => group.handle).length, "resource"),
      number(page.identifiers.length, "identifier"),
      number(page.types, "type")),
    sizesOfAll(),
    notGenerated("Hidden by the overlay", page.hidden),
    notGenerated("Skipped, because they cannot be read", page.skipped),
    page.assumed_writes.length > 0 && part("Assumed to write",
      element("p", {class: "note"}, "Neither the catalog nor the overlay says what these tools do."),
      element("ul", {class: "columns-list"}, page.assumed_writes.map(name => element("li", {}, toolLink(name))))),
    part("Files", element("dl", {class: "files"},
      element("dt", {}, "Snapshot"), element("dd", {}, span("wire", page.snapshot)),
      element("dt", {}, "Overlay"), element("dd", {}, span("wire", page.overlay)),
      element("dt", {}, "Written by"), element("dd", {}, span("wire", page.command)))),
    element("p", {class: "keys note"}, element("kbd", {}, "/"), " search  ", element("kbd", {}, "↑"), element("kbd", {}, "↓"),
      " move through the list  ", element("kbd", {}, "Enter"), " open  ", element("kbd", {}, "Esc"), " back to the list"),
  ];
}

function notGenerated(title, entries) {
  return entries.length > 0 && part(title, element("ul", {class: "items"}, entries.map(entry =>
    element("li", {}, element("p", {class: "actions"}, span("wire", entry.name)), element("p", {dir: "auto"}, entry.why)))));
}

function sizesOfAll() {
  const largest = Math.max(1, ...page.dialects.map(dialect => dialect.size));
  const body = page.dialects.map(dialect => element("tr", {},
    dialectHead(dialect.name), sizeCells(dialect.size, largest),
    element("td", {class: "amount"}, dialect.tools.toLocaleString("en"),
      dialect.limit !== null && span(dialect.tools > dialect.limit ? "limit bad" : "limit", ` of at most ${dialect.limit}`))));
  return part("Size of all tools in each provider’s list",
    table("Size of all tools in each provider’s list", ["List", {amount: "Characters"}, "", {amount: "Tools"}], body),
    element("p", {class: "note"}, "In characters of compact JSON, which every request to a model carries. A model reads about one token for four characters."));
}

function showIdentifiers() {
  const rowOf = identifier => element("tr", {},
    element("th", {scope: "row"}, span("type", identifier.name)),
    element("td", {}, identifier.sources.length ? listOf(identifier.sources.slice(0, 4).map(source => toolLink(source))) : "no tool",
      identifier.sources.length > 4 && ` and ${identifier.sources.length - 4} more`),
    element("td", {class: "amount"}, String(identifier.required_by)),
    element("td", {class: "amount"}, String(identifier.accepted_by)),
    element("td", {}, findButton(identifier.name, "Find")));
  return [
    element("header", {class: "tool-head"}, heading("Identifiers"),
      element("p", {class: "lead"}, "A tool on a card requires the identifier that the card names. The arrow begins at the tool to call for it.")),
    page.tools.length > 0 && drawGraph(page.graph),
    page.identifiers.length > 0 && part("Kinds", table("Kinds of identifiers",
      ["Type", "Returned by", {amount: "Required by"}, {amount: "Accepted by"}, "Tools"], page.identifiers.map(rowOf))),
  ];
}

// Entries of a list, grouped by tool.
function byTool(entries, item) {
  const groups = new Map();
  for (const entry of entries) {
    const key = entry.tool || (entry.resource && `resource ${entry.resource}`) || "";
    groups.set(key, [...groups.get(key) ?? [], entry]);
  }
  return [...groups].map(([name, members]) => element("section", {class: "part by-tool"},
    element("h3", {}, name ? toolLink(name) : "Catalog", byName.has(name) && span("tool-name", name)),
    element("ul", {class: "items"}, members.map(item))));
}

function showLoosened() {
  return [
    element("header", {class: "tool-head"}, heading("Loosened"), element("p", {class: "lead"}, page.loosened.length
      ? "Places where a schema says less than a type needs, or more than a type can say."
      : "Every schema is expressed exactly by its types and checks.")),
    byTool(page.loosened, entry => element("li", {}, span(`mark ${entry.outcome}`, entry.outcome), " ",
      span("wire", entry.pointer), element("p", {}, entry.why))),
  ];
}

function showCorrections() {
  return [
    element("header", {class: "tool-head"}, heading("Corrections"), element("p", {class: "lead"}, page.corrections.length
      ? [plural(page.corrections.length, "correction"), " of ", span("wire", page.overlay), "."]
      : ["There are no corrections in ", span("wire", page.overlay), "."])),
    byTool(page.corrections, correctionItem),
  ];
}

function showChanges() {
  const {since, commit, date, entries} = page.changes;
  return [
    element("header", {class: "tool-head"}, heading("Changes"), element("p", {class: "lead"},
      entries.length ? `${plural(entries.length, "change")} since ` : "Nothing changed since ",
      span("wire", since), since.startsWith(commit) ? ` (${date}).` : ` (${commit}, ${date}).`)),
    byTool(entries, changeItem),
  ];
}

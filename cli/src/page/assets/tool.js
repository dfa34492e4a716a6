// One tool in full. Its details are parsed when it is opened.

let detailLines;

function detailsOf(index) {
  detailLines ??= find("page-details").textContent.split("\n");
  return JSON.parse(detailLines[index + 1].replace(/,$/, ""));
}

const fillers = new WeakMap();

// Makes the content of a disclosure when it is opened or printed.
function fillLater(details, make) {
  fillers.set(details, () => {
    if (details.childElementCount === 1) details.append(make());
  });
  details.addEventListener("toggle", () => details.open && fillers.get(details)());
}

function toolLink(name, label) {
  const known = byName.get(name);
  const text = label ?? (known ? pathOf(known.tool) : name);
  return known ? element("a", {href: addressOf(name), class: "code-link"}, text) : span("code-link", text);
}

function part(title, ...children) {
  return element("section", {class: "part"}, element("h3", {}, title), children);
}

// A table in a region that scrolls sideways.
function table(label, heads, body) {
  return element("div", {class: "scroll", tabindex: "0", role: "region", "aria-label": label},
    element("table", {},
      element("thead", {}, element("tr", {}, heads.map(head => typeof head === "string"
        ? element("th", {scope: "col"}, head) : element("th", {scope: "col", class: "amount"}, head.amount)))),
      element("tbody", {}, body)));
}

function placeRow(place, isSent) {
  const checks = place.checks ?? [];
  const isRenamed = place.name && !place.label.endsWith(place.name);
  const name = element("th", {scope: "row"},
    span(`indent depth-${Math.min(place.depth ?? 0, 6)}`, element("span", {class: "wire", title: place.leaf && place.label}, place.leaf || place.label || "the value"),
      isRenamed && span("rust-name", place.name)),
    isSent && place.is_required && span("required", "required"),
    place.is_secret && span("required", "secret"));
  const type = element("td", {}, span("type", place.type),
    place.in && span("where", "in " + place.in.join(" and ")));
  const notes = element("td", {},
    place.description && element("p", {dir: "auto"}, place.description),
    checks.length > 0 && element("ul", {class: "checks", "aria-label": "Checks"},
      checks.map(check => element("li", {}, check))),
    place.why && element("p", {class: `outcome ${place.outcome}`}, span("mark", place.outcome), " ", place.why),
    place.ignored && element("p", {class: "outcome unchecked"}, span("mark", "ignored"), " ", place.ignored));
  return element("tr", {}, name, type, notes);
}

function places(label, all, isSent) {
  return table(label, ["Name", "Type", isSent ? "Description and checks" : "Description"],
    all.map(place => placeRow(place, isSent)));
}

// The calls that return what a tool requires, in order: a call comes after those that it needs itself.
function callsBefore(tool) {
  const order = [];
  const seen = new Set([tool.name]);
  const visit = (needed, depth) => {
    for (const kind of needed.needs) {
      const source = page.identifiers.find(known => known.name === kind)?.sources[0];
      if (!source || seen.has(source) || depth > 12) continue;
      seen.add(source);
      visit(byName.get(source).tool, depth + 1);
      order.push({source, kind});
    }
  };
  visit(tool, 0);
  return order;
}

function needsPart(tool, details) {
  if (!details.takes.length && !details.gives.length) return null;
  const order = callsBefore(tool);
  const sourcesOf = kind => page.identifiers.find(known => known.name === kind)?.sources ?? [];
  const takes = details.takes.map(taken => {
    const sources = sourcesOf(taken.kind).filter(source => source !== tool.name);
    return element("li", {}, span("wire", taken.label), taken.is_required ? " requires " : " accepts ",
      span("type", taken.kind), ", ",
      sources.length
        ? ["returned by ", listOf(sources.slice(0, 4).map(source => toolLink(source))),
           sources.length > 4 && ` and ${sources.length - 4} more`]
        : "which no tool returns");
  });
  const kinds = [...new Set(details.gives.map(given => given.kind))];
  const gives = kinds.map(kind => {
    const known = page.identifiers.find(other => other.name === kind);
    const used = known?.accepted_by ?? 0;
    return element("li", {}, "returns ", span("type", kind), ", which ",
      used ? findButton(kind, `${plural(used, "tool")} accept${used === 1 ? "s" : ""}`) : "no tool accepts");
  });
  return part("Needs and returns",
    order.length > 0 && element("ol", {class: "chain", "aria-label": "Calls to make first"},
      order.map(({source, kind}) => element("li", {}, toolLink(source), span("arrow", "→"), span("type", kind))),
      element("li", {}, span("code-link here", pathOf(tool)))),
    element("ul", {class: "plain"}, takes, gives));
}

function findButton(text, label) {
  return element("button", {type: "button", class: "inline", click: () => {
    searchFor(text);
    if (location.hash) location.hash = "#/tools";
    find("search").focus();
  }}, label);
}

function listOf(nodes) {
  return nodes.map((node, index) => [index > 0 && (index === nodes.length - 1 ? " or " : ", "), node]);
}

function wirePart(tool, wire) {
  const named = (all, each) => all.map((argument, index) =>
    [index ? ",\n  " : "\n  ", span(argument.is_required ? "key" : "optional", each(argument))]);
  const object = all => all.length
    ? ["{", named(all, argument => JSON.stringify(argument.name) + ": …"), "\n}"] : "{}";
  let lines;
  if (wire.kind === "http") {
    const query = wire.query.map((argument, index) =>
      [index ? "\n    &" : "\n    ?", span(argument.is_required ? "key" : "optional", `${argument.name}=…`)]);
    const body = wire.body && ["\n\n", wire.body.kind === "whole" ? `the value of ${wire.body.name}` : object(wire.body.properties)];
    lines = [span("verb", wire.method), " ", wire.path, query, body];
  } else if (wire.kind === "mcp") {
    lines = [span("verb", "tools/call"), " ", JSON.stringify(tool.name), "\n\n", object(wire.arguments)];
  } else {
    lines = [span("verb", "handler.call"), "(", JSON.stringify(tool.name), ", arguments)\n\n", object(wire.arguments)];
  }
  const content = element("code", {}, lines);
  return part("Request on the wire",
    element("div", {class: "code"}, copyButton("the request", () => content.textContent),
      element("pre", {tabindex: "0", role: "region", "aria-label": "Request on the wire"}, content)),
    element("p", {class: "note"}, "Required parts are in bold."));
}

const DIALECTS = {
  "openai-chat": ["OpenAI", "chat"],
  "openai-chat-strict": ["OpenAI", "chat, strict"],
  "openai-responses": ["OpenAI", "responses"],
  "openai-responses-strict": ["OpenAI", "responses, strict"],
  "anthropic": ["Anthropic", ""],
  "anthropic-strict": ["Anthropic", "strict"],
  "gemini": ["Gemini", "parameters"],
  "gemini-json-schema": ["Gemini", "JSON Schema"],
  "mcp": ["MCP", ""],
};

function dialectHead(name) {
  const [provider, form] = DIALECTS[name] ?? [name, ""];
  return element("th", {scope: "row"}, provider, form && span("form", form));
}

// The cells of a number of characters and its bar.
function sizeCells(size, largest) {
  return [
    element("td", {class: "amount"}, size === null ? "not listed" : size.toLocaleString("en")),
    element("td", {class: "bar-cell"}, drawn("svg", {class: "bar", "aria-hidden": "true", viewBox: "0 0 100 6", preserveAspectRatio: "none"},
      drawn("rect", {width: 100 * (size ?? 0) / largest, height: 6}))),
  ];
}

function sizesPart(sizes) {
  const largest = Math.max(1, ...sizes.map(each => each.size ?? 0));
  const body = sizes.map((each, index) => element("tr", {},
    dialectHead(page.dialects[index].name), sizeCells(each.size, largest),
    element("td", {}, each.name && ["called ", span("wire", each.name)],
      (each.notes ?? []).map((note, at) => [(at > 0 || each.name) && "; ", note.what, note.count > 1 && ` (${note.count})`]))));
  return part("Size in each provider’s list",
    table("Size in each provider’s list", ["List", {amount: "Characters"}, "", "Expressed differently"], body));
}

function schemasPart(schemas) {
  if (!schemas.length) return null;
  return part("JSON Schema", schemas.map(schema => {
    const size = plural(schema.json.length, "character");
    const details = element("details", {}, element("summary", {}, schema.title, span("number", size)));
    fillLater(details, () => json(`JSON Schema: ${schema.title}`, schema.json));
    return details;
  }));
}

function correctionItem(correction) {
  return element("li", {},
    element("p", {class: "actions"}, correction.at && [span("wire", correction.at), " "],
      correction.actions.map(([key, value]) => span("action", span("key", key), " ", value))),
    element("p", {dir: "auto"}, correction.reason),
    correction.link && element("p", {class: "note"}, correction.link));
}

function changeItem(change) {
  return element("li", {}, change.grade && span("mark", change.grade), " ",
    change.pointer && [span("wire", change.pointer), " "], change.what);
}

function showTool({tool, index}) {
  const details = detailsOf(index);
  const group = page.groups[tool.group];
  const corrections = page.corrections.filter(correction => correction.tool === tool.name);
  const changes = page.changes?.entries.filter(change => change.tool === tool.name) ?? [];
  const uncallable = details.contradictions;
  return [
    element("header", {class: "tool-head"},
      element("p", {class: "crumbs"}, group.title || page.title),
      element("h2", {tabindex: "-1", class: "mono"}, group.handle && [span("dim", group.handle + "."), element("wbr")], tool.method),
      element("p", {class: "facts"}, effectMark(tool.effect),
        details.is_idempotent && span("mark", "idempotent"),
        tool.tags.map(tag => span("mark tag", tag)),
        span("tool-name", tool.name), copyButton("the name of the tool", () => tool.name))),
    details.deprecated && element("p", {class: "banner"}, element("strong", {}, "Deprecated. "), details.deprecated),
    uncallable.length > 0 && element("div", {class: "banner bad"},
      element("strong", {}, tool.is_callable ? "Arguments that cannot be given" : "This tool cannot be called"),
      element("ul", {}, uncallable.map(each => element("li", {}, span("wire", each.pointer), " ", each.why)))),
    element("p", {class: "description", dir: "auto"}, tool.description || "The catalog has no description."),
    part("Call in Rust", rust("the call", details.code),
      element("p", {class: "note"}, "A type is in place of each value.")),
    details.arguments.length > 0 && part("Arguments", places("Arguments", details.arguments, true)),
    part("Response", element("p", {}, "Returns ", span("type", details.returns), "."),
      details.response.some(place => place.label)
        && places("Fields of the response", details.response.filter(place => place.label), false),
      details.types && element("details", {}, element("summary", {}, "Types in Rust"), rust("the types", details.types))),
    needsPart(tool, details),
    wirePart(tool, details.wire),
    schemasPart(details.schemas),
    sizesPart(details.sizes),
    corrections.length > 0 && part("Corrections", element("ul", {class: "items"}, corrections.map(correctionItem))),
    changes.length > 0 && part(`Changes since ${page.changes.since}`, element("ul", {class: "items"}, changes.map(changeItem))),
  ];
}

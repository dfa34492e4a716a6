// The graph of identifiers, drawn from positions that the generator computed.

function drawGraph(graph) {
  const picture = drawn("svg", {
    class: "graph", role: "group", "aria-label": "Graph: tools that return identifiers, and tools that require them",
    viewBox: `0 0 ${graph.width} ${graph.height}`,
  });
  // As wide as the view, if it stays legible.
  picture.style.maxWidth = `${graph.width}px`;
  picture.style.minWidth = `${Math.round(graph.width * 0.78)}px`;
  picture.append(drawn("defs", {}, drawn("marker", {
    id: "arrow-tip", viewBox: "0 0 8 8", refX: 8, refY: 4, markerWidth: 7, markerHeight: 7, orient: "auto",
  }, drawn("path", {d: "M0 0 8 4 0 8z"}))));
  const arrows = graph.arrows.map(({tool, kind, from: [x1, y1], to: [x2, y2]}) => {
    const bend = Math.max(45, (x2 - x1) / 2);
    const path = drawn("path", {class: "arrow", d: `M${x1} ${y1}C${x1 + bend} ${y1} ${x2 - bend} ${y2} ${x2} ${y2}`, "marker-end": "url(#arrow-tip)"},
      drawn("title", {}, `${tool} returns ${kind}`));
    picture.append(path);
    return {tool, kind, path};
  });
  const light = (chosen, isOn) => arrows.filter(chosen).forEach(({path}) => path.classList.toggle("lit", isOn));
  for (const card of graph.cards) picture.append(drawCard(card, light));
  return element("div", {class: "scroll graph-frame", tabindex: "0", role: "region", "aria-label": "Graph of identifiers"}, picture);
}

function drawCard(card, light) {
  const isOfCard = arrow => arrow.kind === card.kind;
  const node = drawn("g", {class: "card"},
    drawn("rect", {x: card.x, y: card.y, width: card.width, height: card.height, rx: 8}),
    drawn("text", {class: "card-title", x: card.x + 12, y: card.y + 26}, card.title));
  node.addEventListener("mouseenter", () => light(isOfCard, true));
  node.addEventListener("mouseleave", () => light(isOfCard, false));
  for (const row of card.rows) {
    const isOfRow = arrow => arrow.tool === row.tool;
    const link = drawn("a", {href: addressOf(row.tool), "aria-label": `${row.label}, ${row.effect} ${row.others}`},
      drawn("rect", {class: "row-back", x: card.x + 4, y: row.y - 10, width: card.width - 8, height: 20, rx: 4}),
      drawn("circle", {class: row.effect, cx: card.x + 15, cy: row.y, r: 3.5}),
      drawn("text", {x: card.x + 26, y: row.y + 4}, row.label, drawn("tspan", {class: "others", dx: 7}, row.others)));
    for (const [event, isOn] of [["mouseenter", true], ["focus", true], ["mouseleave", false], ["blur", false]]) {
      link.addEventListener(event, () => light(isOfRow, isOn));
    }
    node.append(link);
  }
  if (card.more) {
    const last = card.y + card.height - 18;
    const link = drawn("a", {href: "#/tools", "aria-label": `Find the other ${card.more} tools`},
      drawn("text", {class: "more", x: card.x + 26, y: last}, `and ${card.more.toLocaleString("en")} more`));
    link.addEventListener("click", () => searchFor(card.kind));
    node.append(link);
  }
  return node;
}

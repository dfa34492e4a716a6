// Navigation, keys and the theme. The address after # is the name of a tool, or / and the name of a view.

function viewOf(hash) {
  const address = hash.replace(/^#/, "");
  if (address === "/tools") return {isList: true, title: page.title, content: showOverview, path: ""};
  const view = VIEWS.find(({path}) => address === (path && `/${path}`));
  if (view) return {title: view.path ? `${view.label} · ${page.title}` : page.title, content: view.show, path: view.path};
  let name = address;
  try {
    name = decodeURIComponent(address);
  } catch {
    // A broken address is a name that no tool has.
  }
  const known = byName.get(name);
  if (known) return {title: `${pathOf(known.tool)} · ${page.title}`, content: () => showTool(known), tool: name};
  return {title: page.title, content: () => showUnknown(name)};
}

function showUnknown(name) {
  return [element("header", {class: "tool-head"}, heading("No such tool"),
    element("p", {class: "lead"}, "This catalog has no tool ", span("wire", name), ".")),
    element("p", {}, element("a", {href: "#"}, "Overview"))];
}

let hasMoved = false;

function navigate() {
  const view = viewOf(location.hash);
  document.title = view.title;
  const main = find("main");
  main.replaceChildren(element("p", {class: "back"}, element("a", {href: "#/tools"}, "← All tools")));
  append(main, view.content());
  main.scrollTop = 0;
  scrollTo(0, 0);
  find("columns").classList.toggle("on-list", Boolean(view.isList));
  find("columns").classList.toggle("on-overview", view.path === "");
  const path = view.isList && find("tools-tab").offsetParent ? "tools" : view.path;
  for (const link of find("views").querySelectorAll("a")) {
    const isHere = path !== undefined && link.dataset.path === path;
    if (isHere) link.setAttribute("aria-current", "page"); else link.removeAttribute("aria-current");
  }
  markCurrent(view.tool);
  if (hasMoved && !view.isList) main.querySelector("h2")?.focus({preventScroll: true});
  hasMoved = true;
}

const THEMES = ["auto", "light", "dark"];

function setTheme(theme) {
  if (theme === "auto") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
  const next = THEMES[(THEMES.indexOf(theme) + 1) % THEMES.length];
  find("theme").textContent = {auto: "◐", light: "☀", dark: "☾"}[theme];
  find("theme").setAttribute("aria-label", `Theme: ${theme}. Change to ${next}`);
  find("theme").title = `Theme: ${theme}`;
  find("theme").dataset.theme = theme;
}

function storedTheme() {
  try {
    const theme = localStorage.getItem("toolsmith-theme");
    return THEMES.includes(theme) ? theme : "auto";
  } catch {
    return "auto";
  }
}

function changeTheme() {
  const theme = THEMES[(THEMES.indexOf(find("theme").dataset.theme) + 1) % THEMES.length];
  setTheme(theme);
  try {
    localStorage.setItem("toolsmith-theme", theme);
  } catch {
    // The choice lasts as long as the page.
  }
}

function onKey(event) {
  if (event.altKey || event.ctrlKey || event.metaKey || event.isComposing) return;
  const search = find("search");
  const isTyping = /^(INPUT|TEXTAREA|SELECT)$/.test(document.activeElement?.tagName);
  const isInList = find("list").contains(document.activeElement);
  if (event.key === "/" && !isTyping) {
    if (!search.offsetParent) location.hash = "#/tools";
    setTimeout(() => { search.focus(); search.select(); });
  } else if ((event.key === "ArrowDown" || event.key === "ArrowUp") && (isInList || document.activeElement === search)) {
    moveFocus(event.key === "ArrowDown" ? 1 : -1);
  } else if (event.key === "Escape") {
    if (document.activeElement === search && search.value) searchFor("");
    else if (document.activeElement === search) search.blur();
    else if (find("list").offsetParent) (find("list").querySelector("[aria-current]") ?? search).focus();
    else location.hash = "#/tools";
  } else {
    return;
  }
  event.preventDefault();
}

function openAll(isPrinting) {
  for (const details of find("main").querySelectorAll("details")) {
    if (isPrinting && !details.open) {
      fillers.get(details)?.();
      details.open = true;
      details.dataset.printed = "";
    } else if (!isPrinting && "printed" in details.dataset) {
      details.open = false;
      delete details.dataset.printed;
    }
  }
}

find("title").append(shown(page.title));
// In a narrow window the list of tools is a view of its own.
find("views").append(element("li", {id: "tools-tab"}, element("a", {href: "#/tools", "data-path": "tools"},
  "Tools", span("number", page.tools.length.toLocaleString("en")))));
for (const view of VIEWS) {
  find("views").append(element("li", {}, element("a", {href: view.path ? `#/${view.path}` : "#", "data-path": view.path},
    view.label, view.number !== undefined && span("number", view.number.toLocaleString("en")))));
}
setTheme(storedTheme());
makeFilters();
makeList();
filterList();
navigate();
find("search").addEventListener("input", filterList);
find("form").addEventListener("submit", event => {
  event.preventDefault();
  const first = rows.find(row => row.isShown);
  if (first) location.hash = addressOf(first.tool.name);
});
find("theme").addEventListener("click", changeTheme);
addEventListener("hashchange", navigate);
addEventListener("keydown", onKey);
addEventListener("beforeprint", () => openAll(true));
addEventListener("afterprint", () => openAll(false));

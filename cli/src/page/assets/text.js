// Elements and text. Text of the catalog enters the document here, as text nodes and attributes only.

// Characters that a reader does not see or that reorder those around them. Joiners, which scripts and
// emoji need, and the tags of flag emoji stay.
const UNSEEN = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b\u200e\u200f\u202a-\u202e\u2028\u2029\u2060-\u206f\u3164\ufeff\uffa0]|(?<!\u{1f3f4}[\u{e0020}-\u{e007f}]*)[\u{e0000}-\u{e0fff}]/gu;

const find = id => document.getElementById(id);

// Returns a string as a node that shows unseen characters by their numbers.
function shown(string) {
  if (string.search(UNSEEN) < 0) return document.createTextNode(string);
  const all = document.createDocumentFragment();
  let end = 0;
  for (const match of string.matchAll(UNSEEN)) {
    all.append(string.slice(end, match.index));
    const mark = document.createElement("span");
    mark.className = "unseen-mark";
    mark.title = "a character that is not visible, or that reorders text";
    mark.textContent = "U+" + match[0].codePointAt(0).toString(16).toUpperCase().padStart(4, "0");
    all.append(mark);
    end = match.index + match[0].length;
  }
  all.append(string.slice(end));
  return all;
}

function append(node, children) {
  for (const child of children.flat(Infinity)) {
    if (child === null || child === undefined || child === false) continue;
    node.append(child instanceof Node ? child : shown(String(child)));
  }
  return node;
}

function setAll(node, attributes) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === null || value === false) continue;
    if (typeof value === "function") node.addEventListener(name, value);
    else node.setAttribute(name, value === true ? "" : value);
  }
  return node;
}

const element = (tag, attributes = {}, ...children) =>
  append(setAll(document.createElement(tag), attributes), children);

const drawn = (tag, attributes = {}, ...children) =>
  append(setAll(document.createElementNS("http://www.w3.org/2000/svg", tag), attributes), children);

const span = (kind, ...children) => element("span", {class: kind}, ...children);

const plural = (count, noun) =>
  `${count.toLocaleString("en")} ${noun}${count === 1 ? "" : noun.endsWith("s") ? "es" : "s"}`;

const addressOf = name => "#" + encodeURIComponent(name);

function announce(message) {
  find("announcer").textContent = message;
}

function copyButton(what, textOf) {
  const button = element("button", {type: "button", class: "copy", "aria-label": `Copy ${what}`}, "Copy");
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(textOf());
    } catch {
      // A page without that permission can copy a selection.
      const area = element("textarea", {class: "unseen", "aria-hidden": "true"});
      area.value = textOf();
      document.body.append(area);
      area.select();
      document.execCommand("copy");
      area.remove();
      button.focus();
    }
    button.textContent = "Copied";
    announce(`Copied ${what}`);
    setTimeout(() => { button.textContent = "Copy"; }, 1500);
  });
  return button;
}

function codeBlock(what, text, content) {
  const pre = element("pre", {tabindex: "0", role: "region", "aria-label": what}, element("code", {}, content));
  return element("div", {class: "code"}, copyButton(what, () => text), pre);
}

// Rust code of the generator: everything after // in a line is a comment.
function rust(what, code) {
  const text = code.trimEnd();
  const lines = text.split("\n").map((line, index) => {
    const begin = index ? "\n" : "";
    const comment = line.indexOf("// ");
    return comment < 0
      ? begin + line
      : [begin + line.slice(0, comment), span("comment", line.slice(comment))];
  });
  return codeBlock(what, text, lines);
}

const MAX_COLORED_TOKENS = 8000;

// Compact JSON with line breaks. It is not parsed, so that numbers and the order of keys stay.
function json(what, text) {
  const tokens = text.match(/"(?:[^"\\]|\\.)*"|[{}[\],:]|[^\s"{}[\],:]+/g) ?? [];
  const colored = tokens.length <= MAX_COLORED_TOKENS;
  const parts = [];
  let plain = "";
  let depth = 0;
  let inline = 0;
  const push = (token, kind) => {
    plain += token;
    parts.push(kind && colored ? span(kind, token) : token);
  };
  const line = () => push("\n" + "  ".repeat(depth));
  tokens.forEach((token, index) => {
    if (token === "{" || token === "[") {
      push(token);
      if (token === "[" && isShort(tokens, index)) inline = 1;
      depth += 1;
      if (!inline && tokens[index + 1] !== "}" && tokens[index + 1] !== "]") line();
    } else if (token === "}" || token === "]") {
      depth -= 1;
      if (!inline && tokens[index - 1] !== "{" && tokens[index - 1] !== "[") line();
      inline = 0;
      push(token);
    } else if (token === ",") {
      push(inline ? ", " : ",");
      if (!inline) line();
    } else if (token === ":") {
      push(": ");
    } else if (tokens[index + 1] === ":") {
      push(token, "key");
    } else {
      push(token, token[0] === '"' ? "string" : "literal");
    }
  });
  return codeBlock(what, plain, colored ? parts : plain);
}

// Returns true for a list of a few values that fit on one line.
function isShort(tokens, begin) {
  let length = 0;
  for (let index = begin + 1; length < 64; index += 1) {
    const token = tokens[index];
    if (token === "]") return true;
    if (token === undefined || token === "{" || token === "[") return false;
    length += token.length + 1;
  }
  return false;
}

// Keys, drafts and drawn passages for the review pages. Everything here can be done with the plain forms, too.
"use strict";

const DRAFT_AFTER_MS = 700;
const TYPING = "input, select, textarea";
let rejecting = false;
let waiting = null;

function item() {
  return document.getElementById("item");
}

function keymap() {
  const keys = JSON.parse(item().dataset.keys);
  return Object.fromEntries(Object.entries(keys).map(([action, key]) => [key.toLowerCase(), action]));
}

function reveal(element) {
  for (let at = element; at; at = at.parentElement) if (at.tagName === "DETAILS") at.open = true;
  element.scrollIntoView({ block: "nearest" });
  element.focus();
}

function field(name) {
  const found = document.querySelector(`#correct [data-name="${name}"] :is(input, select)`);
  if (found) reveal(found);
}

function numbered(digit) {
  const found = document.querySelector(`#correct [data-field="${digit}"] :is(input, select)`);
  if (found) reveal(found);
}

function press(id) {
  document.getElementById(id)?.click();
}

const ACTIONS = {
  accept: () => press("accept"),
  skip: () => press("skip"),
  next: () => press("next"),
  previous: () => press("previous"),
  link: () => press("link"),
  merge: () => press("merge"),
  help: () => press("help"),
  undo: () => document.getElementById("undo")?.requestSubmit(),
  edit: () => field("type"),
  place: () => field("place"),
  date: () => field("time"),
  number: () => field("figures"),
  flag: () => note("flag"),
  comment: () => note("comment"),
  reject: () => {
    const reason = document.getElementById("reject-reason");
    if (reason) reveal(reason);
    rejecting = reason !== null;
  },
};

function note(action) {
  const words = document.getElementById("note");
  if (!words) return;
  words.form.dataset.action = action;
  reveal(words);
}

function onKey(event) {
  if (!item() || event.defaultPrevented || event.ctrlKey || event.altKey || event.metaKey) return;
  const target = event.target;
  if (event.key === "Escape" && target.matches(TYPING)) {
    rejecting = false;
    item().focus();
    return;
  }
  if (rejecting && target.id === "reject-reason" && /^[1-9]$/.test(event.key)) {
    target.selectedIndex = Math.min(Number(event.key), target.options.length - 1);
    event.preventDefault();
    return;
  }
  if (event.key === "Enter" && (target.id === "reject-reason" || target.id === "note")) {
    event.preventDefault();
    const wanted = target.form.dataset.action ?? target.form.querySelector("button").value;
    target.form.requestSubmit(target.form.querySelector(`button[value="${wanted}"]`) ?? target.form.querySelector("button"));
    return;
  }
  if (target.matches(TYPING) || target.isContentEditable) return;
  if (/^[1-9]$/.test(event.key)) {
    event.preventDefault();
    numbered(event.key);
    return;
  }
  const action = keymap()[event.key.toLowerCase()];
  if (!action) return;
  event.preventDefault();
  ACTIONS[action]();
}

// ── The next item without loading the whole page again ──

async function send(form, button) {
  // Not form.action: a button of that name hides it.
  const body = new URLSearchParams(new FormData(form, button ?? undefined));
  return show(await fetch(form.getAttribute("action"), { method: "POST", body }));
}

async function show(response) {
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  const main = page.getElementById("main");
  if (!main) {
    location.assign(response.url);
    return;
  }
  document.getElementById("main").replaceWith(document.adoptNode(main));
  document.title = page.title;
  history.pushState(null, "", response.url);
  rejecting = false;
  item()?.focus({ preventScroll: true });
  window.scrollTo(0, 0);
}

function onSubmit(event) {
  const form = event.target;
  if (!item() || !item().contains(form) || event.defaultPrevented) return;
  event.preventDefault();
  clearTimeout(waiting);
  waiting = null;
  send(form, event.submitter).catch(() => {
    // The server cannot be reached this way: let the browser try, and say so if it cannot either.
    if (event.submitter?.name) form.append(hiddenInput(event.submitter.name, event.submitter.value));
    form.submit();
  });
}

function hiddenInput(name, value) {
  const made = document.createElement("input");
  Object.assign(made, { type: "hidden", name, value });
  return made;
}

function onClick(event) {
  const link = event.target.closest("a");
  if (!link || !item()?.contains(link) || event.ctrlKey || event.metaKey || event.shiftKey) return;
  if (link.id === "to-correct" || link.id === "to-reject") {
    event.preventDefault();
    ACTIONS[link.id === "to-correct" ? "edit" : "reject"]();
  } else if (link.id === "next" || link.id === "previous") {
    event.preventDefault();
    fetch(link.href).then(show, () => location.assign(link.href));
  }
}

// ── Drafts ──

function onInput(event) {
  const form = event.target.form;
  if (form?.id !== "correct") return;
  clearTimeout(waiting);
  waiting = setTimeout(() => keep(form), DRAFT_AFTER_MS);
}

async function keep(form) {
  waiting = null;
  const body = new URLSearchParams(new FormData(form));
  const said = document.getElementById("kept");
  try {
    const response = await fetch(`${form.getAttribute("action")}/draft`, { method: "POST", body, keepalive: true });
    if (said) said.textContent = response.ok ? "Kept as a draft." : "Not kept: the server refused.";
  } catch {
    if (said) said.textContent = "Not kept: the server does not answer.";
  }
}

function onLeave() {
  const form = document.getElementById("correct");
  if (waiting !== null && form) keep(form);
}

// ── Drawing a missed claim ──

function offsetOf(node, offset) {
  const holder = (node.nodeType === Node.TEXT_NODE ? node.parentElement : node).closest("[data-start]");
  if (!holder) return null;
  const range = document.createRange();
  range.setStart(holder, 0);
  range.setEnd(node, offset);
  return Number(holder.dataset.start) + Array.from(range.toString()).length;
}

function onSelection() {
  const text = document.getElementById("text");
  const form = document.getElementById("missing");
  const chosen = document.getSelection();
  if (!text || !form || chosen.isCollapsed || !text.contains(chosen.anchorNode) || !text.contains(chosen.focusNode)) return;
  const range = chosen.getRangeAt(0);
  const start = offsetOf(range.startContainer, range.startOffset);
  const end = offsetOf(range.endContainer, range.endOffset);
  form.elements.words.value = withoutLabels(range).trim();
  form.elements.start.value = start ?? "";
  form.elements.end.value = end ?? "";
}

function withoutLabels(range) {
  const copy = range.cloneContents();
  for (const label of copy.querySelectorAll(".label")) label.remove();
  return Array.from(copy.childNodes, (node) => node.textContent).join("\n");
}

document.addEventListener("keydown", onKey);
document.addEventListener("submit", onSubmit);
document.addEventListener("click", onClick);
document.addEventListener("input", onInput);
document.addEventListener("selectionchange", onSelection);
window.addEventListener("pagehide", onLeave);
window.addEventListener("popstate", () => location.reload());

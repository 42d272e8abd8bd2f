// Where people write: messages, files, and commands, which offer themselves after a slash.
import { act, busily, send, toast } from "./acts.js";
import { contents } from "./files.js";
import { refresh } from "./live.js";
import { openMenu } from "./popups.js";

const waiting = new WeakMap();

export function known() {
  return JSON.parse(document.getElementById("manifest").textContent);
}

function filesOf(form) {
  if (!waiting.has(form)) waiting.set(form, []);
  return waiting.get(form);
}

function showFiles(form) {
  const chips = form.querySelector(".chips");
  chips.replaceChildren();
  for (const file of filesOf(form)) {
    const chip = document.createElement("li");
    const button = document.createElement("button");
    button.type = "button";
    button.className = "chip";
    button.textContent = `📎 ${file.name} ✕`;
    button.setAttribute("aria-label", `Remove ${file.name}`);
    button.addEventListener("click", () => {
      filesOf(form).splice(filesOf(form).indexOf(file), 1);
      showFiles(form);
    });
    chip.append(button);
    chips.append(chip);
  }
}

export function addFiles(form, files) {
  filesOf(form).push(...files);
  showFiles(form);
  form.querySelector("textarea").focus();
}

function grow(area) {
  area.style.height = "auto";
  area.style.height = `${Math.min(area.scrollHeight, 220)}px`;
}

function here(form) {
  return { channel: document.body.dataset.channel, thread_ts: form.dataset.root || null };
}

async function command(form, text) {
  const [name] = text.split(/\s/, 1);
  await act("command", { command: name, text: text.slice(name.length).trim(), ...here(form) });
}

async function say(form, text) {
  const files = await contents(filesOf(form));
  const broadcast = form.elements.broadcast?.checked ?? false;
  const given = { text, styled: true, ...here(form), broadcast, ...(files.length ? { files } : {}) };
  await send("post", given);
  waiting.set(form, []);
  showFiles(form);
  await refresh();
}

async function submit(form) {
  const area = form.elements.text;
  const text = area.value.trim();
  if (!text && !filesOf(form).length) return;
  area.value = "";
  grow(area);
  suggest(form);
  try {
    await busily(form, () => (text.startsWith("/") ? command(form, text) : say(form, text)));
    // Whoever says something looks at what becomes of it, wherever they were reading.
    form.parentElement.querySelector(".stream")?.scrollTo(0, Number.MAX_SAFE_INTEGER);
  } catch (error) {
    area.value = text;
    toast(`That was not sent: ${error.message}`);
  }
}

function offers(text) {
  const { commands, names } = known();
  if (/^\/\S*$/.test(text)) {
    const fitting = commands.filter(({ name }) => name.startsWith(text));
    return fitting.map(({ name, hint, more }) => ({ label: `${name} ${hint}`, more, put: `${name} ` }));
  }
  const asked = /(^|\s)@([\p{L}\d. -]{0,30})$/u.exec(text);
  if (!asked) return [];
  const fitting = names.filter((name) => name.toLowerCase().startsWith(asked[2].toLowerCase()));
  const start = text.slice(0, text.length - asked[2].length - 1);
  return fitting.slice(0, 8).map((name) => ({ label: name, put: `${start}@${name} ` }));
}

function suggest(form) {
  form.querySelector("[role=listbox]")?.remove();
  const area = form.elements.text;
  const found = offers(area.value.slice(0, area.selectionStart));
  if (!found.length || found.some(({ put }) => put.trim() === area.value.trim())) return;
  const list = document.createElement("ul");
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", "Suggestions");
  found.forEach((offer, index) => {
    const line = document.createElement("li");
    line.setAttribute("role", "option");
    line.setAttribute("aria-selected", String(index === 0));
    line.textContent = offer.label;
    const more = document.createElement("small");
    more.textContent = offer.more ?? "";
    line.append(more);
    line.dataset.put = offer.put;
    line.addEventListener("mousedown", (event) => {
      event.preventDefault();
      take(form, line);
    });
    list.append(line);
  });
  form.append(list);
}

function take(form, line) {
  const area = form.elements.text;
  area.value = line.dataset.put + area.value.slice(area.selectionStart);
  area.selectionStart = area.selectionEnd = line.dataset.put.length;
  suggest(form);
}

function onListKey(form, event) {
  const lines = [...form.querySelectorAll("[role=option]")];
  if (!lines.length) return false;
  const now = lines.findIndex((line) => line.ariaSelected === "true");
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step) {
    const next = (now + step + lines.length) % lines.length;
    lines.forEach((line, at) => line.setAttribute("aria-selected", String(at === next)));
  } else if (event.key === "Tab" || event.key === "Enter") {
    take(form, lines[now]);
  } else if (event.key === "Escape") {
    form.querySelector("[role=listbox]").remove();
  } else {
    return false;
  }
  event.preventDefault();
  return true;
}

function onKey(event) {
  const form = event.target.closest(".composer");
  if (!form || !event.target.matches("textarea") || onListKey(form, event)) return;
  if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
    event.preventDefault();
    submit(form);
  }
}

function offerShortcuts(button) {
  const items = known().global.map(({ id, label }) => ({
    label,
    choose: () => act("shortcut", { shortcut: id }, button),
  }));
  openMenu(button, "Shortcuts", items);
}

function listenToFiles() {
  document.addEventListener("dragover", (event) => event.preventDefault());
  document.addEventListener("drop", (event) => {
    const room = event.target.closest("main, aside");
    const form = room?.querySelector(".composer");
    event.preventDefault();
    if (form && event.dataTransfer.files.length) addFiles(form, event.dataTransfer.files);
  });
  document.addEventListener("paste", (event) => {
    const form = event.target.closest(".composer");
    if (form && event.clipboardData.files.length) addFiles(form, event.clipboardData.files);
  });
}

export function listenToComposers() {
  document.addEventListener("keydown", onKey);
  document.addEventListener("input", (event) => {
    const form = event.target.closest(".composer");
    if (!form || !event.target.matches("textarea")) return;
    grow(event.target);
    suggest(form);
  });
  document.addEventListener("change", (event) => {
    if (event.target.matches(".composer input[type=file]")) {
      addFiles(event.target.closest(".composer"), [...event.target.files]);
      event.target.value = "";
    }
  });
  document.addEventListener("submit", (event) => {
    if (!event.target.matches(".composer")) return;
    event.preventDefault();
    submit(event.target);
  });
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-shortcuts]");
    if (button) offerShortcuts(button);
  });
  listenToFiles();
}

// Menus that search: options of the app, people, conversations; one or several.
import { placeOf, send, surfaceOf, tell } from "./acts.js";
import { mayGoOn } from "./popups.js";

const states = new WeakMap();
let serial = 0;

export function chosen(combo) {
  const items = states.get(combo).chosen.map(({ item }) => item);
  return combo.dataset.several ? items : items[0] ?? null;
}

function show(combo) {
  const state = states.get(combo);
  const input = combo.querySelector("input");
  const chips = combo.querySelector(".chips");
  chips.replaceChildren();
  if (!combo.dataset.several) {
    input.value = state.chosen[0]?.label ?? "";
    return;
  }
  input.value = "";
  for (const each of state.chosen) {
    const chip = document.createElement("button");
    chip.type = "button";
    chip.className = "chip";
    chip.textContent = `${each.label} ✕`;
    chip.setAttribute("aria-label", `Remove ${each.label}`);
    chip.addEventListener("click", () => settle(combo, state.chosen.filter((other) => other !== each)));
    chips.append(chip);
  }
}

async function settle(combo, items) {
  const state = states.get(combo);
  const before = state.chosen;
  state.chosen = items;
  show(combo);
  if (combo.dataset.tells === undefined) return;
  if (await mayGoOn(combo)) await tell(combo);
  else {
    state.chosen = before;
    show(combo);
  }
}

function close(combo) {
  combo.querySelector("[role=listbox]")?.remove();
  combo.querySelector("input").setAttribute("aria-expanded", "false");
  combo.querySelector("input").removeAttribute("aria-activedescendant");
}

function pick(combo, option) {
  const state = states.get(combo);
  const others = combo.dataset.several ? state.chosen.filter(({ label }) => label !== option.label) : [];
  close(combo);
  settle(combo, [...others, { label: option.label, item: option.item }]);
}

function list(combo, options) {
  close(combo);
  const input = combo.querySelector("input");
  const box = document.createElement("ul");
  box.setAttribute("role", "listbox");
  box.dataset.local = "";
  box.id = `list-${++serial}`;
  for (const [index, option] of options.entries()) {
    const line = document.createElement("li");
    line.setAttribute("role", "option");
    line.id = `${box.id}-${index}`;
    line.textContent = option.label;
    if (option.more) {
      const more = document.createElement("small");
      more.textContent = option.more;
      line.append(more);
    }
    line.addEventListener("mousedown", (event) => {
      event.preventDefault();
      pick(combo, option);
    });
    box.append(line);
  }
  if (!options.length) {
    const line = document.createElement("li");
    line.className = "muted";
    line.textContent = "No results";
    box.append(line);
  }
  combo.append(box);
  states.get(combo).options = options;
  input.setAttribute("aria-expanded", "true");
  input.setAttribute("aria-controls", box.id);
  mark(combo, options.length ? 0 : -1);
}

function mark(combo, index) {
  const lines = [...combo.querySelectorAll("[role=option]")];
  states.get(combo).index = index;
  lines.forEach((line, at) => line.setAttribute("aria-selected", String(at === index)));
  const line = lines[index];
  if (!line) return;
  combo.querySelector("input").setAttribute("aria-activedescendant", line.id);
  line.scrollIntoView({ block: "nearest" });
}

async function search(combo, query) {
  const state = states.get(combo);
  const number = ++state.asked;
  const given = { ...surfaceOf(combo), place: placeOf(combo), query };
  const { options } = await send("offered", given).catch(() => ({ options: [] }));
  if (number === state.asked && combo.contains(document.activeElement)) list(combo, options);
}

function onKey(combo, event) {
  const state = states.get(combo);
  const isOpen = combo.querySelector("[role=listbox]") !== null;
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step) {
    event.preventDefault();
    if (!isOpen) search(combo, "");
    else if (state.options.length) mark(combo, (state.index + step + state.options.length) % state.options.length);
  } else if (event.key === "Enter") {
    event.preventDefault();
    if (isOpen && state.options[state.index]) pick(combo, state.options[state.index]);
  } else if (event.key === "Escape" && isOpen) {
    event.preventDefault();
    event.stopPropagation();
    close(combo);
    show(combo);
  } else if (event.key === "Backspace" && !event.target.value && state.chosen.length) {
    settle(combo, state.chosen.slice(0, -1));
  }
}

function bring(combo) {
  states.set(combo, { chosen: JSON.parse(combo.dataset.combo), options: [], index: -1, asked: 0 });
  const input = combo.querySelector("input");
  let timer = null;
  show(combo);
  input.addEventListener("focus", () => input.select());
  input.addEventListener("click", () => search(combo, ""));
  input.addEventListener("input", () => {
    clearTimeout(timer);
    if (!combo.dataset.several && !input.value) states.get(combo).chosen = [];
    timer = setTimeout(() => search(combo, input.value), 150);
  });
  input.addEventListener("keydown", (event) => onKey(combo, event));
  input.addEventListener("blur", () => {
    states.get(combo).asked += 1;
    close(combo);
    show(combo);
  });
}

export function bringCombos() {
  for (const combo of document.querySelectorAll(".combo")) if (!states.has(combo)) bring(combo);
}

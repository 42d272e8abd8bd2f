// Menus that pop up: arrow keys move, Escape closes, and focus goes back to where it came from.

let open = null;

export function closeMenu(refocus = false) {
  if (!open) return;
  const { menu, button } = open;
  open = null;
  menu.remove();
  button.setAttribute("aria-expanded", "false");
  if (refocus) button.focus();
}

function placeBeside(menu, button) {
  const spot = button.getBoundingClientRect();
  const below = spot.bottom + menu.offsetHeight + 8 < innerHeight;
  const top = below ? spot.bottom + 4 : Math.max(8, spot.top - menu.offsetHeight - 4);
  const left = Math.min(spot.left, innerWidth - menu.offsetWidth - 8);
  menu.style.top = `${top}px`;
  menu.style.left = `${Math.max(8, left)}px`;
}

function move(menu, step) {
  const items = [...menu.querySelectorAll("[role=menuitem]")];
  const now = items.indexOf(document.activeElement);
  items[(now + step + items.length) % items.length].focus();
}

function onKey(event) {
  const steps = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 };
  if (event.key in steps) {
    event.preventDefault();
    move(event.currentTarget, steps[event.key]);
  } else if (event.key === "Escape" || event.key === "Tab") {
    event.preventDefault();
    event.stopPropagation();
    closeMenu(true);
  }
}

/** `items`: label, and `choose` to call. A group of signs stands side by side. */
export function openMenu(button, label, items, className = "") {
  const wasHere = open?.button === button;
  closeMenu();
  if (wasHere) return;
  const menu = document.createElement("div");
  menu.className = `menu ${className}`;
  menu.dataset.local = "";
  menu.setAttribute("role", "menu");
  menu.setAttribute("aria-label", label);
  for (const item of items) {
    const line = document.createElement("button");
    line.type = "button";
    line.setAttribute("role", "menuitem");
    line.textContent = item.label;
    if (item.title) line.title = item.title;
    if (item.name) line.setAttribute("aria-label", item.name);
    if (item.danger) line.className = "danger";
    line.addEventListener("click", () => {
      closeMenu(true);
      item.choose();
    });
    menu.append(line);
  }
  (button.closest("dialog") ?? document.body).append(menu);
  open = { menu, button };
  button.setAttribute("aria-expanded", "true");
  placeBeside(menu, button);
  menu.addEventListener("keydown", onKey);
  menu.querySelector("[role=menuitem]")?.focus();
}

addEventListener("pointerdown", (event) => {
  if (open && !open.menu.contains(event.target) && !open.button.contains(event.target)) closeMenu();
});
addEventListener("resize", () => closeMenu());

/** Slack's confirmation dialog; true when it was confirmed. */
export function confirmed({ title, text, confirm, deny, style }) {
  const dialog = document.createElement("dialog");
  dialog.className = "window ask";
  dialog.dataset.local = "";
  const heading = document.createElement("h2");
  heading.id = "ask-title";
  heading.textContent = title;
  const words = document.createElement("p");
  words.textContent = text;
  const footer = document.createElement("footer");
  dialog.setAttribute("aria-labelledby", heading.id);
  dialog.setAttribute("role", "alertdialog");
  for (const [value, label, look] of [["no", deny || "Cancel", ""], ["yes", confirm || "Yes", style || "primary"]]) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = `button ${look}`;
    button.textContent = label;
    button.addEventListener("click", () => dialog.close(value));
    footer.append(button);
  }
  dialog.append(heading, words, footer);
  document.body.append(dialog);
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(dialog.returnValue === "yes");
    });
    dialog.showModal();
  });
}

export async function mayGoOn(element) {
  return element.dataset.confirm ? confirmed(JSON.parse(element.dataset.confirm)) : true;
}

// What one does with a message: react, shortcuts, edit, delete, put away.
import { act, surfaceOf } from "./acts.js";
import { known } from "./composer.js";
import { confirmed, openMenu } from "./popups.js";

function react(button) {
  const remove = button.getAttribute("aria-pressed") === "true";
  return act("react", { ...surfaceOf(button), emoji: button.dataset.react, remove }, button);
}

function pickReaction(button) {
  const items = known().picked.map(([name, label]) => ({
    label,
    name: `React with ${name.replaceAll("_", " ")}`,
    title: `:${name}:`,
    choose: () => act("react", { ...surfaceOf(button), emoji: name }, button),
  }));
  openMenu(button, "Reactions", items, "signs");
}

function edit(article) {
  const body = article.querySelector(".body");
  const form = document.createElement("form");
  form.className = "editing";
  form.dataset.local = "";
  const area = document.createElement("textarea");
  area.setAttribute("aria-label", "Edit message");
  area.value = article.dataset.words;
  const [cancel, save] = ["Cancel", "Save"].map((label) => {
    const button = document.createElement("button");
    button.className = label === "Save" ? "button primary" : "button";
    button.type = label === "Save" ? "submit" : "button";
    button.textContent = label;
    return button;
  });
  const done = () => {
    form.remove();
    body.hidden = false;
  };
  cancel.addEventListener("click", done);
  area.addEventListener("keydown", (event) => {
    if (event.key === "Escape") done();
    if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      form.requestSubmit(save);
    }
  });
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    event.stopPropagation();
    done();
    await act("edit", { ...surfaceOf(article), text: area.value.trim(), styled: true }, article);
  });
  form.append(area, cancel, save);
  body.hidden = true;
  body.after(form);
  area.focus();
}

async function remove(article) {
  const asked = {
    title: "Delete message",
    text: "Are you sure you want to delete this message? This cannot be undone.",
    confirm: "Delete",
    style: "danger",
  };
  if (await confirmed(asked)) await act("delete", surfaceOf(article), article);
}

function offerMore(button) {
  const article = button.closest("article");
  const items = known().message.map(({ id, label }) => ({
    label,
    choose: () => act("message_shortcut", { ...surfaceOf(button), shortcut: id }, button),
  }));
  if (button.dataset.own !== undefined) {
    items.push({ label: "Edit message", choose: () => edit(article) });
    items.push({ label: "Delete message…", danger: true, choose: () => remove(article) });
  }
  openMenu(button, "More actions", items);
}

export function listenToMessages() {
  const works = [
    ["[data-react]", react],
    ["[data-picker]", pickReaction],
    ["[data-more]", offerMore],
    ["[data-dismiss]", (button) => act("dismiss", { ts: button.closest("article").dataset.ts })],
  ];
  document.addEventListener("click", (event) => {
    for (const [selector, work] of works) {
      const button = event.target.closest(selector);
      if (button) work(button);
    }
  });
}

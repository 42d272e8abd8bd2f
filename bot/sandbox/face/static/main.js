// Everything of the page comes together here.
import { act, choose, press, send, tell } from "./acts.js";
import { bringCombos } from "./combo.js";
import { listenToComposers } from "./composer.js";
import { follow, go, onShown } from "./live.js";
import { listenToMessages } from "./messages.js";
import { mayGoOn, openMenu } from "./popups.js";
import { listenToWindows, showWindows } from "./windows.js";

const THEMES = ["auto", "light", "dark"];
const read = new Map();

function changeTheme() {
  const root = document.documentElement;
  const next = THEMES[(THEMES.indexOf(root.dataset.theme) + 1) % THEMES.length];
  root.dataset.theme = next;
  document.cookie = `theme=${next}; path=/; max-age=31536000; samesite=strict`;
}

function showNavigation(isShown) {
  document.body.toggleAttribute("data-is-navigating", isShown);
  document.getElementById("nav-button").setAttribute("aria-expanded", String(isShown));
}

/** What one looks at is read. */
function markRead() {
  const { channel, thread, tab } = document.body.dataset;
  if (document.visibilityState !== "visible" || !channel || tab === "home") return;
  for (const root of thread ? ["", thread] : [""]) {
    const name = root ? "aside .message:last-of-type" : "main .message:last-of-type";
    const newest = [...document.querySelectorAll(name)].at(-1)?.dataset.ts;
    if (!newest || read.get(channel + root) === newest) continue;
    read.set(channel + root, newest);
    send("read", { channel, thread_ts: root || null }).catch(() => read.delete(channel + root));
  }
}

function openHome() {
  const { tab } = document.body.dataset;
  if (tab) send("open_home", { tab }).catch(() => {});
}

function overflow(button) {
  const items = JSON.parse(button.dataset.overflow).map(({ label, item, url }) => ({
    label,
    choose: async () => {
      if (url) window.open(url, "_blank", "noopener");
      if (await mayGoOn(button)) await choose(button, item);
    },
  }));
  openMenu(button, "More options", items);
}

function isPlainClick(event) {
  return event.button === 0 && !(event.metaKey || event.ctrlKey || event.shiftKey || event.altKey);
}

function follows(link) {
  const isOurs = link.origin === location.origin && link.pathname.startsWith(`${document.body.dataset.me}/`);
  return isOurs && !link.target && !link.hasAttribute("download") && link.dataset.leave === undefined;
}

document.addEventListener("click", async (event) => {
  const link = event.target.closest("a[href]");
  if (link && isPlainClick(event) && follows(link)) {
    event.preventDefault();
    showNavigation(false);
    await go(link.href);
    return;
  }
  const button = event.target.closest("button");
  if (!button || button.hasAttribute("aria-busy")) return;
  if (button.id === "theme-button") changeTheme();
  if (button.id === "nav-button") showNavigation(!document.body.hasAttribute("data-is-navigating"));
  if (button.dataset.overflow) overflow(button);
  if (button.dataset.press !== undefined && (await mayGoOn(button))) await press(button);
  if (button.dataset.switch) act("switch", { name: button.dataset.switch, on: button.ariaChecked !== "true" });
  if (button.dataset.forget !== undefined) act("forget");
});

/** Inputs that report to the app do so when they change. */
document.addEventListener("change", async (event) => {
  const input = event.target.closest("[data-tells]");
  if (input && !input.matches(".combo") && (await mayGoOn(input))) await tell(input);
});

document.addEventListener("keydown", (event) => {
  const input = event.target;
  if (event.key === "Enter" && input.matches("dialog input[data-tells]")) {
    event.preventDefault();
    tell(input);
  }
  if (event.key === "Escape" && document.body.hasAttribute("data-is-navigating")) showNavigation(false);
});

document.addEventListener("visibilitychange", markRead);

onShown((moved) => {
  bringCombos();
  showWindows();
  markRead();
  if (moved) openHome();
});

listenToComposers();
listenToMessages();
listenToWindows();
bringCombos();
showWindows();
markRead();
openHome();
follow();
document.body.setAttribute("data-is-ready", "");

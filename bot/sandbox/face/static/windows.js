// Windows: only the topmost is open; Escape and Cancel close one, ✕ closes all.
import { act, submit } from "./acts.js";

let opener = null;

function focusFirst(dialog) {
  const first = dialog.querySelector("[autofocus]")
    ?? dialog.querySelector(".content :is(input, textarea, select, button):not([disabled])")
    ?? dialog.querySelector("footer button:last-child") ?? dialog.querySelector("[data-close]");
  first?.focus();
}

export function showWindows() {
  const dialogs = [...document.querySelectorAll("#windows > dialog")];
  const top = dialogs.find((each) => each.dataset.top !== undefined);
  for (const dialog of dialogs) if (dialog !== top && dialog.open) dialog.close();
  if (top && !top.open) {
    if (!opener) opener = document.activeElement;
    top.showModal();
    focusFirst(top);
  } else if (!top && opener) {
    if (opener.isConnected) opener.focus({ preventScroll: true });
    opener = null;
  }
}

/** Once for each window: a browser may say twice that Escape was pressed. */
async function close(dialog, everything) {
  if (dialog.dataset.isClosing !== undefined) return;
  dialog.dataset.isClosing = "";
  await act("close_view", { everything }, dialog.querySelector("[data-close]"));
  delete dialog.dataset.isClosing;
}

export function listenToWindows() {
  document.addEventListener("cancel", (event) => {
    if (!event.target.matches("#windows > dialog")) return;
    event.preventDefault();
    close(event.target, false);
  }, true);
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-close]");
    if (button) close(button.closest("dialog"), button.dataset.close === "everything");
  });
  document.addEventListener("submit", (event) => {
    const dialog = event.target.closest("dialog");
    if (!dialog) return;
    event.preventDefault();
    const button = dialog.querySelector("button[type=submit]");
    if (button && !button.disabled && !button.hasAttribute("aria-busy")) submit(dialog);
  });
}

// What a person does goes to the server; what Slack then says is shown where they are looking.
import { refresh } from "./live.js";
import { contents } from "./files.js";
import { chosen } from "./combo.js";

const WORDS = {
  operation_timeout: "The app did not answer within 3 seconds (operation_timeout).",
  dispatch_failed: "The app answered with an error (dispatch_failed).",
};

export function toast(words) {
  const line = document.createElement("p");
  line.className = "toast";
  line.textContent = words;
  const toasts = document.getElementById("toasts");
  toasts.append(line);
  // Shown anew, they stand above a window that was opened since.
  toasts.hidePopover();
  toasts.showPopover();
  setTimeout(() => line.remove(), 6000);
}

export async function send(verb, given = {}) {
  const response = await fetch(`${document.body.dataset.me}/do/${verb}`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(given),
  });
  const answer = await response.json();
  if (!response.ok) throw new Error(answer.error);
  return answer;
}

/** Does it, shows what went wrong at `where`, and looks at what has become of the page. */
export async function act(verb, given = {}, where = null) {
  complain(where, []);
  try {
    const answer = await send(verb, given);
    await refresh();
    complain(where, answer.notices ?? []);
    return answer;
  } catch (error) {
    toast(`That did not work: ${error.message}`);
    await refresh().catch(() => {});
    return null;
  }
}

function complain(where, notices) {
  const surface = where?.closest("[data-surface]");
  const place = surface?.querySelector(surface.matches("dialog") ? ".trouble" : ".failed");
  const words = surface?.matches("dialog") ? notices.slice(-1) : notices;
  const sentence = words.map((each) => WORDS[each] ?? each).join(" ");
  if (place) {
    place.textContent = sentence;
    place.hidden = !sentence;
  } else if (sentence && surface) {
    toast(sentence);
  }
}

export async function busily(button, work) {
  button.setAttribute("aria-busy", "true");
  try {
    return await work();
  } finally {
    button.removeAttribute("aria-busy");
  }
}

/** Where on the page something was pressed, as the server wants to know it. */
export function surfaceOf(element) {
  const surface = element.closest("[data-surface]");
  if (surface.dataset.surface === "message") {
    return { message: { channel: surface.dataset.channel, ts: surface.dataset.ts } };
  }
  return surface.dataset.surface === "home" ? { surface: "home" } : { view_id: surface.dataset.view };
}

export function placeOf(element) {
  return { block_id: element.dataset.block, action_id: element.dataset.action };
}

async function valueOf(input) {
  const kind = input.dataset.kind;
  if (input.dataset.combo !== undefined) return chosen(input);
  if (input.dataset.files !== undefined) return contents(input.querySelector("input").files);
  if (kind === "radio_buttons" || kind === "checkboxes") {
    const found = [...input.querySelectorAll("input:checked")].map(({ value }) => ({ value }));
    return kind === "checkboxes" ? found : found[0] ?? null;
  }
  if (!input.value) return null;
  if (kind === "static_select") return { value: input.value };
  return kind === "datetimepicker" ? { local: input.value } : input.value;
}

/** Everything that stands in the inputs of a window; files only where some were chosen. */
export async function entries(surface) {
  const found = [];
  for (const input of surface.querySelectorAll("[data-input]")) {
    const value = await valueOf(input);
    if (input.dataset.files !== undefined && value.length === 0) continue;
    found.push([input.dataset.block, input.dataset.action, value]);
  }
  return found;
}

async function within(element, given) {
  const surface = element.closest("[data-surface]");
  const more = surface.dataset.surface === "view" ? { entries: await entries(surface) } : {};
  return { ...surfaceOf(element), ...more, ...given };
}

const inMessage = (element) => element.closest("[data-surface]").dataset.surface === "message";

export async function press(button) {
  if (button.dataset.url) window.open(button.dataset.url, "_blank", "noopener");
  const verb = inMessage(button) ? "click" : "click_view";
  const given = await within(button, { place: placeOf(button) });
  await busily(button, () => act(verb, given, button));
}

export async function choose(element, item) {
  const verb = inMessage(element) ? "choose" : "choose_view";
  await act(verb, await within(element, { place: placeOf(element), item }), element);
}

export async function tell(input) {
  await choose(input, await valueOf(input));
}

export async function submit(dialog) {
  const button = dialog.querySelector("button[type=submit]");
  const given = { view_id: dialog.dataset.view, entries: await entries(dialog) };
  await busily(button, () => act("submit", given, button));
  dialog.querySelector("[aria-invalid]")?.focus();
}

// The page follows the server: it looks again when there is news, and moves without reloading.
import { patch } from "./patch.js";

const after = [];
let running = null;
let again = false;

/** Called after every look, with whether the person is somewhere else than before. */
export function onShown(work) {
  after.push(work);
}

function streams() {
  return [...document.querySelectorAll(".stream[data-scroll]")];
}

function atBottom(element) {
  return element.scrollHeight - element.scrollTop - element.clientHeight < 40;
}

async function look(url) {
  const response = await fetch(url, { headers: { Accept: "text/html" }, redirect: "follow" });
  if (!response.ok) throw new Error(`the page answered ${response.status}`);
  const shown = new DOMParser().parseFromString(await response.text(), "text/html");
  const before = `${document.body.dataset.place}/${document.body.dataset.thread}`;
  const followed = new Set(streams().filter(atBottom).map((each) => each.ariaLabel));
  const height = new Map(streams().map((each) => [each.ariaLabel, each.scrollHeight]));
  document.title = shown.title;
  patch(document.body, shown.body);
  const moved = before !== `${shown.body.dataset.place}/${shown.body.dataset.thread}`;
  for (const stream of streams()) {
    if (moved || followed.has(stream.ariaLabel) || !height.has(stream.ariaLabel)) {
      stream.scrollTop = stream.scrollHeight;
    }
  }
  for (const work of after) work(moved);
}

/** Looks again; looks that are asked for meanwhile fold into one. */
export async function refresh() {
  if (running) {
    again = true;
    return running;
  }
  running = (async () => {
    do {
      again = false;
      await look(location.href);
    } while (again);
  })().finally(() => { running = null; });
  return running;
}

export async function go(url) {
  history.pushState(null, "", url);
  await refresh();
}

function hear(word) {
  document.body.toggleAttribute("data-is-away", word === "away");
  // What nobody looks at can wait until somebody does.
  if (document.visibilityState === "visible") refresh().catch(() => {});
}

/** One tab listens for all of them: a browser keeps only six connections to one place. */
export function follow() {
  const channel = new BroadcastChannel("news");
  const tell = (word) => {
    channel.postMessage(word);
    hear(word);
  };
  channel.onmessage = ({ data }) => hear(data);
  navigator.locks.request("news", () => new Promise(() => {
    const source = new EventSource("/face/live");
    source.onmessage = () => tell("news");
    source.onerror = () => tell("away");
  }));
  document.addEventListener("visibilitychange", () => hear("news"));
  addEventListener("popstate", () => refresh());
  for (const stream of streams()) stream.scrollTop = stream.scrollHeight;
}

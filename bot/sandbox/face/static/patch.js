// Makes what stands on the page like what the server sent, touching only what differs, so that
// focus, typed words, scrolling and open windows stay.

/** Nodes that the page made itself: menus, forms for editing. The server knows nothing of them. */
const isLocal = (node) => node?.dataset?.local !== undefined;
const key = (node) => node?.dataset?.key;
const keep = (node) => node?.dataset?.keep;

function skipLocal(node) {
  while (isLocal(node)) node = node.nextSibling;
  return node;
}

function syncAttributes(from, to) {
  const own = from.matches("details, dialog") ? new Set(["open"]) : new Set();
  for (const { name, value } of [...to.attributes]) {
    if (!own.has(name) && from.getAttribute(name) !== value) from.setAttribute(name, value);
  }
  for (const { name } of [...from.attributes]) {
    if (!own.has(name) && !to.hasAttribute(name) && !name.startsWith("data-is-")) from.removeAttribute(name);
  }
}

/** A menu that searches has a life of its own, until the server holds another choice. */
function patchCombo(from, to) {
  if (from.dataset.combo !== to.dataset.combo) {
    from.replaceWith(document.importNode(to, true));
    return;
  }
  const [input, wanted] = [from.querySelector("input"), to.querySelector("input")];
  for (const name of ["aria-invalid", "aria-describedby"]) {
    if (wanted.hasAttribute(name)) input.setAttribute(name, wanted.getAttribute(name));
    else input.removeAttribute(name);
  }
}

/** An input with other ids is another one: what was typed in the old one does not go into it. */
function isAnother(from, to) {
  const isInput = from.dataset?.input !== undefined && to.dataset?.input !== undefined;
  return isInput && (from.dataset.block !== to.dataset.block || from.dataset.action !== to.dataset.action);
}

function replaceInput(from, to) {
  const hadFocus = from.contains(document.activeElement);
  const fresh = document.importNode(to, true);
  from.replaceWith(fresh);
  if (hadFocus) (fresh.matches("div") ? fresh.querySelector("input") : fresh).focus();
}

export function patch(from, to) {
  if (from.isEqualNode(to)) return;
  if (from.nodeType === Node.TEXT_NODE) {
    from.nodeValue = to.nodeValue;
    return;
  }
  if (keep(from) !== undefined && keep(from) === keep(to)) return;
  if (isAnother(from, to)) {
    replaceInput(from, to);
    return;
  }
  if (from.classList?.contains("combo")) {
    patchCombo(from, to);
    return;
  }
  syncAttributes(from, to);
  patchChildren(from, to);
}

function fits(here, want) {
  return here && key(here) === key(want) && keep(here) === keep(want)
    && here.nodeType === want.nodeType && here.nodeName === want.nodeName;
}

function patchChildren(from, to) {
  const wanted = new Set([...to.children].map(key).filter(Boolean));
  for (const child of [...from.children]) {
    if (key(child) && !wanted.has(key(child))) child.remove();
  }
  const known = new Map([...from.children].filter(key).map((child) => [key(child), child]));
  let here = skipLocal(from.firstChild);
  for (const want of [...to.childNodes]) {
    const found = key(want) ? known.get(key(want)) : null;
    if (found && found.nodeName === want.nodeName) {
      if (found === here) here = skipLocal(here.nextSibling);
      else from.insertBefore(found, here);
      patch(found, want);
    } else if (fits(here, want)) {
      const next = skipLocal(here.nextSibling);
      patch(here, want);
      here = next;
    } else {
      from.insertBefore(document.importNode(want, true), here);
    }
  }
  while (here) {
    const next = skipLocal(here.nextSibling);
    here.remove();
    here = next;
  }
}

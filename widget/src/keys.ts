/** Keys: from comment to comment, next new, reply, quote, help. Off while typing, and where the reader says so. */
import { element } from "./net";
import { read, write } from "./memory";
import { words } from "./personal-words";
import { said } from "./say";
import { focus } from "./thread";
import { opened } from "./votes";

export interface Moves {
  next(): void;
  quote(): void;
}

export function key(section: HTMLElement, name: string, moves: Moves): void {
  if (name !== "?" && read("keys") === "off") return;
  if (section.querySelector("dialog[open]")) return;
  if (name === "?") help(section);
  else if (name === "n") moves.next();
  else if (name === "q") moves.quote();
  else if (name === "r") here(section)?.querySelector<HTMLElement>(":scope > footer > a.reply")?.click();
  else step(section, name === "j" ? 1 : -1);
}

function here(section: HTMLElement): HTMLElement | null {
  const root = section.getRootNode() as Document | ShadowRoot;
  return root.activeElement?.closest<HTMLElement>("article.comment") ?? null;
}

/** The next or earlier comment from the focused one, else from the top of the window. */
function step(section: HTMLElement, by: 1 | -1): void {
  const all = [...section.querySelectorAll<HTMLElement>("article.comment")].filter((one) => one.offsetParent);
  const at = here(section);
  const seen = all.findIndex((one) => one.getBoundingClientRect().top >= 0);
  const to = at ? all.indexOf(at) + by : by > 0 ? seen : seen - 1;
  focus(all[Math.max(0, Math.min(all.length - 1, to))]);
}

function help(section: HTMLElement): void {
  const { dialog, form } = opened(section, words(section).help);
  const list = element("dl", "keys");
  for (const [name, what] of words(section).keys) {
    const term = element("dt", "");
    term.append(element("kbd", "", name));
    list.append(term, element("dd", "", said(what)));
  }
  const label = element("label", "");
  const off = element("input", "");
  off.type = "checkbox";
  off.checked = read("keys") === "off";
  off.addEventListener("change", () => write("keys", off.checked ? "off" : null));
  label.append(off, " ", words(section).off);
  const close = element("button", "", words(section).close);
  close.type = "button";
  close.addEventListener("click", () => dialog.close());
  form.append(list, label, close);
  close.focus();
}

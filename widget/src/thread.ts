/** Where comments stand in the lists that the server wrote. */
import { element } from "./net";
import { words } from "./words";

/** As deep as the server nests; below it replies follow each other in one list. */
const DEEPEST = 4;

export function find(section: Element, id: string): HTMLElement | null {
  return id ? section.querySelector<HTMLElement>(`#c${id}`) : null;
}

/** What a comment says; "" for one that is not here, or is gone. */
export function wordsOf(article: Element | null): string {
  return article?.querySelector(":scope > .e-content")?.textContent ?? "";
}

export function focus(article: HTMLElement | null | undefined): void {
  if (!article) return;
  article.tabIndex = -1;
  article.focus({ preventScroll: true });
  article.scrollIntoView({ block: "nearest" });
}

/** Puts a new `<li>` under its parent, or on top of all. */
export function insert(section: Element, item: HTMLLIElement, parent: string): void {
  const answered = find(section, parent);
  const above = answered?.closest("li");
  if (!answered || !above) {
    section.querySelector(":scope > ol.thread:not(.ancestors)")?.prepend(item);
  } else if (depth(above) >= DEEPEST) {
    above.after(item);
  } else {
    let list = above.querySelector(":scope > ol.replies");
    if (!list) {
      list = element("ol", "replies");
      (above.querySelector(":scope > .note") ?? answered).after(list);
    }
    list.append(item);
  }
}

/** Puts the next page of the same discussion after what is here; returns its first comment. */
export function append(section: Element, more: Element): HTMLElement | null {
  const list = section.querySelector(":scope > ol.thread:not(.ancestors)");
  // Comments that came in meanwhile shift the pages; nobody is shown twice.
  const items = [...more.querySelectorAll(":scope > ol.thread:not(.ancestors) > li")].filter(
    (item) => !find(section, item.querySelector("article")?.id.slice(1) ?? ""),
  );
  list?.append(...items);
  section.querySelector(":scope > .more")?.remove();
  const next = more.querySelector(":scope > .more");
  if (next) list?.after(next);
  return items[0]?.querySelector("article") ?? null;
}

/** Takes the replies of one comment from its own page, or adds a further page of them; returns the first. */
export function unfold(section: Element, id: string, page: Element): HTMLElement | null {
  const fresh = page.querySelector(`#c${id}`)?.closest("li")?.querySelector(":scope > ol.replies");
  const item = find(section, id)?.closest("li");
  if (!fresh || !item) return null;
  const list = item.querySelector(":scope > ol.replies");
  const first = [...fresh.querySelectorAll<HTMLElement>("article")].find((reply) => !find(section, reply.id.slice(1)));
  const known = first ? first.id : "";
  for (const reply of fresh.querySelectorAll(":scope > li")) {
    const old = find(section, reply.querySelector("article")?.id.slice(1) ?? "")?.closest("li");
    if (old) old.replaceWith(reply);
    else if (list) list.append(reply);
  }
  if (!list) find(section, id)!.after(fresh);
  item.querySelector(":scope > .fold")?.remove();
  const next = page.querySelector(":scope > .more");
  if (next) {
    next.className = "fold";
    item.append(next);
  }
  return known ? find(section, known.slice(1)) : null;
}

/** So many comments more (or fewer) under the story: the heading says it, and two can be put in order. */
export function recount(section: HTMLElement, by: number): void {
  const before = section.dataset["count"];
  const heading = section.querySelector("#discussion-title");
  if (before === undefined || !heading) return;
  const count = Math.max(0, Number(before) + by);
  section.dataset["count"] = String(count);
  heading.textContent = words(section).count(count);
  section.dispatchEvent(new CustomEvent("belowline:recount", { detail: count }));
  if (count > 1) section.querySelector(":scope > .orders")?.removeAttribute("hidden");
}

/** How many reply lists stand around an item. */
function depth(item: Element): number {
  let count = 0;
  for (let list = item.closest("ol.replies"); list; list = list.parentElement?.closest("ol.replies") ?? null) count++;
  return count;
}

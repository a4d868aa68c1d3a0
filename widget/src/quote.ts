/** Quotes: a passage of a comment or of the story goes into the form, with a link to its place.
 *
 * A place is a W3C TextQuoteSelector: the words themselves with a little of what stands around them
 * (https://www.w3.org/TR/annotation-model/#text-quote-selector). The link carries the same as a text
 * fragment (https://wicg.github.io/scroll-to-text-fragment/), which browsers find without us; where the
 * text was edited since, we look for the passage that is most like it.
 */
import { element } from "./net";
import { words } from "./personal-words";
import { find, focus } from "./thread";
import { idOf, nameOf } from "./votes";

const AROUND = 32; // characters of prefix and suffix
const MOST = 2_000; // characters quoted
const LIKE = 0.7; // share of the words that a changed passage must still have

interface Passage {
  /** Where it stands: the text of a comment, or the story's body. */
  body: HTMLElement;
  article: HTMLElement | null;
  exact: string;
  prefix: string;
  suffix: string;
}

export class Quotes {
  private button: HTMLButtonElement;
  private passage: Passage | null = null;

  constructor(private section: HTMLElement) {
    this.button = element("button", "quote", words(this.section).quote);
    this.button.type = "button";
    this.button.addEventListener("mousedown", (event) => event.preventDefault()); // keeps the selection
    this.button.addEventListener("click", () => this.quote());
    document.addEventListener("selectionchange", () => this.offer());
    section.addEventListener("click", (event) => this.clicked(event));
    this.offer();
  }

  private selection(): Selection | null {
    const root = this.section.getRootNode() as ShadowRoot & { getSelection?(): Selection | null };
    return root instanceof ShadowRoot && root.getSelection ? root.getSelection() : document.getSelection();
  }

  /** What is selected; in an embed Safari tells only who names the shadow root. */
  private range(): Range | null {
    const [root, selection] = [this.section.getRootNode(), this.selection()];
    if (!selection?.rangeCount) return null;
    if (!(root instanceof ShadowRoot) || !selection.getComposedRanges) return selection.getRangeAt(0);
    try {
      const [found] = selection.getComposedRanges({ shadowRoots: [root] });
      const range = document.createRange();
      range.setStart(found!.startContainer, found!.startOffset);
      range.setEnd(found!.endContainer, found!.endOffset);
      return range;
    } catch {
      return null; // the first Safari that had it wanted it otherwise
    }
  }

  private offer(): void {
    const range = this.range();
    this.passage = range && !range.collapsed ? this.read(range) : null;
    if (!range || !this.passage) {
      if (!this.button.matches(":focus")) this.button.remove();
      return;
    }
    const box = range.getBoundingClientRect();
    const { body } = this.passage;
    body.after(this.button); // the next stop of the Tab key
    const home = (this.button.offsetParent ?? document.documentElement).getBoundingClientRect();
    this.button.style.insetInlineStart = "auto";
    this.button.style.left = `${Math.max(0, box.left - home.left)}px`;
    this.button.style.top = `${box.bottom - home.top + 6}px`;
  }

  private read(selected: Range): Passage | null {
    const range = selected.cloneRange();
    const from = range.startContainer;
    const at = from instanceof Element ? from : from.parentElement;
    const body = at?.closest<HTMLElement>(".e-content");
    if (body && !body.contains(range.endContainer)) {
      // Three clicks select a paragraph up to what comes after it.
      range.setStartAfter(body);
      if (range.toString().trim()) return null;
      range.setStart(from, selected.startOffset);
      range.setEnd(body, body.childNodes.length);
    }
    const article = body?.closest<HTMLElement>("article.comment") ?? null;
    if (!body || body.closest(".preview") || (article ? !this.section.contains(article) : !body.closest("article.story"))) {
      return null;
    }
    const before = document.createRange();
    before.selectNodeContents(body);
    before.setEnd(range.startContainer, range.startOffset);
    const after = document.createRange();
    after.selectNodeContents(body);
    after.setStart(range.endContainer, range.endOffset);
    const exact = range.toString().trim().slice(0, MOST);
    if (!exact) return null;
    return { body, article, exact, prefix: flat(before.toString()).slice(-AROUND), suffix: flat(after.toString()).slice(0, AROUND) };
  }

  /** The selected passage into the reply's form, or of the story into the main one. */
  quote(): void {
    const passage = this.passage;
    if (!passage) return;
    const form = this.form(passage.article);
    const field = form?.querySelector("textarea");
    if (!form || !field) return;
    const source = this.address(passage.article);
    const lines = passage.exact.split(/\n+/).map((line) => `> ${escaped(line.trim())}`);
    const from = `> — [${escaped(words(this.section).said(nameOf(passage.article)))}](${source}${fragment(passage)})`;
    const quoted = [...lines, ">", from, "", ""].join("\n");
    field.value = field.value.trim() ? `${field.value.trimEnd()}\n\n${quoted}` : quoted;
    const kept = JSON.parse(form.dataset["quotes"] ?? "[]") as unknown[];
    const { exact, prefix, suffix } = passage;
    form.dataset["quotes"] = JSON.stringify([...kept, { comment: Number(idOf(passage.article)) || null, exact, prefix, suffix }].slice(-10));
    field.dispatchEvent(new Event("input", { bubbles: true }));
    this.button.remove();
    field.focus();
    field.setSelectionRange(field.value.length, field.value.length);
  }

  private form(article: HTMLElement | null): HTMLFormElement | null {
    article?.querySelector<HTMLElement>(":scope > footer > a.reply")?.click();
    return (
      article?.parentElement?.querySelector<HTMLFormElement>(":scope > form.write") ??
      this.section.querySelector<HTMLFormElement>(":scope > form.write")
    );
  }

  private address(article: HTMLElement | null): string {
    const link = article?.querySelector<HTMLAnchorElement>("a.u-url");
    return link ? link.href.replace(/#.*/, "") : location.origin + location.pathname;
  }

  /** A link to a passage that is on this page: go there, also where its words have changed a little. */
  private clicked(event: MouseEvent): void {
    const link = (event.target as Element).closest<HTMLAnchorElement>('.e-content a[href*=":~:text="]');
    if (!link || event.defaultPrevented || event.button || event.metaKey || event.ctrlKey || event.shiftKey) return;
    const id = /\/comments\/(\d+)/.exec(link.href)?.[1];
    const body = id
      ? find(this.section, id)?.querySelector<HTMLElement>(".e-content")
      : link.href.startsWith(location.origin + location.pathname) && document.querySelector<HTMLElement>(".story .e-content");
    const found = body && locate(body, wanted(link.href));
    if (!body || !found) return;
    event.preventDefault();
    const at = found.startContainer.parentElement ?? body;
    focus(body.closest<HTMLElement>("article.comment"));
    at.scrollIntoView({ block: "center" });
    const selection = this.selection();
    selection?.removeAllRanges();
    selection?.addRange(found);
  }
}

/** `#:~:text=prefix-,start,end,-suffix`, each part encoded, with "-" too. */
function fragment({ exact, prefix, suffix }: Passage): string {
  const plain = flat(exact).trim();
  const many = plain.split(" ");
  const text = many.length > 12 ? `${code(many.slice(0, 5).join(" "))},${code(many.slice(-5).join(" "))}` : code(plain);
  const [before, after] = [prefix.trim(), suffix.trim()];
  return `#:~:text=${before ? `${code(before)}-,` : ""}${text}${after ? `,-${code(after)}` : ""}`;
}

function code(text: string): string {
  return encodeURIComponent(text).replace(/[-()'*!]/g, (one) => `%${one.charCodeAt(0).toString(16).toUpperCase()}`);
}

/** The words that a link quotes: first and last ones. */
function wanted(url: string): string[] {
  const parts = (url.split(":~:text=")[1] ?? "").split(",").filter((part) => !part.startsWith("-") && !part.endsWith("-"));
  try {
    return parts.map(decodeURIComponent);
  } catch {
    return [];
  }
}

/** The range in `body` that says this, or what is most like it. */
function locate(body: HTMLElement, [start, end]: string[]): Range | null {
  if (!start) return null;
  const spots = spotsOf(body);
  const first = best(spots, start, 0);
  if (!first) return null;
  const last = end ? best(spots, end, first[1]) : first;
  const range = document.createRange();
  const [from, to] = [spots[first[0]]!, spots[(last ?? first)[1] - 1]!];
  range.setStart(from.node, from.at);
  range.setEnd(to.node, to.at + to.word.length);
  return range;
}

interface Spot {
  word: string;
  node: Text;
  at: number;
}

function spotsOf(body: HTMLElement): Spot[] {
  const spots: Spot[] = [];
  const walker = document.createTreeWalker(body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode() as Text | null; node; node = walker.nextNode() as Text | null) {
    for (const match of node.data.matchAll(/\S+/g)) spots.push({ word: match[0], node, at: match.index });
  }
  return spots;
}

/** [from, to) of the window of words that has most of the wanted ones in their order; null below LIKE. */
function best(spots: Spot[], text: string, from: number): [number, number] | null {
  const want = text.split(/\s+/).map(bare).filter(Boolean);
  let most = want.length * LIKE;
  let found: [number, number] | null = null;
  for (let at = from; at < spots.length; at++) {
    if (bare(spots[at]!.word) !== want[0] && bare(spots[at]!.word) !== want[1]) continue;
    const window = spots.slice(at, at + want.length + 2).map((spot) => bare(spot.word));
    let next = 0;
    let hits = 0;
    let end = at;
    for (const word of want) {
      const where = window.indexOf(word, next);
      if (where < 0) continue;
      hits++;
      next = where + 1;
      end = at + next;
    }
    if (hits >= most && (!found || hits > most)) [most, found] = [hits, [at, end]];
  }
  return found;
}

function bare(word: string): string {
  return word.toLowerCase().replace(/[^\p{L}\p{N}]/gu, "");
}

function flat(text: string): string {
  return text.replace(/\s+/g, " ");
}

function escaped(text: string): string {
  return text.replace(/[\\`*_[\]<>#|~]/g, "\\$&");
}

/**
 * New comments, told as they come and shown when asked for: a bar says how many there are; nothing on the page
 * moves until the reader presses it, and then what they are reading stays where it is.
 */
import { dress } from "./dress";
import { words } from "./live-words";
import { ask, element, nodes } from "./net";
import { find, insert, recount } from "./thread";
import { refreshTimes } from "./times";

interface News {
  ids: number[];
  roots: number[];
}

const POLL_MS = 20_000;
/** A stream that has not opened by then is held back on its way. */
const PATIENCE_MS = 10_000;
/** Our own comment comes by two ways; the form's answer puts it in place. */
const SETTLE_MS = 300;
const MOST_THREADS = 12;

const LOOK = `
.live { position: sticky; inset-block-end: 0; block-size: 0; z-index: 2; display: flex; justify-content: center; }
.live button { position: absolute; inset-block-end: 1rem; min-block-size: 2.5rem; padding: 0.4rem 1.2rem; cursor: pointer;
  font: 600 1rem/1.3 var(--sans); color: var(--on-accent); background: var(--accent); border: 1px solid var(--paper);
  border-radius: 2rem; box-shadow: 0 2px 12px rgb(0 0 0 / 30%); }
@media print { .live { display: none; } }`;

/** Gives the way to end it. */
export function start(section: HTMLElement): () => void {
  dress(section, LOOK);
  const live = new Live(section);
  const turn = (): void => (document.hidden ? live.rest() : live.listen());
  document.addEventListener("visibilitychange", turn);
  const leave = (): void => live.rest();
  addEventListener("pagehide", leave);
  turn();
  return () => {
    document.removeEventListener("visibilitychange", turn);
    removeEventListener("pagehide", leave);
    live.end();
  };
}

class Live {
  private api: string;
  private bar = element("div", "live");
  private waiting = new Map<string, string>();
  private source: EventSource | null = null;
  private timer = 0;
  private settling = 0;
  private polls = false;
  private last: string;

  constructor(private section: HTMLElement) {
    this.api = new URL(section.dataset["api"] ?? "/api/v1", location.href).href;
    this.last = newest(section);
    this.bar.setAttribute("role", "status");
    section.append(this.bar);
  }

  listen(): void {
    if (this.source || this.timer) return;
    if (this.polls || !("EventSource" in window)) return void this.poll();
    const source = (this.source = new EventSource(this.address()));
    const patience = setTimeout(() => source.readyState === EventSource.OPEN || this.fallBack(), PATIENCE_MS);
    source.onopen = () => clearTimeout(patience);
    source.onerror = () => source.readyState === EventSource.CLOSED && this.fallBack();
    source.addEventListener("comment", (event) => {
      this.last = event.lastEventId;
      this.hear(JSON.parse(String(event.data)) as News);
    });
  }

  /** Nobody looks: nothing is asked for. */
  rest(): void {
    this.source?.close();
    this.source = null;
    clearTimeout(this.timer);
    this.timer = 0;
  }

  end(): void {
    this.rest();
    clearTimeout(this.settling);
    this.bar.remove();
  }

  private address(): string {
    const story = encodeURIComponent(this.section.dataset["story"] ?? "");
    return `${this.api}/stories/${story}/live${this.last && `?after=${this.last}`}`;
  }

  private fallBack(): void {
    if (!this.source) return;
    this.rest();
    this.polls = true;
    void this.poll();
  }

  private async poll(): Promise<void> {
    this.timer = window.setTimeout(() => void this.poll(), POLL_MS);
    this.last ||= String(Math.max(0, ...ids(this.section)));
    const answer = await ask(this.section, this.address());
    const news = answer.json as Partial<News>;
    if (!answer.ok || !news.ids?.length) return;
    this.last = String(Math.max(...news.ids));
    this.hear(news as News);
  }

  private hear(news: News): void {
    news.ids.forEach((id, at) => this.waiting.set(String(id), String(news.roots[at])));
    clearTimeout(this.settling);
    this.settling = window.setTimeout(() => this.tell(), SETTLE_MS);
  }

  /** What is not here and has its place here: a new thread, or a reply in a thread that is on this page. */
  private missing(): [string, string][] {
    return [...this.waiting].filter(([id, root]) => !find(this.section, id) && (id === root || find(this.section, root)));
  }

  private tell(): void {
    if (this.section.querySelector("form[data-busy]")) {
      this.settling = window.setTimeout(() => this.tell(), SETTLE_MS);
      return;
    }
    const missing = this.missing();
    if (!missing.length) return this.bar.replaceChildren();
    const { replies, comments } = words(this.section);
    const said = (missing.every(([id, root]) => id !== root) ? replies : comments)(missing.length);
    const old = this.bar.querySelector("button");
    if (old) {
      old.textContent = said;
      return;
    }
    const button = element("button", "", said);
    button.type = "button";
    button.addEventListener("click", () => void this.show());
    this.bar.replaceChildren(button);
  }

  private async show(): Promise<void> {
    const missing = this.missing();
    const roots = [...new Set(missing.map(([, root]) => root))].slice(0, MOST_THREADS);
    const pages = await Promise.all(roots.map((root) => this.page(root)));
    if (!pages.some(Boolean)) return; // the server cannot be reached: the bar stays
    const placed: HTMLElement[] = [];
    holdStill(this.section, () => {
      for (const [id, root] of missing.sort(([a], [b]) => Number(a) - Number(b))) {
        const page = pages[roots.indexOf(root)];
        if (!page) continue;
        const article = this.place(page, id);
        if (article) placed.push(article);
        this.waiting.delete(id);
      }
      this.tell();
      refreshTimes(this.section);
      recount(this.section, placed.length);
      this.section.querySelector(":scope > .empty")?.remove();
      const line = this.section.querySelector(":scope > .say");
      if (line && placed.length) line.textContent = words(this.section).shown(placed.length);
    });
    placed[0]?.focus({ preventScroll: true });
  }

  private async page(root: string): Promise<DocumentFragment | null> {
    const { origin } = new URL(this.api);
    const answer = await ask(this.section, `${origin}/embed/comments/${root}?v=${this.last || "now"}`);
    return answer.ok || answer.status === 404 ? nodes(answer.text) : null;
  }

  private place(page: DocumentFragment, id: string): HTMLElement | null {
    const article = page.querySelector<HTMLElement>(`article#c${id}`);
    if (!article) return null; // taken down meanwhile, or too deep in a long thread
    const parent = /(\d+)$/.exec(article.querySelector<HTMLAnchorElement>("a.u-in-reply-to")?.href ?? "")?.[1] ?? "";
    if (parent && !find(this.section, parent)) return null; // folded: it shows with what it answers
    const item = element("li", "");
    article.classList.remove("focus");
    article.classList.add("new");
    article.tabIndex = -1;
    item.append(article);
    insert(this.section, item, parent);
    return article;
  }
}

function ids(section: Element): number[] {
  return [...section.querySelectorAll("article.comment[id]")].map((article) => Number(article.id.slice(1)) || 0);
}

/** From where to ask: the page's newest comment, where the page shows the newest and folds nothing; else from now on. */
function newest(section: Element): string {
  const order = section.querySelector(".orders [aria-current]");
  const whole = section.querySelector(":scope > form.write") && !section.querySelector(".fold");
  if (!whole || (order && order !== section.querySelector(".orders a"))) return "";
  return String(Math.max(0, ...ids(section)));
}

/** What the reader looks at stays where it is on the screen, whatever comes in above it. */
function holdStill(section: HTMLElement, change: () => void): void {
  const root = document.documentElement;
  const before = root.style.overflowAnchor;
  root.style.overflowAnchor = "none"; // or the browser corrects what we correct
  const seen = [...section.querySelectorAll("article.comment")].find((one) => one.getBoundingClientRect().bottom > 0);
  const top = seen?.getBoundingClientRect().top ?? 0;
  change();
  const moved = (seen?.getBoundingClientRect().top ?? 0) - top;
  if (moved) scrollBy({ top: moved, behavior: "instant" });
  root.style.overflowAnchor = before;
}

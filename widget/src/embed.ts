/** <below-line story="…" site="…">: a discussion under a page on another origin. */
import { Discussion } from "./discussion";
import { fail } from "./form";
import { later } from "./later";
import { listen } from "./listen";
import { read } from "./memory";
import { type Answer, ask, bearers, element, fresh, nodes } from "./net";
import { learn } from "./say";
import type { Handed, Host, Session } from "./session";
import { words } from "./words";

/** Set at build time: 8 hex digits of the stylesheet's hash, so that it can be cached for ever. */
declare const EMBED_CSS_VERSION: string;
declare const SESSION_VERSION: string;

// A module, or a script that some accelerator runs, has no currentScript.
const script = (document.currentScript ?? document.querySelector("script[src*='/embed.js']")) as HTMLScriptElement | null;
const server = new URL(script?.src ?? location.href).origin;

class BelowLine extends HTMLElement implements Host {
  static observedAttributes = ["jwt", "site", "story", "lang"];

  private root = this.attachShadow({ mode: "open" });
  private discussion: Discussion | null = null;
  private seen: IntersectionObserver | null = null;
  private timer = 0;
  /** Counts what was asked for: an answer that comes after the next question is not shown. */
  private turn = 0;
  private forget = (): void => {};
  private deafen = (): void => {};
  private styled: Promise<unknown> = Promise.resolve();
  private session: Promise<Session> | null = null;
  private giveToken: Host["getToken"] = null;

  /** The page's own way to say who is signed in there: gives its signed token, or nothing. */
  get getToken(): Host["getToken"] {
    return this.giveToken;
  }

  set getToken(give: Host["getToken"]) {
    this.giveToken = give;
    this.handOver();
  }

  /** Single-page applications put another story into the same element. */
  attributeChangedCallback(name: string, before: string | null, now: string | null): void {
    if (name === "jwt") return this.handOver();
    if (!this.seen || before === now) return;
    if (name === "site") this.session = null;
    this.disconnectedCallback();
    this.forget();
    this.discussion?.section.remove();
    this.discussion = null;
    this.connectedCallback();
  }

  connectedCallback(): void {
    if (this.seen) return;
    if (Object.hasOwn(this, "getToken")) {
      const given = this.getToken; // set before this script came
      delete (this as { getToken?: unknown }).getToken;
      this.giveToken = given;
    }
    this.answerForWhom();
    const seen = (this.seen = new IntersectionObserver(
      (entries) => {
        if (!entries.some((entry) => entry.isIntersecting)) return;
        seen.disconnect();
        void this.open({}, true);
      },
      { rootMargin: "600px" },
    ));
    this.timer = window.setInterval(() => this.discussion?.refresh(), 60_000);
    if (this.discussion) {
      this.root.querySelector("p.state")?.remove();
      this.deafen = listen(this.discussion.section); // moved, with what the reader has done there
    } else {
      this.showLink();
      seen.observe(this);
    }
  }

  disconnectedCallback(): void {
    this.turn++;
    this.deafen();
    this.seen?.disconnect();
    this.seen = null;
    clearInterval(this.timer);
  }

  /** Until it loads: what the publisher put inside the element, or a plain link. */
  private showLink(): void {
    const slot = document.createElement("slot");
    const link = element("a", "", words(this.speaker).link);
    const query = new URLSearchParams({ story: this.getAttribute("story") ?? "" });
    link.href = `${server}/sites/${encodeURIComponent(this.site)}/discussion?${query}`;
    slot.append(link);
    const state = element("div", "state");
    state.append(slot);
    this.root.querySelector(".state")?.remove();
    this.root.append(state);
    if (this.root.querySelector("link")) return;
    const sheet = element("link", "");
    sheet.rel = "stylesheet";
    sheet.href = `${server}/static/embed.css?v=${EMBED_CSS_VERSION}`;
    this.styled = new Promise((done) => {
      sheet.onload = sheet.onerror = done;
      setTimeout(done, 3_000);
    });
    this.root.prepend(sheet);
  }

  /** In whose language we speak. */
  private get speaker(): HTMLElement {
    return this.discussion?.section ?? this;
  }

  private address(page: Record<string, string>): string {
    const query = new URLSearchParams({
      site: this.site,
      story: this.getAttribute("story") ?? "",
      ...page,
      ...this.asked(),
    });
    return `${server}/embed/discussion?${query}`;
  }

  /** Another language than the story's, where the element's own lang asks for it; past caches, for who has just written. */
  private asked(): { lang?: string; v?: string } {
    const lang = this.lang.toLowerCase().split("-")[0];
    return { ...(lang ? { lang } : {}), ...fresh(server) };
  }

  /** First load and change of order: the whole fragment anew. */
  private async open(page: Record<string, string>, announce = false): Promise<void> {
    const turn = ++this.turn;
    const again = this.discussion !== null;
    const { state, focused } = this.state(words(this.speaker).loading);
    let answer = await ask(this.speaker, this.address(page));
    if (announce && answer.json["code"] === "unknown-story") {
      const announced = await this.announce();
      answer = announced.ok ? await ask(this.speaker, this.address(page)) : announced;
    }
    const section = fragment(answer);
    await Promise.all([this.styled, section && learn(section)]);
    if (turn !== this.turn) return;
    if (!section) {
      const retry = this.failed(state, answer.sentence || words(this.speaker).unreachable, () => void this.open(page, announce));
      if (focused) retry.focus();
      return;
    }
    this.show(section);
    if (again || focused) section.querySelector<HTMLElement>(again ? "[aria-current]" : "h2")?.focus();
    this.emit("belowline:loaded", { story: this.getAttribute("story") });
  }

  private show(section: HTMLElement): void {
    this.root.querySelector(".state")?.remove();
    this.forget();
    this.deafen();
    this.discussion?.section.remove();
    this.root.append(section);
    this.discussion = new Discussion(section, (detail) => this.emit("belowline:posted", detail));
    section.addEventListener("click", (event) => this.clicked(event));
    section.addEventListener("belowline:recount", (event) => {
      const { detail: count } = event as CustomEvent<number>;
      this.emit("belowline:counted", { site: this.site, story: this.getAttribute("story"), count });
    });
    this.forget = later(section, section, this.known());
    this.deafen = listen(section);
  }

  /** How the loading goes, said above what stands here until then, or under the orders. */
  private state(sentence: string): { state: HTMLElement; focused: boolean } {
    const old = this.root.querySelector("p.state");
    const focused = Boolean(old?.contains(this.root.activeElement));
    old?.remove();
    const state = element("p", "state", sentence);
    state.setAttribute("role", "status");
    const orders = this.discussion?.section.querySelector(":scope > .orders");
    if (orders) orders.after(state);
    else this.root.querySelector("slot")?.before(state);
    return { state, focused };
  }

  private failed(state: HTMLElement, sentence: string, retry: () => void): HTMLElement {
    const button = element("button", "quiet", words(this.speaker).retry);
    button.type = "button";
    button.addEventListener("click", retry);
    state.replaceChildren(sentence, " ", button);
    return button;
  }

  /** A story that the server has not seen: say what this page is. Its answer decides, not ours. */
  private announce(): Promise<Answer> {
    const canonical = document.querySelector<HTMLLinkElement>("link[rel~=canonical]")?.href;
    const meta = document.querySelector<HTMLMetaElement>('meta[property="og:title"]')?.content;
    const site = encodeURIComponent(this.site);
    return ask(this.speaker, `${server}/api/v1/sites/${site}/stories`, "POST", {
      key: this.getAttribute("story") ?? "",
      url: this.getAttribute("story-url") || canonical || location.origin + location.pathname,
      title: this.getAttribute("story-title") || this.getAttribute("title") || meta || document.querySelector("h1")?.textContent?.trim() || document.title,
    });
  }

  // --- who is signed in (session.ts, loaded when somebody is or wants to be) ---------------------------

  private get site(): string {
    return this.getAttribute("site") ?? "";
  }

  private known(): boolean {
    return Boolean(this.giveToken) || this.hasAttribute("jwt") || read(`session:${server}:${this.site}`) !== null;
  }

  private who(): Promise<Session> {
    return (this.session ??= import(`${server}/static/session.js?v=${SESSION_VERSION}`).then(
      (loaded: { open(host: Host, server: string, site: string, changed: () => void): Session }) =>
        loaded.open(this, server, this.site, () => this.tellWho()),
    ));
  }

  /** One page's discussions on one server belong to one site: the first is asked who is signed in. */
  private answerForWhom(): void {
    let session: Session | null = null;
    const ready = () => this.who().then((loaded) => (session = loaded));
    bearers[server] ??= {
      token: () => (this.known() ? ready().then((one) => one.token(), () => "") : Promise.resolve("")),
      renew: (over) => ready().then((one) => one.renew(over)),
      ours: () => session?.ours() ?? false,
      forget: () => session?.forget(),
    };
  }

  private tellWho(): void {
    this.discussion?.section.dispatchEvent(new CustomEvent("belowline:who"));
  }

  private handOver(): void {
    if (!this.session) this.tellWho();
    else void this.session.then((session) => session.again());
  }

  /** In a window of our own, where every way in works; it tells this page, if the page's origin is the site's. */
  private signIn(): boolean {
    const query = new URLSearchParams({ site: this.site, origin: location.origin });
    const door = window.open(`${server}/signin/window?${query}`, "belowline", "popup,width=560,height=760");
    if (!door) return false;
    const heard = (event: MessageEvent): void => {
      const told = event.data as (Handed & { type?: string; site?: string }) | null;
      if (event.origin !== server || event.source !== door || told?.type !== "belowline:session") return;
      removeEventListener("message", heard);
      if (told.site === this.site) void this.who().then((session) => session.take(told));
    };
    addEventListener("message", heard);
    return true;
  }

  private clicked(event: MouseEvent): void {
    if (event.defaultPrevented || event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    const door = (event.target as Element).closest(".who .signin");
    if (door && this.signIn()) event.preventDefault();
    const link = (event.target as Element).closest<HTMLAnchorElement>(".orders a, .more a, .fold a");
    if (!link || !this.discussion) return;
    event.preventDefault();
    const page = Object.fromEntries(new URL(link.href).searchParams);
    if (link.closest(".orders")) void this.open(page);
    else void this.more(link, page);
  }

  /** The next page, or the folded replies of one comment. */
  private async more(link: HTMLAnchorElement, page: Record<string, string>): Promise<void> {
    const id = /\/comments\/(\d+)/.exec(link.pathname)?.[1];
    const place = link.parentElement!;
    const url = id ? `${server}/embed/comments/${id}?${new URLSearchParams({ ...page, ...this.asked() })}` : this.address(page);
    const answer = await ask(this.speaker, url);
    const section = fragment(answer);
    if (!section) {
      fail(place, answer.sentence || words(this.speaker).unreachable, () => void this.more(link, page));
    } else if (id) {
      this.discussion!.unfold(id, section);
    } else {
      this.discussion!.append(section);
    }
  }

  private emit(type: string, detail: unknown): void {
    this.dispatchEvent(new CustomEvent(type, { detail, bubbles: true, composed: true }));
  }
}

function fragment(answer: Answer): HTMLElement | null {
  try {
    return answer.ok ? nodes(answer.text).querySelector<HTMLElement>("section.discussion") : null;
  } catch {
    return null; // the page's policy forbids it: docs/embed.md says what to allow
  }
}

if (!customElements.get("below-line")) customElements.define("below-line", BelowLine);

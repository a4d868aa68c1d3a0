/** What of a discussion is the reader's own: votes, held comments, mutes, and what is new since the last visit. */
import { ask, element, nodes } from "./net";
import { read, write } from "./memory";
import { words } from "./personal-words";
import { find, focus, insert } from "./thread";
import { type Place, dress, idOf, nameOf } from "./votes";
import { type Me, Who } from "./who";

export class OwnPart {
  private fresh = new Set<string>();
  private names = new Set<string>(listed("muted"));
  private people = new Set<string>();
  private shown = new Set<string>();
  private visit: string;
  private who: Who;
  private waiting: HTMLElement[] = [];
  /** Answers can come in another order than they were asked for: none takes the place of a younger one. */
  private turns = 0;
  private answered = 0;

  constructor(private place: Place) {
    this.visit = `visit:${place.api}:${place.section.dataset["story"]}`;
    this.who = new Who(place);
    // What comes later (a page more, a reply, an edit) is dressed like what is here.
    const watch = new MutationObserver(() => {
      watch.disconnect();
      this.dress();
      this.watch(watch);
    });
    this.dress();
    this.watch(watch);
  }

  private watch(watch: MutationObserver): void {
    watch.observe(this.place.section, { childList: true, subtree: true });
  }

  async load(): Promise<void> {
    const story = encodeURIComponent(this.place.section.dataset["story"] ?? "");
    const since = read(this.visit);
    const turn = ++this.turns;
    const at = performance.now();
    const answer = await ask(this.place.section, `${this.place.api}/stories/${story}/mine${since ? `?since=${since}` : ""}`);
    if (!answer.ok || turn < this.answered) return;
    this.answered = turn;
    const mine = answer.json;
    this.clear();
    Object.assign(this.place.votes, mine["votes"]);
    const me = mine["me"] as Me | null;
    const { origin } = new URL(this.place.api);
    this.place.desk = me?.moderates ? `${origin}/desk/${this.place.section.dataset["site"]}` : "";
    this.who.show(me, mine["own"] as number[], at);
    this.place.rules = mine["rules"];
    write(this.visit, String(mine["now"])); // what comes from now on is new the next time
    if (mine["person"]) void ask(this.place.section, `${this.place.api}/stories/${story}/visit?until=${mine["now"]}`, "PUT");
    for (const one of mine["mutes"] as { id: number }[]) this.people.add(String(one.id));
    for (const id of mine["new"] as number[]) this.fresh.add(String(id));
    for (const one of mine["held"] as { id: number; parent: number | null; html: string }[]) this.hold(one);
    if (this.waiting.length) this.place.section.dispatchEvent(new CustomEvent("belowline:own"));
    if (mine["new_count"]) this.bar(Number(mine["new_count"]));
    this.dress();
  }

  /** What was another's, before somebody signed in or out. */
  private clear(): void {
    for (const id of Object.keys(this.place.votes)) delete this.place.votes[id];
    for (const one of this.waiting.splice(0)) one.remove();
    this.people.clear();
    this.place.section.querySelector(":scope > .news")?.remove();
  }

  /** An own comment that waits, where it will stand. */
  private hold(one: { id: number; parent: number | null; html: string }): void {
    if (find(this.place.section, String(one.id))) return;
    if (one.parent && !find(this.place.section, String(one.parent))) return;
    const item = nodes(one.html).querySelector("li");
    if (!item) return;
    insert(this.place.section, item, one.parent ? String(one.parent) : "");
    this.place.section.querySelector(":scope > .empty")?.remove();
    this.waiting.push(item);
  }

  private bar(count: number): void {
    const bar = element("p", "news", `${words(this.place.section).news(count)} `);
    const next = element("button", "quiet", words(this.place.section).next);
    next.type = "button";
    next.addEventListener("click", () => this.next());
    bar.append(next);
    bar.setAttribute("role", "status");
    this.place.section.querySelector(":scope > ol.thread:not(.ancestors)")?.before(bar);
  }

  /** Focuses the next new comment below where the reader is. */
  next(): void {
    const all = [...this.place.section.querySelectorAll<HTMLElement>("article.unread:not(.muted)")];
    const root = this.place.section.getRootNode() as Document | ShadowRoot;
    const here = root.activeElement?.closest("article");
    const after = here ? all.find((one) => here.compareDocumentPosition(one) & Node.DOCUMENT_POSITION_FOLLOWING) : all[0];
    if (after) focus(after);
    else this.place.say(this.fresh.size ? words(this.place.section).last : words(this.place.section).none);
  }

  private dress(): void {
    for (const article of this.place.section.querySelectorAll<HTMLElement>("article.comment:not(.gone)")) {
      dress(this.place, article);
      if (this.fresh.has(idOf(article)) && !article.matches(".unread")) {
        article.classList.add("unread");
        article.querySelector(":scope > header")?.append(element("b", "mark unread-mark", words(this.place.section).isNew));
      }
      this.moderate(article);
      this.fold(article);
    }
  }

  /** A moderator's way from a comment to the desk. */
  private moderate(article: HTMLElement): void {
    const footer = article.querySelector(":scope > footer");
    const there = footer?.querySelector(".moderate");
    if (!this.place.desk) there?.remove();
    if (!this.place.desk || !footer || there) return;
    const link = element("a", "moderate", words(this.place.section).moderate);
    link.href = `${this.place.desk}/comments/${idOf(article)}`;
    footer.append(link);
  }

  // --- mutes -----------------------------------------------------------------------------------------

  mute(article: HTMLElement): void {
    const person = personOf(article);
    if (person) {
      this.people.add(person);
      void ask(this.place.section, `${this.place.api}/people/${person}/mute`, "PUT");
    }
    this.names.add(nameOf(article));
    this.keep();
    this.dress();
    this.place.say(words(this.place.section).muted(nameOf(article)));
    article.querySelector<HTMLElement>(".unfold button")?.focus();
  }

  private unmute(article: HTMLElement): void {
    const person = personOf(article);
    if (person && this.people.delete(person)) void ask(this.place.section, `${this.place.api}/people/${person}/mute`, "DELETE");
    this.names.delete(nameOf(article));
    this.keep();
    for (const one of this.place.section.querySelectorAll<HTMLElement>("article.muted")) {
      if (!this.isMuted(one)) show(one);
    }
    focus(article);
  }

  private keep(): void {
    write("muted", this.names.size ? JSON.stringify([...this.names]) : null);
  }

  private isMuted(article: HTMLElement): boolean {
    return this.people.has(personOf(article)) || this.names.has(nameOf(article));
  }

  private fold(article: HTMLElement): void {
    if (article.matches(".muted") || this.shown.has(idOf(article)) || !this.isMuted(article)) return;
    article.classList.add("muted");
    const line = element("p", "unfold", `${words(this.place.section).muted(nameOf(article))} `);
    const open = element("button", "quiet", words(this.place.section).show);
    const again = element("button", "quiet", words(this.place.section).unmute);
    open.type = again.type = "button";
    open.addEventListener("click", () => {
      this.shown.add(idOf(article));
      show(article);
      focus(article);
    });
    again.addEventListener("click", () => this.unmute(article));
    line.append(open, " ", again);
    article.append(line);
  }
}

function show(article: HTMLElement): void {
  article.classList.remove("muted");
  article.querySelector(":scope > .unfold")?.remove();
}

/** Who wrote it, where the server says so: the link to their page. */
function personOf(article: Element): string {
  return /\/people\/(\d+)/.exec(article.querySelector<HTMLAnchorElement>("header a[href*='/people/']")?.href ?? "")?.[1] ?? "";
}

function listed(name: string): string[] {
  try {
    return (JSON.parse(read(name) ?? "[]") as unknown[]).filter((one): one is string => typeof one === "string");
  } catch {
    return [];
  }
}

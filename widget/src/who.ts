/** Who is signed in: the line above the form, their notices, what they follow, and the way out. */
import { write } from "./memory";
import { ask, bearers, element } from "./net";
import { words } from "./personal-words";
import { type Place, opened } from "./votes";

export interface Me {
  id: number;
  name: string;
  moderates: boolean;
  unread: number;
}

interface Notice {
  id: number;
  comment: number;
  reason: string;
  author: string | null;
  text: string;
  story: string;
  read: boolean;
}

/** Stands in a sentence where an element goes. */
const MARK = "\u2063";

export class Who {
  private origin: string;
  /** What the server wrote for guests. */
  private guests: ChildNode[] | null = null;
  private me: Me | null = null;
  /** When the notices were last read: an answer that was asked for before may not know it. */
  private readAt = 0;

  constructor(private place: Place) {
    this.origin = new URL(place.api).origin;
    place.section.addEventListener("click", (event) => this.clicked(event));
  }

  /** `asked`: when, by performance.now(). */
  show(me: Me | null, own: number[], asked: number): void {
    const { section } = this.place;
    const before = this.me;
    if (me && asked < this.readAt) me.unread = 0;
    this.me = me;
    write("person", me ? "1" : null);
    section.classList.toggle("known", Boolean(me));
    section.dataset["own"] = own.join(" ");
    section.dispatchEvent(new CustomEvent("belowline:own"));
    const { activeElement } = section.getRootNode() as Document | ShadowRoot;
    const here = Boolean(activeElement?.closest(".who"));
    const bell = section.querySelector<HTMLElement>(":scope > .who > .bell");
    if (me && bell && before?.id === me.id && before.name === me.name) this.ring(bell, me); // keeps its focus
    else if (me) this.greet(me);
    else if (this.guests) this.line().replaceChildren(...this.guests);
    if (here) this.line().querySelector<HTMLElement>("a, button")?.focus();
    if (me && !before && document.hasFocus() && this.guests && bearers[this.origin]) {
      this.place.say(words(section).signedIn(me.name));
    }
  }

  private line(): HTMLElement {
    const { section } = this.place;
    let line = section.querySelector<HTMLElement>(":scope > .who");
    if (!line) {
      line = element("p", "who");
      section.querySelector(":scope > .say")?.before(line);
    }
    this.guests ??= [...line.childNodes];
    return line;
  }

  private greet(me: Me): void {
    const line = this.line();
    const name = element("b", "", me.name);
    name.dir = "auto";
    const who = element("span", "", "");
    const [before, after] = words(this.place.section).writesAs(MARK).split(MARK);
    who.append(before ?? "", name, after ?? "");
    const bell = this.link("bell", "", "/notifications");
    this.ring(bell, me);
    line.replaceChildren(who, " ", bell);
    if (this.place.desk) {
      const desk = element("a", "", words(this.place.section).desk);
      desk.href = this.place.desk;
      line.append(" ", desk);
    }
    const bearer = bearers[this.origin];
    if (bearer && !bearer.ours()) return; // who came by the page's own login leaves by it
    const out = element("button", "quiet", words(this.place.section).signOut);
    out.type = "button";
    out.addEventListener("click", () => void this.signOut());
    line.append(" ", out);
  }

  private ring(bell: HTMLElement, me: Me): void {
    bell.textContent = me.unread ? words(this.place.section).unread(me.unread) : words(this.place.section).notices;
    bell.classList.toggle("some", me.unread > 0);
  }

  private link(className: string, text: string, path: string): HTMLAnchorElement {
    const link = element("a", className, text);
    link.href = this.origin + path;
    return link;
  }

  private async signOut(): Promise<void> {
    const answer = await ask(this.place.section, `${this.place.api}/session`, "DELETE");
    if (!answer.ok && answer.status !== 401) return this.place.say(answer.sentence);
    bearers[this.origin]?.forget();
    this.place.section.dispatchEvent(new CustomEvent("belowline:who"));
    this.place.say(words(this.place.section).signedOut);
  }

  private clicked(event: MouseEvent): void {
    if (event.defaultPrevented || event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    const link = (event.target as Element).closest<HTMLAnchorElement>(".who .bell, .fine a");
    const [, kind, subject] = /\/follow\/(\w+)\/(\d+)$/.exec(link?.href ?? "") ?? [];
    if (!this.me || !link) return;
    if (kind) void this.follow(link, kind, Number(subject));
    else if (link.matches(".bell") && bearers[this.origin]) void this.notices(link);
    else return;
    event.preventDefault();
  }

  /** In a publisher's page our own pages may not know the reader: notices are shown here. */
  private async notices(bell: HTMLAnchorElement): Promise<void> {
    const answer = await ask(this.place.section, `${this.place.api}/notifications`);
    if (!answer.ok) return this.place.say(answer.sentence);
    const { dialog, form } = opened(this.place.section, words(this.place.section).notices);
    const list = element("ul", "notices");
    const all = answer.json["notices"] as Notice[];
    for (const one of all) {
      const item = element("li", one.read ? "" : "unread");
      const link = this.link("", one.text, `/comments/${one.comment}`);
      link.dir = "auto";
      const told = element("span", "", `${one.author ?? "…"} ${words(this.place.section).because(one.reason)}:`);
      told.dir = "auto";
      item.append(told, " ", link);
      list.append(item);
    }
    const close = element("button", "", words(this.place.section).close);
    close.type = "button";
    close.addEventListener("click", () => dialog.close());
    form.append(all.length ? list : element("p", "", words(this.place.section).noNotices), close);
    close.focus();
    if (!this.me?.unread || !all[0]) return;
    this.me.unread = 0;
    this.ring(bell, this.me);
    this.readAt = Infinity;
    await ask(this.place.section, `${this.place.api}/notifications/read`, "POST", { up_to: all[0].id });
    this.readAt = performance.now();
  }

  /** The link becomes its own opposite. */
  private async follow(link: HTMLAnchorElement, kind: string, subject: number): Promise<void> {
    const id = link.dataset["follows"];
    const answer = id
      ? await ask(this.place.section, `${this.place.api}/following/${id}`, "DELETE")
      : await ask(this.place.section, `${this.place.api}/following`, "POST", { kind, subject });
    if (!answer.ok) return this.place.say(answer.sentence);
    link.dataset["offer"] ??= link.textContent ?? "";
    if (id) delete link.dataset["follows"];
    else link.dataset["follows"] = String(answer.json["id"]);
    link.textContent = id ? link.dataset["offer"] : words(this.place.section).unfollow;
    this.place.say(id ? words(this.place.section).unfollowed : words(this.place.section).followed);
  }
}

/** Makes one discussion pleasant. Without it everything still works as plain links and forms. */
import { fail, field, nudge, once, refuse, setField } from "./form";
import { Drafts, Mine, name } from "./memory";
import { type Answer, ask, element, nodes } from "./net";
import { append, find, focus, insert, recount, unfold, wordsOf } from "./thread";
import { refreshTimes } from "./times";
import { words } from "./words";

type Posted = (detail: { id: number; state: string }) => void;

export class Discussion {
  private api: string;
  private drafts: Drafts;
  private mine: Mine;
  private blank: HTMLFormElement | null;

  constructor(
    public section: HTMLElement,
    private posted: Posted = () => {},
    /** An own comment was written, changed or deleted; its words as everybody sees them, "" for none. */
    private wrote: (id: string, words: string) => void = () => {},
  ) {
    this.api = new URL(section.dataset["api"] ?? "/api/v1", location.href).href;
    this.drafts = new Drafts(`${this.api}:${section.dataset["story"]}`);
    this.mine = new Mine(this.api);
    const held = section.querySelector("template")?.content ?? section;
    const form = held.querySelector<HTMLFormElement>("form.write");
    this.blank = form && (form.cloneNode(true) as HTMLFormElement);
    this.blank?.querySelector("textarea")?.replaceChildren();
    this.blank?.reset(); // a clone has what was typed before, or what Firefox brought back after a reload
    section.addEventListener("click", (event) => this.clicked(event));
    section.addEventListener("submit", (event) => this.submitted(event));
    section.addEventListener("input", (event) => this.typed(event));
    section.addEventListener("belowline:own", () => this.resume());
    const main = section.querySelector<HTMLFormElement>(":scope > form.write");
    if (main) this.fill(main, "");
    for (const parent of this.drafts.replies()) this.openReply(parent, false);
    this.resume();
  }

  /** Goes on where a page was left: changes that were begun, of comments that are here by now. */
  private resume(): void {
    this.refresh();
    for (const [id, own] of Object.entries(this.mine.all())) if (own.change) this.openEdit(id, this.article(id), false);
  }

  /** Times and the Edit and Delete buttons; called again each minute. */
  refresh(): void {
    // What refreshTimes wrote is the reader's own time.
    if (refreshTimes(this.section)) this.section.querySelector(".fine > .utc")?.remove();
    // By their keys for a while; of who is signed in (who.ts) for ever, to delete.
    const own = Object.keys(this.mine.all());
    const theirs = (this.section.dataset["own"] ?? "").split(" ").filter((id) => id && !own.includes(id));
    for (const buttons of this.section.querySelectorAll<HTMLElement>(".own-buttons")) {
      const list = buttons.querySelector(".edit") ? own : theirs;
      if (!list.includes(buttons.dataset["id"] ?? "")) buttons.remove();
    }
    own.forEach((id) => this.offerChanges(id, true));
    theirs.forEach((id) => this.offerChanges(id, false));
  }

  append(more: HTMLElement): void {
    const first = append(this.section, more);
    this.refresh();
    focus(first);
    this.say(words(this.section).shownHere);
  }

  unfold(id: string, page: HTMLElement): void {
    const first = unfold(this.section, id, page);
    this.refresh();
    focus(first);
  }

  private get known(): boolean {
    return this.section.matches(".known");
  }

  private say(sentence: string): void {
    const line = this.section.querySelector(":scope > .say");
    if (line) line.textContent = sentence;
  }

  private article(id: string): HTMLElement | null {
    return find(this.section, id);
  }

  private async busy(form: HTMLFormElement, run: () => Promise<Answer>): Promise<Answer | null> {
    if (form.dataset["busy"]) return null;
    this.say(words(this.section).sending);
    const answer = await once(form, run);
    this.say("");
    return answer;
  }

  private clicked(event: MouseEvent): void {
    if (event.defaultPrevented || event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    const target = event.target as Element;
    const reply = target.closest<HTMLAnchorElement>("a.reply");
    if (reply && this.blank) {
      event.preventDefault();
      this.openReply(reply.closest("article")?.id.slice(1) ?? "", true);
    }
    const answered = target.closest<HTMLAnchorElement>("a.u-in-reply-to");
    const article = answered && this.article(/(\d+)$/.exec(answered.href)?.[1] ?? "");
    if (article) {
      event.preventDefault();
      focus(article);
    }
  }

  private typed(event: Event): void {
    const form = (event.target as Element).closest<HTMLFormElement>("form.write");
    if (form?.dataset["editing"]) this.mine.note(form.dataset["editing"], { text: field(form, "text"), lang: field(form, "lang") });
    else if (form) this.keep(form);
  }

  private submitted(event: SubmitEvent): void {
    const form = event.target as HTMLFormElement;
    if (!form.matches("form.write")) return;
    event.preventDefault();
    if ((event.submitter as HTMLButtonElement | null)?.value === "preview") void this.preview(form);
    else if (form.dataset["editing"]) void this.save(form, form.dataset["editing"]);
    else void this.send(form);
  }

  private keep(form: HTMLFormElement): { name: string; parent: string; text: string; lang: string; key: string } {
    const parent = field(form, "parent");
    return { name: field(form, "name"), parent, ...this.drafts.set(parent, field(form, "text"), field(form, "lang")) };
  }

  /** Prepares a form for one parent: the server checks the fields, so the browser need not. */
  private fill(form: HTMLFormElement, parent: string): void {
    form.noValidate = true;
    const draft = this.drafts.get(parent);
    setField(form, "parent", parent);
    if (!field(form, "name")) setField(form, "name", name.get());
    if (draft && !field(form, "text")) {
      setField(form, "text", draft.text);
      setField(form, "lang", draft.lang);
    } else if (field(form, "text")) this.keep(form); // typed before this script was here
  }

  private copy(heading: string, cancelled: () => void): HTMLFormElement {
    const form = this.blank!.cloneNode(true) as HTMLFormElement;
    form.setAttribute("aria-label", heading);
    form.querySelector(".text span")!.textContent = heading;
    const cancel = element("button", "quiet", words(this.section).cancel);
    cancel.type = "button";
    cancel.setAttribute("part", "button quiet");
    cancel.addEventListener("click", () => {
      form.remove();
      cancelled();
    });
    form.querySelector(".buttons > button:last-of-type")!.after(cancel);
    return form;
  }

  private openReply(parent: string, focus: boolean): void {
    const article = this.article(parent);
    if (!article || !this.blank) return;
    let form = article.parentElement!.querySelector<HTMLFormElement>(":scope > form.write");
    if (!form) {
      form = this.copy(words(this.section).replyTo(article.querySelector(".p-author")?.textContent ?? ""), () => {
        this.drafts.clear(parent);
        article.querySelector<HTMLElement>("a.reply")?.focus();
      });
      this.fill(form, parent);
      article.after(form);
    }
    if (focus) form.querySelector("textarea")!.focus();
  }

  private async preview(form: HTMLFormElement): Promise<void> {
    const answer = await this.busy(form, () => ask(this.section, `${this.api}/preview`, "POST", { text: field(form, "text") }));
    if (!answer) return;
    if (!answer.ok) return refuse(form, answer, () => void this.preview(form));
    form.querySelector(".preview")?.remove();
    const box = element("div", "preview");
    const shown = element("div", "e-content");
    shown.dir = "auto";
    box.setAttribute("role", "group");
    box.setAttribute("aria-label", words(this.section).preview);
    box.tabIndex = -1;
    shown.append(nodes(String(answer.json["html"])));
    box.append(shown);
    form.querySelector(".buttons")!.before(box);
    box.focus();
  }

  private async send(form: HTMLFormElement, nudged = false): Promise<void> {
    const draft = this.keep(form);
    const url = `${this.api}/stories/${encodeURIComponent(this.section.dataset["story"] ?? "")}/comments`;
    const body = {
      // Whose sign-in ended unnoticed is asked for a name, and does not write as a guest unawares.
      name: this.known ? "" : draft.name,
      email: this.known ? "" : field(form, "email"),
      nudged,
      text: draft.text,
      parent: draft.parent ? Number(draft.parent) : null,
      lang: draft.lang || null,
      key: draft.key,
      quotes: JSON.parse(form.dataset["quotes"] ?? "[]") as unknown[],
    };
    const answer = await this.busy(form, () => ask(this.section, url, "POST", body));
    if (!answer) return;
    if (!answer.ok) return this.refused(form, answer, (anyway) => void this.send(form, anyway));
    // From here on the comment is stored: the draft and its key have done their work.
    this.drafts.clear(draft.parent);
    if (this.known) this.section.dataset["own"] += ` ${answer.json["comment"]["id"]}`;
    else name.set(draft.name);
    const { id, state } = answer.json["comment"] as { id: number; state: string };
    const until = Date.parse(String(answer.json["edit_until"]));
    if (answer.json["token"]) {
      this.mine.set(String(id), { token: String(answer.json["token"]), text: draft.text, lang: draft.lang, until });
    }
    this.finish(form, draft.parent);
    this.place(String(id), draft.parent, answer);
    this.posted({ id, state });
  }

  private refused(form: HTMLFormElement, answer: Answer, again: (nudged: boolean) => void): void {
    const unknown = answer.status === 401 || (this.known && answer.json["fields"]?.["name"]);
    if (unknown) this.section.dispatchEvent(new CustomEvent("belowline:who"));
    // An earlier try was kept, and its answer lost; these are other words, which go as another comment.
    if (answer.json["code"] === "key-used") {
      this.drafts.clear(field(form, "parent"));
      this.keep(form);
    }
    if (answer.json["code"] === "nudge") nudge(form, answer.sentence, () => again(true));
    else refuse(form, answer, () => again(false));
  }

  private finish(form: HTMLFormElement, parent: string): void {
    if (parent) return form.remove();
    delete form.dataset["quotes"];
    setField(form, "text", "");
    setField(form, "lang", "");
    form.querySelector(".preview")?.remove();
  }

  /** The server's `<li>` under its parent, or on top; what it says about waiting beside it. */
  private place(id: string, parent: string, answer: Answer): void {
    const item = nodes(String(answer.json["html"])).querySelector("li");
    const old = this.article(id);
    if (!old && answer.json["comment"]?.["state"] === "published") recount(this.section, 1);
    if (item && old) old.replaceWith(item.querySelector("article")!);
    else if (item) insert(this.section, item, parent);
    const article = this.article(id);
    article?.classList.add("new");
    this.tell(article, answer, words(this.section).published);
    this.section.querySelector(":scope > .empty")?.remove();
    this.refresh();
    focus(article);
  }

  private tell(article: HTMLElement | null, answer: Answer, done: string): void {
    article?.parentElement?.querySelector(":scope > .note")?.remove();
    const { id, state } = answer.json["comment"] as { id: number; state: string };
    const held = state === "held";
    this.wrote(String(id), state === "published" ? wordsOf(article) : "");
    const sentences: string[] = held ? [words(this.section).held, ...(answer.json["sentences"] ?? [])] : [done];
    this.say(sentences.join(" "));
    if (held) article?.after(element("p", "note", sentences.join(" ")));
  }

  private offerChanges(id: string, editable: boolean): void {
    const article = this.article(id);
    if (!article || article.matches(".gone") || article.querySelector(".own-buttons")) return;
    const buttons = element("span", "own-buttons");
    buttons.dataset["id"] = id;
    const remove = element("button", "delete", words(this.section).remove);
    remove.type = "button";
    if (editable) {
      const edit = element("button", "edit", words(this.section).edit);
      edit.type = "button";
      if (this.blank) edit.addEventListener("click", () => this.openEdit(id, article, true));
      else edit.hidden = true;
      buttons.append(edit);
    }
    remove.addEventListener("click", (event) => {
      if (event.detail > 1) return; // a double click asks, as one does
      if (remove.textContent === words(this.section).really) void this.remove(id, article);
      else remove.textContent = words(this.section).really;
    });
    buttons.append(remove);
    let footer = article.querySelector(":scope > footer");
    if (!footer) article.append((footer = element("footer", "")));
    footer.append(buttons);
  }

  private openEdit(id: string, article: HTMLElement | null, focus: boolean): void {
    const own = this.mine.all()[id];
    if (!own || !article || article.hidden || !this.blank) return;
    const form = this.copy(words(this.section).editing, () => {
      this.mine.note(id);
      article.hidden = false;
      article.querySelector<HTMLElement>("button.edit")?.focus();
    });
    form.dataset["editing"] = id;
    form.noValidate = true;
    for (const guests of form.querySelectorAll(".field.name, .field.email")) guests.remove();
    form.querySelector("button[value=send]")!.textContent = words(this.section).save;
    const { text, lang } = own.change ?? own;
    setField(form, "text", text);
    setField(form, "lang", lang);
    article.hidden = true;
    article.after(form);
    if (focus) form.querySelector("textarea")!.focus();
  }

  private async save(form: HTMLFormElement, id: string, nudged = false): Promise<void> {
    const own = this.mine.all()[id];
    const article = this.article(id);
    const text = field(form, "text");
    const lang = field(form, "lang");
    const url = `${this.api}/comments/${id}`;
    const answer = await this.busy(form, () => ask(this.section, url, "PATCH", { text, lang: lang || null, nudged }, own?.token));
    if (!answer || !article) return;
    if (!answer.ok) return this.refused(form, answer, (anyway) => void this.save(form, id, anyway));
    if (own) this.mine.set(id, { token: own.token, until: own.until, text, lang });
    form.remove();
    const fresh = nodes(String(answer.json["html"])).querySelector("article");
    if (fresh) article.replaceWith(fresh);
    this.tell(this.article(id), answer, words(this.section).saved);
    this.refresh();
    focus(this.article(id));
  }

  private async remove(id: string, article: HTMLElement): Promise<void> {
    const own = this.mine.all()[id];
    const answer = await ask(this.section, `${this.api}/comments/${id}`, "DELETE", undefined, own?.token);
    if (!answer.ok) return fail(article, answer.sentence, () => void this.remove(id, article));
    this.mine.set(id, null);
    this.wrote(id, "");
    this.say(words(this.section).deleted);
    const item = article.closest("li")!;
    if (!article.querySelector(":scope > header .mark.held")) recount(this.section, -1);
    item.querySelector(":scope > .note")?.remove();
    if (item.querySelector(":scope > ol.replies")) {
      article.classList.add("gone");
      article.replaceChildren(element("i", "", words(this.section).gone));
      focus(article);
    } else {
      item.remove();
      this.section.querySelector<HTMLElement>("#discussion-title")?.focus();
    }
  }
}

/** Respect, down-votes with a reason, and reports: on the links that the server wrote. */
import { fail } from "./form";
import { type Answer, ask, element } from "./net";
import { words } from "./personal-words";
import { said } from "./say";

export interface Rules {
  votes: boolean;
  down_reasons: string[];
  report_reasons: string[];
}

export interface Place {
  section: HTMLElement;
  api: string;
  rules: Rules;
  votes: Record<string, string>;
  /** Where a moderator decides; "" for readers. */
  desk: string;
  say(sentence: string, link?: HTMLAnchorElement): void;
  mute(article: HTMLElement): void;
}

export function idOf(article: Element | null): string {
  return article?.id.slice(1) ?? "";
}

export function nameOf(article: Element | null): string {
  return article?.querySelector(".p-author")?.textContent ?? "";
}

/** The link becomes a switch, with the reader's own vote on it. */
export function dress(place: Place, article: HTMLElement): void {
  const link = article.querySelector<HTMLAnchorElement>(":scope > footer > a.respect");
  if (!link) return;
  const vote = place.votes[idOf(article)];
  link.setAttribute("role", "button");
  link.setAttribute("aria-pressed", String(vote === "respect"));
  // The page may be a moment older than the reader's own vote.
  const { respect } = words(place.section);
  if (vote === "respect" && link.textContent === respect(0)) link.textContent = respect(1);
  if (!place.rules.down_reasons.length || !place.rules.votes) return;
  let down = article.querySelector<HTMLButtonElement>(":scope > footer > button.down");
  if (!down) {
    down = element("button", "down", words(place.section).adds);
    down.type = "button";
    link.after(down);
  }
  down.setAttribute("aria-pressed", String(vote === "down"));
}

export async function vote(place: Place, article: HTMLElement, choice: string, reason?: string): Promise<Answer> {
  const body = reason ? { vote: choice, reason } : { vote: choice };
  const answer = await ask(place.section, `${place.api}/comments/${idOf(article)}/vote`, "PUT", body);
  if (!answer.ok) return answer;
  place.votes[idOf(article)] = String(answer.json["vote"]);
  const link = article.querySelector(":scope > footer > a.respect");
  if (link) link.textContent = words(place.section).respect(Number(answer.json["respect"]));
  dress(place, article);
  return answer;
}

export async function toggle(place: Place, article: HTMLElement): Promise<void> {
  const choice = place.votes[idOf(article)] === "respect" ? "none" : "respect";
  const answer = await vote(place, article, choice);
  if (answer.ok) place.say(choice === "respect" ? words(place.section).respected : words(place.section).takenBack);
  else complain(article, answer.sentence, () => void toggle(place, article));
}

export async function down(place: Place, article: HTMLElement): Promise<void> {
  if (place.votes[idOf(article)] !== "down") return askWhy(place, article);
  const answer = await vote(place, article, "none");
  if (answer.ok) place.say(words(place.section).takenBack);
  else complain(article, answer.sentence, () => void down(place, article));
}

function complain(article: HTMLElement, sentence: string, retry: () => void): void {
  fail(article, sentence, () => {
    retry();
  });
}

function askWhy(place: Place, article: HTMLElement): void {
  const why = words(place.section).addsNothing;
  const { dialog, form, reason, send } = dialogOf(place, why, why, place.rules.down_reasons);
  form.querySelector(".buttons")!.before(element("p", "hint", words(place.section).nobodySees));
  send(async () => {
    const answer = await vote(place, article, "down", reason());
    if (!answer.ok) return answer.sentence;
    dialog.close();
    place.say(words(place.section).noted);
    return "";
  });
}

export function report(place: Place, article: HTMLElement): void {
  const name = nameOf(article);
  const heading = name ? words(place.section).reportBy(name) : words(place.section).report;
  const { dialog, form, reason, send } = dialogOf(place, heading, words(place.section).wrong, place.rules.report_reasons);
  const label = element("label", "field text");
  const text = element("textarea", "");
  text.rows = 3;
  text.maxLength = 500;
  label.append(element("span", "", words(place.section).own), text);
  const buttons = form.querySelector(".buttons")!;
  buttons.before(label);
  if (name) {
    const mute = element("button", "quiet", words(place.section).mute(name));
    mute.type = "button";
    mute.addEventListener("click", () => {
      dialog.close();
      place.mute(article);
    });
    buttons.append(mute);
  }
  send(async () => {
    const url = `${place.api}/comments/${idOf(article)}/reports`;
    const answer = await ask(place.section, url, "POST", { reason: reason(), text: text.value });
    if (!answer.ok) return answer.sentence;
    dialog.close();
    const link = element("a", "", words(place.section).became);
    link.href = String(answer.json["url"]);
    place.say(`${words(place.section).reported} `, link);
    return "";
  });
}

interface Asking {
  dialog: HTMLDialogElement;
  form: HTMLFormElement;
  reason(): string;
  send(run: () => Promise<string>): void;
}

/** A dialog with a list of reasons; it gives the focus back to where it was. */
function dialogOf(place: Place, heading: string, question: string, reasons: string[]): Asking {
  const { dialog, form } = opened(place.section, heading);
  const list = element("fieldset", "reasons");
  list.append(element("legend", "", question));
  for (const one of reasons) {
    const label = element("label", "");
    const radio = element("input", "");
    radio.type = "radio";
    radio.name = "reason";
    radio.value = one;
    radio.required = true;
    label.append(radio, " ", said(one));
    list.append(label);
  }
  const send = element("button", "", words(place.section).send);
  const cancel = element("button", "quiet", words(place.section).cancel);
  cancel.type = "button";
  cancel.addEventListener("click", () => dialog.close());
  const buttons = element("div", "buttons");
  buttons.append(send, cancel);
  form.append(list, buttons);
  list.querySelector("input")?.focus();
  const reason = () => form.querySelector<HTMLInputElement>("input:checked")?.value ?? "";
  return {
    dialog,
    form,
    reason,
    send: (run) =>
      form.addEventListener("submit", (event) => {
        event.preventDefault();
        event.stopPropagation();
        if (form.dataset["busy"]) return;
        form.dataset["busy"] = "true";
        void run().then((sentence) => {
          delete form.dataset["busy"];
          if (sentence) fail(form, sentence, () => form.requestSubmit());
        });
      }),
  };
}

/** An open modal dialog in the section, gone when it is closed. */
export function opened(section: HTMLElement, heading: string): { dialog: HTMLDialogElement; form: HTMLFormElement } {
  const root = section.getRootNode() as Document | ShadowRoot;
  const before = root.activeElement as HTMLElement | null;
  const dialog = element("dialog", "ask");
  const form = element("form", "write");
  form.append(element("h3", "", heading));
  dialog.setAttribute("aria-label", heading);
  dialog.append(form);
  dialog.addEventListener("close", () => {
    dialog.remove();
    before?.focus();
  });
  section.append(dialog);
  dialog.showModal();
  return { dialog, form };
}

/** The personal part of one discussion, loaded when it is needed (later.ts). */
import { key } from "./keys";
import type { Personal } from "./later";
import { OwnPart } from "./mine";
import { Quotes } from "./quote";
import { type Place, down, report, toggle } from "./votes";

export function start(section: HTMLElement): Personal {
  const place: Place = {
    section,
    api: new URL(section.dataset["api"] ?? "/api/v1", location.href).href,
    rules: { votes: true, down_reasons: [], report_reasons: [] },
    votes: {},
    desk: "",
    say(sentence, link) {
      const line = section.querySelector(":scope > .say");
      line?.replaceChildren(sentence, ...(link ? [link] : []));
    },
    mute: (article) => own.mute(article),
  };
  const own = new OwnPart(place);
  const quotes = new Quotes(section);
  let known = own.load(); // reports and votes first need to know what the site allows
  section.addEventListener("belowline:who", () => (known = own.load()));
  section.addEventListener("click", (event) => {
    if (event.defaultPrevented || event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    const target = (event.target as Element).closest<HTMLElement>("a.respect, a.report, button.down");
    const article = target?.closest<HTMLElement>("article.comment");
    if (!target || !article) return;
    event.preventDefault();
    void known.then(() => {
      if (target.matches(".report") && place.rules.report_reasons.length) report(place, article);
      else if (target.matches(".report")) location.assign((target as HTMLAnchorElement).href);
      else if (target.matches(".down")) void down(place, article);
      else void toggle(place, article);
    });
  });
  section.addEventListener("keydown", (event) => {
    const target = event.target as Element;
    if (event.key !== " " || !target.matches?.("a.respect[role=button]")) return;
    event.preventDefault();
    (target as HTMLElement).click();
  });
  const moves = { next: () => void known.then(() => own.next()), quote: () => quotes.quote() };
  return { key: (name) => key(section, name, moves) };
}

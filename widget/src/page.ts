/** On our own pages the discussion is already there. */
import { Discussion } from "./discussion";
import { later } from "./later";
import { listen } from "./listen";
import { learn } from "./say";

const section = document.querySelector<HTMLElement>("section.discussion");
if (section) void learn(section).then(() => start(section));

function start(section: HTMLElement): void {
  const discussion = new Discussion(section);
  later(section, document);
  listen(section);
  setInterval(() => discussion.refresh(), 60_000);
}

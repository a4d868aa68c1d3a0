/** On our own pages the discussion is already there. */
import { Discussion } from "./discussion";
import { later } from "./later";
import { listen } from "./listen";
import { write } from "./memory";
import { learn } from "./say";

const section = document.querySelector<HTMLElement>("section.discussion");
if (section) void learn(section).then(() => start(section));

function start(section: HTMLElement): void {
  const discussion = new Discussion(section);
  later(section, document, document.referrer.startsWith(`${location.origin}/signin`));
  // Whoever goes to sign in comes back as somebody.
  document.addEventListener("click", (event) => {
    if ((event.target as Element).closest("a[href^='/signin']")) write("person", "1");
  });
  listen(section);
  setInterval(() => discussion.refresh(), 60_000);
}

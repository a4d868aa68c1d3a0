/** On our own pages the discussion is already there. */
import { Discussion } from "./discussion";
import { later } from "./later";
import { listen } from "./listen";
import { Mine, write } from "./memory";
import { learn } from "./say";

const section = document.querySelector<HTMLElement>("section.discussion");
if (section) void learn(section).then(() => start(section));

/** Going back brings the page out of the browser's cache, without what its reader has written since. */
function outdated(section: HTMLElement): boolean {
  const [visit] = performance.getEntriesByType("navigation") as PerformanceNavigationTiming[];
  const mine = new Mine(new URL(section.dataset["api"] ?? "/api/v1", location.href).href);
  return visit?.type === "back_forward" && Object.keys(mine.all()).length > 0;
}

/** A permalink opens at its comment, however much led to it. */
function open(section: HTMLElement): void {
  const focus = section.querySelector(".comment.focus");
  const far = focus && focus.getBoundingClientRect().top > innerHeight / 2;
  if (far && !location.hash && !scrollY) focus.scrollIntoView();
}

function start(section: HTMLElement): void {
  if (outdated(section)) return location.reload();
  const discussion = new Discussion(section);
  later(section, document, document.referrer.startsWith(`${location.origin}/signin`));
  // Whoever goes to sign in comes back as somebody.
  document.addEventListener("click", (event) => {
    if ((event.target as Element).closest("a[href^='/signin']")) write("person", "1");
  });
  open(section);
  listen(section);
  setInterval(() => discussion.refresh(), 60_000);
}

/** On our own pages the discussion is already there. */
import { Discussion } from "./discussion";
import { later } from "./later";
import { listen } from "./listen";
import { Mine, readJson, write } from "./memory";
import { fresh } from "./net";
import { learn } from "./say";
import { find, wordsOf } from "./thread";

const section = document.querySelector<HTMLElement>("section.discussion");
if (section) void learn(section).then(() => start(section));

/** Going back brings the page out of the browser's cache, without what its reader has written since. */
function outdated(section: HTMLElement): boolean {
  const [visit] = performance.getEntriesByType("navigation") as PerformanceNavigationTiming[];
  const mine = new Mine(new URL(section.dataset["api"] ?? "/api/v1", location.href).href);
  return visit?.type === "back_forward" && Object.keys(mine.all()).length > 0;
}

/** A cache on the way (a CDN) may have the page as it was before its reader wrote: the address past it, then. */
function past(section: HTMLElement): string {
  const [story, id, words] = readJson<string[]>("wrote") ?? [];
  const here = new URL(location.href);
  const { v } = fresh(here.origin);
  const newest = section.querySelector(".orders a")?.matches("[aria-current]") ?? true;
  const shows = newest && section.querySelector(":scope > form.write") && !here.search;
  if (!v || !id || story !== section.dataset["story"] || !shows || wordsOf(find(section, id)) === words) return "";
  here.searchParams.set("v", v);
  return here.href;
}

/** A permalink opens at its comment, however much led to it. */
function open(section: HTMLElement): void {
  const focus = section.querySelector(".comment.focus");
  const far = focus && focus.getBoundingClientRect().top > innerHeight / 2;
  if (far && !location.hash && !scrollY) focus.scrollIntoView();
}

function start(section: HTMLElement): void {
  if (outdated(section)) return location.reload();
  const newer = past(section);
  if (newer) return location.replace(newer);
  const wrote = (id: string, words: string) => write("wrote", JSON.stringify([section.dataset["story"], id, words]));
  const discussion = new Discussion(section, undefined, wrote);
  later(section, document, document.referrer.startsWith(`${location.origin}/signin`));
  // Whoever goes to sign in comes back as somebody.
  document.addEventListener("click", (event) => {
    if ((event.target as Element).closest("a[href^='/signin']")) write("person", "1");
  });
  open(section);
  listen(section);
  setInterval(() => discussion.refresh(), 60_000);
}

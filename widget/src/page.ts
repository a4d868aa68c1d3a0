/** On our own pages the discussion is already there. */
import { Discussion } from "./discussion";

const section = document.querySelector<HTMLElement>("section.discussion");
if (section) {
  const discussion = new Discussion(section);
  setInterval(() => discussion.refresh(), 60_000);
}

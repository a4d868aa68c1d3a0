/** Loads live.js when the discussion is on screen, and mention.js at the first @ in a form. */

/** Set at build time: 8 hex digits of the scripts' hashes, so that they can be cached for ever. */
declare const LIVE_VERSION: string;
declare const MENTION_VERSION: string;

type Loaded = { start(section: HTMLElement): () => void };

/** Gives the way to end it. */
export function listen(section: HTMLElement): () => void {
  const { origin } = new URL(section.dataset["api"] ?? "/api/v1", location.href);
  const ends: (() => void)[] = [];
  let over = false;
  const load = (name: string, version: string): void => {
    import(`${origin}/static/${name}.js?v=${version}`).then(
      (loaded: Loaded) => over || ends.push(loaded.start(section)),
      () => {}, // the discussion works without
    );
  };
  const seen = new IntersectionObserver((entries) => {
    if (!entries.some((entry) => entry.isIntersecting)) return;
    seen.disconnect();
    load("live", LIVE_VERSION);
  });
  seen.observe(section);
  const typed = (event: Event): void => {
    if (!(event.target instanceof HTMLTextAreaElement) || !event.target.value.includes("@")) return;
    section.removeEventListener("input", typed);
    load("mention", MENTION_VERSION);
  };
  section.addEventListener("input", typed);
  return () => {
    over = true;
    seen.disconnect();
    for (const end of ends) end();
  };
}

/** Fills [data-belowline-count="KEY"] with the number of comments, up to 100 stories a request. */

const script = (document.currentScript ?? document.querySelector("script[src*='/counts.js']")) as HTMLScriptElement | null;
const server = new URL(script?.src ?? location.href).origin;
const MOST = 100;
/** Proxies commonly refuse addresses of 8 KiB. */
const LONGEST = 6_000;

function all(): HTMLElement[] {
  return [...document.querySelectorAll<HTMLElement>("[data-belowline-count]")];
}

function siteOf(place: HTMLElement): string {
  return place.dataset["belowlineSite"] ?? script?.dataset["belowlineSite"] ?? "";
}

async function fill(): Promise<void> {
  const places = new Map<string, Map<string, HTMLElement[]>>();
  for (const place of all()) {
    const site = siteOf(place);
    const story = place.dataset["belowlineCount"] ?? "";
    const stories = places.get(site) ?? new Map<string, HTMLElement[]>();
    places.set(site, stories.set(story, [...(stories.get(story) ?? []), place]));
  }
  for (const [site, stories] of places) {
    let keys: string[] = [];
    for (const key of stories.keys()) {
      if (keys.length === MOST || (keys.length && query(site, [...keys, key]).length > LONGEST)) {
        await count(site, keys, stories);
        keys = [];
      }
      keys.push(key);
    }
    await count(site, keys, stories);
  }
}

function query(site: string, keys: string[]): string {
  return String(new URLSearchParams([["site", site], ...keys.map((key) => ["story", key])]));
}

async function count(site: string, keys: string[], stories: Map<string, HTMLElement[]>): Promise<void> {
  try {
    const response = await fetch(`${server}/api/v1/counts?${query(site, keys)}`, { credentials: "omit" });
    if (!response.ok) return;
    const { counts } = (await response.json()) as { counts: Record<string, number> };
    for (const key of keys) {
      for (const place of stories.get(key) ?? []) {
        if (key in counts) place.textContent = String(counts[key]);
      }
    }
  } catch {
    // The page reads well without numbers: whatever the publisher put there stays.
  }
}

/** An embed on this page shows another number than it came with: somebody wrote, deleted, or read what is new. */
document.addEventListener("belowline:counted", (event) => {
  const { site, story, count } = (event as CustomEvent<{ site: string; story: string; count: number }>).detail;
  for (const place of all()) {
    if (siteOf(place) === site && place.dataset["belowlineCount"] === story) place.textContent = String(count);
  }
});
/** A page that adds places later says so. */
document.addEventListener("belowline:count", () => void fill());
if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", () => void fill());
else void fill();

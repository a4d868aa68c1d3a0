/** Fills [data-belowline-count="KEY"] with the number of comments, up to 100 stories a request. */

const script = document.currentScript as HTMLScriptElement | null;
const server = new URL(script?.src ?? location.href).origin;
const MOST = 100;

async function fill(): Promise<void> {
  const places = new Map<string, Map<string, HTMLElement[]>>();
  for (const place of document.querySelectorAll<HTMLElement>("[data-belowline-count]")) {
    const site = place.dataset["belowlineSite"] ?? script?.dataset["belowlineSite"] ?? "";
    const story = place.dataset["belowlineCount"] ?? "";
    const stories = places.get(site) ?? new Map<string, HTMLElement[]>();
    places.set(site, stories.set(story, [...(stories.get(story) ?? []), place]));
  }
  for (const [site, stories] of places) {
    const keys = [...stories.keys()];
    for (let from = 0; from < keys.length; from += MOST) {
      await count(site, keys.slice(from, from + MOST), stories);
    }
  }
}

async function count(site: string, keys: string[], stories: Map<string, HTMLElement[]>): Promise<void> {
  const query = new URLSearchParams([["site", site], ...keys.map((key) => ["story", key])]);
  try {
    const response = await fetch(`${server}/api/v1/counts?${query}`, { credentials: "omit" });
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

if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", () => void fill());
else void fill();

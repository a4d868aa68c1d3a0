/** Loads what is personal (personal.js) when it is needed: for readers who come back, vote, report, quote, use keys. */
import { read, write } from "./memory";

/** Set at build time: 8 hex digits of the script's hash, so that it can be cached for ever. */
declare const PERSONAL_VERSION: string;

export interface Personal {
  /** A key of keys.ts was pressed, outside of any field. */
  key(name: string): void;
}

const KEYS = "jknrq?";

export function typing(event: KeyboardEvent): boolean {
  const at = event.composedPath()[0] as Element | undefined;
  return Boolean(at?.closest?.("input, textarea, select, dialog, [contenteditable]:not([contenteditable=false])"));
}

/** `keys`: where keys count: the page on our own, the discussion alone in an embed; `known`: somebody is signed in. */
export function later(section: HTMLElement, keys: EventTarget, known = false): () => void {
  const api = new URL(section.dataset["api"] ?? "/api/v1", location.href);
  const place = `visit:${api.href}:${section.dataset["story"]}`;
  let loading: Promise<Personal> | null = null;
  const load = (): Promise<Personal> =>
    (loading ??= import(`${api.origin}/static/personal.js?v=${PERSONAL_VERSION}`).then(
      (loaded: { start(section: HTMLElement): Personal }) => {
        section.removeEventListener("click", clicked);
        return loaded.start(section);
      },
    ));
  const quietly = () => void load().catch(() => (loading = null));
  function clicked(event: MouseEvent): void {
    if (event.defaultPrevented || event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    const link = (event.target as Element).closest<HTMLAnchorElement>("a.respect, a.report");
    if (!link) return;
    event.preventDefault();
    load().then(
      () => link.click(),
      () => location.assign(link.href),
    );
  }
  function pressed(event: Event): void {
    const key = event as KeyboardEvent;
    if (!KEYS.includes(key.key) || key.metaKey || key.ctrlKey || key.altKey || typing(key)) return;
    key.preventDefault();
    load().then(
      (personal) => personal.key(key.key),
      () => {},
    );
  }
  section.addEventListener("click", clicked);
  keys.addEventListener("keydown", pressed);
  keys.addEventListener("selectstart", quietly, { once: true });
  section.addEventListener("belowline:who", quietly, { once: true });
  if (known || ["person", "muted", place, `guest:${api.origin}`].some(read)) quietly();
  else write(place, String(Date.now())); // the first visit; later ones are noted by the server's clock
  return () => keys.removeEventListener("keydown", pressed);
}

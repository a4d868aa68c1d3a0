/** "3 hours ago" over the server's absolute times, which move into the title. */

const STEPS: [Intl.RelativeTimeFormatUnit, number][] = [
  ["year", 31_557_600],
  ["month", 2_629_800],
  ["week", 604_800],
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
];

/** The server says the minute; a comment is younger than that by at most this, and is never said to be older than it is. */
const MINUTE_MS = 60_000;

/** False where the browser cannot say them in the section's language: the server's times stand. */
export function refreshTimes(section: Element): boolean {
  const lang = section.getAttribute("lang") ?? "en";
  const relative = new Intl.RelativeTimeFormat(lang);
  if (!knows(relative, lang)) return false;
  const now = new Intl.RelativeTimeFormat(lang, { numeric: "auto" }).format(0, "second");
  const absolute = new Intl.DateTimeFormat(lang, { dateStyle: "long", timeStyle: "short" });
  for (const time of section.querySelectorAll<HTMLTimeElement>("time.dt-published")) {
    const at = Date.parse(time.dateTime);
    if (Number.isNaN(at)) continue;
    if (!time.title) time.title = absolute.format(at);
    const said = ago(relative, Math.floor((Date.now() - at - MINUTE_MS) / 1000)) ?? now;
    if (time.textContent !== said) time.textContent = said;
  }
  return true;
}

/** Chromium speaks English instead of Armenian and Georgian, and "-3 h" for Azerbaijani. */
function knows(relative: Intl.RelativeTimeFormat, lang: string): boolean {
  const language = (tag: string) => tag.split("-")[0];
  return language(relative.resolvedOptions().locale) === language(lang) && relative.format(-3, "hour")[0] !== "-";
}

/** Never "yesterday" or "last year": 30 hours ago may be the day before, 14 months ago the year before. */
function ago(relative: Intl.RelativeTimeFormat, seconds: number): string | undefined {
  for (const [unit, size] of STEPS) {
    if (seconds >= size) return relative.format(-Math.trunc(seconds / size), unit);
  }
  return undefined; // or a clock that is slow: nobody has written in the future
}

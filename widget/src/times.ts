/** "3 hours ago" over the server's absolute times, which move into the title. */

const STEPS: [Intl.RelativeTimeFormatUnit, number][] = [
  ["year", 31_557_600],
  ["month", 2_629_800],
  ["week", 604_800],
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
];

export function refreshTimes(section: Element): void {
  const lang = section.getAttribute("lang") ?? "en";
  const relative = new Intl.RelativeTimeFormat(lang, { numeric: "auto" });
  const absolute = new Intl.DateTimeFormat(lang, { dateStyle: "long", timeStyle: "short" });
  for (const time of section.querySelectorAll<HTMLTimeElement>("time.dt-published")) {
    const at = Date.parse(time.dateTime);
    if (Number.isNaN(at)) continue;
    if (!time.title) time.title = absolute.format(at);
    const said = ago(relative, Math.round((at - Date.now()) / 1000));
    if (time.textContent !== said) time.textContent = said;
  }
}

function ago(relative: Intl.RelativeTimeFormat, seconds: number): string {
  for (const [unit, size] of STEPS) {
    if (Math.abs(seconds) >= size) return relative.format(Math.trunc(seconds / size), unit);
  }
  return relative.format(0, "minute");
}

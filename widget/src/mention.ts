/** After an @ in a form: the people in this discussion whose names fit, chosen by arrows and Enter, or by pointer. */
import { dress } from "./dress";
import { words } from "./live-words";
import { ask, element } from "./net";

const WAIT_MS = 120;
const HOLDS = ["pointerdown", "pointerup", "pointercancel"];
const LOOK = `
.names { list-style: none; margin: 0; padding: 0.25rem; border: 1px solid var(--line); background: var(--paper);
  border-radius: var(--radius); font: 1rem/1.4 var(--sans); }
.names li { padding: 0.35rem 0.6rem; min-block-size: 24px; cursor: pointer; }
.names [aria-selected=true] { background: var(--accent); color: var(--on-accent); }`;

let serial = 0;

/** Gives the way to end it. */
export function start(section: HTMLElement): () => void {
  dress(section, LOOK);
  const names = new Names(section);
  const typed = (event: Event): void => {
    if (event.target instanceof HTMLTextAreaElement) names.typed(event.target);
  };
  const pressed = (event: KeyboardEvent): void => names.pressed(event);
  let held = false;
  const close = (): void => void setTimeout(() => names.close());
  const holds = (event: Event): void => void (held = event.type === "pointerdown");
  const left = (): void => {
    names.stop();
    // All below the list moves when it goes: only after the click, or a button slips away from under the pointer.
    if (held) addEventListener("pointerup", close, { once: true });
    else close();
  };
  section.addEventListener("input", typed);
  section.addEventListener("keydown", pressed);
  section.addEventListener("focusout", left);
  for (const type of HOLDS) addEventListener(type, holds, true);
  const field = (section.getRootNode() as Document | ShadowRoot).activeElement;
  if (field instanceof HTMLTextAreaElement) names.typed(field);
  return () => {
    section.removeEventListener("input", typed);
    section.removeEventListener("keydown", pressed);
    section.removeEventListener("focusout", left);
    for (const type of HOLDS) removeEventListener(type, holds, true);
  };
}

class Names {
  private api: string;
  private field: HTMLTextAreaElement | null = null;
  private list: HTMLUListElement | null = null;
  private chosen = 0;
  private asked = 0;
  private timer = 0;

  constructor(private section: HTMLElement) {
    const api = new URL(section.dataset["api"] ?? "/api/v1", location.href).href;
    this.api = `${api}/stories/${encodeURIComponent(section.dataset["story"] ?? "")}/names`;
  }

  typed(field: HTMLTextAreaElement): void {
    const prefix = begun(field);
    clearTimeout(this.timer);
    if (prefix === null) return this.close();
    const number = ++this.asked;
    this.timer = window.setTimeout(async () => {
      const answer = await ask(this.section, `${this.api}?${new URLSearchParams({ prefix })}`);
      const found = answer.ok ? (answer.json as unknown as string[]) : [];
      if (number === this.asked && begun(field) === prefix) this.open(field, found);
    }, WAIT_MS);
  }

  pressed(event: KeyboardEvent): void {
    if (!this.list || event.target !== this.field) return;
    const many = this.list.childElementCount;
    if (event.key === "ArrowDown") this.choose((this.chosen + 1) % many);
    else if (event.key === "ArrowUp") this.choose((this.chosen + many - 1) % many);
    else if (event.key === "Enter" || event.key === "Tab") this.take(this.list.children[this.chosen]?.textContent ?? "");
    else if (event.key === "Escape") this.close();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  /** What is asked for is not shown any more. */
  stop(): void {
    this.asked++;
  }

  close(): void {
    this.stop();
    this.list?.remove();
    this.list = null;
    for (const name of ["aria-controls", "aria-autocomplete", "aria-activedescendant", "aria-haspopup"]) {
      this.field?.removeAttribute(name);
    }
  }

  private open(field: HTMLTextAreaElement, found: string[]): void {
    const shown = this.field === field ? [...(this.list?.children ?? [])].map((item) => item.textContent ?? "") : [];
    if (found.length && found.join("\n") === shown.join("\n")) return; // and is not told again
    const chosen = found.indexOf(shown[this.chosen] ?? "");
    this.close();
    if (!found.length) return;
    this.field = field;
    const list = (this.list = element("ul", "names"));
    list.id = `bl-names-${++serial}`;
    list.setAttribute("role", "listbox");
    list.setAttribute("aria-label", words(this.section).names);
    for (const [at, name] of found.entries()) {
      const item = element("li", "", name);
      item.id = `${list.id}-${at}`;
      item.dir = "auto";
      item.setAttribute("role", "option");
      // Before the field loses the focus, and with it the list.
      item.addEventListener("pointerdown", (event) => {
        event.preventDefault();
        this.take(name);
      });
      list.append(item);
    }
    (field.closest("label") ?? field).after(list);
    field.setAttribute("aria-haspopup", "listbox");
    field.setAttribute("aria-autocomplete", "list"); // aria-expanded is not for a field of many lines
    field.setAttribute("aria-controls", list.id);
    this.choose(Math.max(0, chosen)); // by an arrow, before this answer came
  }

  private choose(at: number): void {
    this.chosen = at;
    for (const [number, item] of [...this.list!.children].entries()) {
      item.setAttribute("aria-selected", String(number === at));
    }
    this.field?.setAttribute("aria-activedescendant", this.list!.children[at]?.id ?? "");
  }

  private take(name: string): void {
    const field = this.field!;
    const prefix = begun(field) ?? "";
    const end = field.selectionStart;
    this.close();
    field.setRangeText(`${name} `, end - prefix.length, end, "end");
    field.dispatchEvent(new InputEvent("input", { bubbles: true, composed: true }));
    this.close();
  }
}

/** What stands between the last @ and the cursor, as far as it can be a name; null: nothing is begun. */
function begun(field: HTMLTextAreaElement): string | null {
  if (field.selectionStart !== field.selectionEnd) return null;
  const before = field.value.slice(0, field.selectionStart);
  const found = /(?:^|[^\p{L}\p{N}_@/.])@((?:[\p{L}\p{N}_][^\n@]{0,39})?)$/u.exec(before);
  return found && !/\s$/.test(found[1]!) ? found[1]! : null;
}

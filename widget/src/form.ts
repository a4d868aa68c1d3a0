/** One form: its fields, one request at a time, and what the server found wrong with it. */
import { type Answer, element } from "./net";
import { words } from "./words";

let serial = 0;

function control(form: HTMLFormElement, which: string): HTMLInputElement | null {
  return form.querySelector<HTMLInputElement>(`[name="${which}"]`);
}

export function field(form: HTMLFormElement, which: string): string {
  return control(form, which)?.value ?? "";
}

export function setField(form: HTMLFormElement, which: string, value: string): void {
  const input = control(form, which);
  if (input) input.value = value;
}

/** Marks the form as busy while the request runs; old errors go. */
export async function once(form: HTMLFormElement, run: () => Promise<Answer>): Promise<Answer> {
  form.dataset["busy"] = "true";
  const buttons = [...form.querySelectorAll(".buttons button")];
  for (const old of form.querySelectorAll(".error")) old.remove();
  for (const input of form.querySelectorAll("[aria-invalid]")) {
    input.removeAttribute("aria-invalid");
    input.removeAttribute("aria-describedby");
  }
  for (const button of buttons) button.setAttribute("aria-disabled", "true");
  // What is typed while it is on its way would not go with it, and be lost.
  const text = form.querySelector("textarea")!;
  text.readOnly = true;
  try {
    return await run();
  } finally {
    delete form.dataset["busy"];
    text.readOnly = false;
    for (const button of buttons) button.removeAttribute("aria-disabled");
  }
}

/** The server's sentences beside their fields; without fields, one sentence and a retry. */
export function refuse(form: HTMLFormElement, answer: Answer, retry: () => void): void {
  const fields: Record<string, string> = answer.json["fields"] ?? {};
  const rest: string[] = [];
  for (const [which, sentence] of Object.entries(fields)) {
    const input = which && form.querySelector<HTMLElement>(`[name="${CSS.escape(which)}"]:not([type=hidden])`);
    if (!input) {
      rest.push(sentence);
      continue;
    }
    const error = element("span", "error", sentence);
    error.id = `bl-error-${++serial}`;
    input.setAttribute("aria-invalid", "true");
    input.setAttribute("aria-describedby", error.id);
    // Beside the label, not in it: the field keeps its name, and the error is told after it.
    (input.closest(".field > label") ?? input).after(error);
  }
  const first = form.querySelector<HTMLElement>("[aria-invalid]");
  // "Not here any more." says it beside a field; without one the whole sentence has to.
  if (rest.length || !first) fail(form, (first && rest.join(" ")) || answer.sentence, retry);
  first?.focus();
}

/** The writer is asked first. Choosing, or typing on, takes the question away. */
export function nudge(form: HTMLFormElement, sentence: string, anyway: () => void): void {
  const buttons = form.querySelector<HTMLElement>(".buttons")!;
  const text = form.querySelector("textarea")!;
  const box = element("div", "nudge");
  const row = element("div", "buttons");
  const [send, change] = [element("button", "quiet", words(form).anyway), element("button", "", words(form).change)];
  const ask = element("p", "", sentence);
  const over = (): void => {
    box.remove();
    buttons.hidden = false;
    text.removeEventListener("input", over);
  };
  send.type = change.type = "button";
  send.addEventListener("click", () => {
    over();
    anyway();
  });
  change.addEventListener("click", () => {
    over();
    text.focus();
  });
  text.addEventListener("input", over);
  ask.id = `bl-nudge-${++serial}`;
  box.setAttribute("role", "alertdialog");
  box.setAttribute("aria-labelledby", ask.id);
  row.append(change, send);
  box.append(ask, row);
  buttons.hidden = true;
  buttons.before(box);
  change.focus();
}

/** One sentence and a way to try again, in place of an earlier one. */
export function fail(where: Element, sentence: string, retry: () => void): void {
  where.querySelector(":scope > .error")?.remove();
  const line = element("p", "error", sentence);
  line.setAttribute("role", "alert");
  const button = element("button", "quiet", words(where).retry);
  button.type = "button";
  button.addEventListener("click", () => {
    line.remove();
    retry();
  });
  line.append(" ", button);
  where.append(line);
}

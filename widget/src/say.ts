/**
 * Our own sentences in the discussion's language. English is the key, as on the server, and costs nothing; another
 * language's list is loaded once, from the address in the section's data-words.
 */

type Forms = Record<string, string>;

interface Spoken {
  lang?: string;
  list: Record<string, string | Forms>;
}

/** Shared by our scripts, which are built apart. */
const spoken = ((globalThis as Record<symbol, unknown>)[Symbol.for("belowline.words")] ??= { list: {} }) as Spoken;

/** The language of the discussion, for Accept-Language: errors come in it. */
export const language = (): string | undefined => spoken.lang;

export async function learn(section: HTMLElement): Promise<void> {
  const url = section.dataset["words"];
  if (spoken.lang === section.lang) return;
  spoken.lang = section.lang;
  spoken.list = {};
  if (!url) return;
  try {
    spoken.list = (await (await fetch(url)).json()) as Spoken["list"];
  } catch {
    // Then these few sentences are English.
  }
}

export function said(english: string, values: Record<string, string | number> = {}, count?: number): string {
  const found = spoken.list[english] ?? english;
  const text =
    typeof found === "string" ? found : (found[new Intl.PluralRules(spoken.lang).select(count ?? 0)] ?? found["other"]!);
  return text.replace(/%\((\w+)\)[sd]/g, (all, name: string) => String(values[name] ?? all));
}

/** `forms`: for one, and for any number as %(num)d. */
export function counted(num: number, forms: [string, string]): string {
  const [one, many] = forms;
  return num === 1 && !spoken.list[many] ? said(one, { num }) : said(many, { num }, num);
}

/** A list of texts that are looked up when they are needed. */
export function late<T extends object>(words: T): T {
  return new Proxy(words, {
    get: (of, name) => {
      const word: unknown = Reflect.get(of, name);
      return typeof word === "string" ? said(word) : word;
    },
  });
}

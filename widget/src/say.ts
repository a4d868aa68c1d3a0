/**
 * Our own sentences in the language of each discussion. English is the key, as on the server, and costs nothing;
 * another language's list is loaded once, from the address in the section's data-words.
 */

type Forms = Record<string, string>;
type List = Record<string, string | Forms>;

/** By language; shared by our scripts, which are built apart. */
const lists = ((globalThis as Record<symbol, unknown>)[Symbol.for("belowline:lists")] ??= {}) as Record<string, List>;

/** What is said before any list is here, in the languages of the server's sites: it writes them into embed.js. */
const first = ((globalThis as Record<symbol, unknown>)[Symbol.for("belowline:first")] ?? {}) as Record<string, List>;

/** In which language `said` speaks: that of the place for which words were looked up last. */
let lang = "";

/** The language of a place in a discussion, else of an element that will hold one; "" if it names none. */
export function languageOf(at: Element): string {
  return (at.closest<HTMLElement>(".discussion") ?? (at as HTMLElement)).lang;
}

export async function learn(section: HTMLElement): Promise<void> {
  const url = section.dataset["words"];
  if (!url || lists[section.lang]) return;
  try {
    lists[section.lang] = (await (await fetch(url)).json()) as List;
  } catch {
    // Then these few sentences are English.
  }
}

export function said(english: string, values: Record<string, string | number> = {}, count?: number): string {
  const found = (lists[lang] ?? first[lang.split("-")[0]!] ?? first[""])?.[english] ?? english;
  const text =
    typeof found === "string" ? found : (found[new Intl.PluralRules(lang).select(count ?? 0)] ?? found["other"]!);
  return text.replace(/%\((\w+)\)[sd]/g, (all, name: string) => String(values[name] ?? all));
}

/** `forms`: for one, and for any number as %(num)d. */
export function counted(num: number, forms: [string, string]): string {
  const [one, many] = forms;
  return num === 1 && !lists[lang]?.[many] ? said(one, { num }) : said(many, { num }, num);
}

/** A list of texts for one place, each looked up at once when it is asked for. */
export function late<T extends object>(words: T): (at: Element) => T {
  const looked = new Proxy(words, {
    get: (of, name) => {
      const word: unknown = Reflect.get(of, name);
      return typeof word === "string" ? said(word) : word;
    },
  });
  return (at) => {
    // Until it is there, a discussion is spoken of in its page's language.
    lang = languageOf(at) || (at.closest<HTMLElement>("[lang]")?.lang ?? "");
    return looked;
  };
}

/** What this browser remembers: drafts, the writer's name, the keys to their own comments. */

export interface Draft {
  text: string;
  lang: string;
  /** Sent with every attempt, so that the server stores one comment however often we try. */
  key: string;
}

export interface Own {
  token: string;
  text: string;
  lang: string;
  /** Milliseconds since 1970; after it the server refuses changes. */
  until: number;
  /** A change that was begun and not saved. */
  change?: { text: string; lang: string };
}

/** Where storage is refused (all cookies blocked, a full disk) the page's own memory has to do, one for our scripts. */
const fallback = ((globalThis as Record<symbol, unknown>)[Symbol.for("belowline:memory")] ??= new Map()) as Map<string, string>;

export function read(name: string): string | null {
  // What storage took is read there alone: another tab may have changed it, or taken it away.
  if (fallback.has(name)) return fallback.get(name)!;
  try {
    return localStorage.getItem(`belowline:${name}`);
  } catch {
    return null;
  }
}

export function write(name: string, value: string | null): void {
  fallback.delete(name);
  try {
    if (value === null) localStorage.removeItem(`belowline:${name}`);
    else localStorage.setItem(`belowline:${name}`, value);
  } catch {
    if (value !== null) fallback.set(name, value);
  }
}

export function readJson<T>(name: string): T | null {
  try {
    return JSON.parse(read(name) ?? "null") as T | null;
  } catch {
    return null;
  }
}

export const name = {
  get: () => read("name") ?? "",
  set: (value: string) => write("name", value),
};

/** Drafts of one story on one server, by the comment they answer ("" for none). */
export class Drafts {
  constructor(private story: string) {}

  private all(): Record<string, Draft> {
    return readJson<Record<string, Draft>>(`drafts:${this.story}`) ?? {};
  }

  get(parent: string): Draft | undefined {
    return this.all()[parent];
  }

  /** The parents of replies that were begun. */
  replies(): string[] {
    return Object.entries(this.all()).flatMap(([parent, draft]) => (parent && draft.text ? [parent] : []));
  }

  set(parent: string, text: string, lang: string): Draft {
    const all = this.all();
    const draft = { text, lang, key: all[parent]?.key ?? newKey() };
    all[parent] = draft;
    write(`drafts:${this.story}`, JSON.stringify(all));
    return draft;
  }

  clear(parent: string): void {
    const { [parent]: _gone, ...rest } = this.all();
    write(`drafts:${this.story}`, Object.keys(rest).length ? JSON.stringify(rest) : null);
  }
}

/** Own comments on one server that can still be changed. */
export class Mine {
  constructor(private server: string) {}

  all(): Record<string, Own> {
    const kept = readJson<Record<string, Own>>(`mine:${this.server}`) ?? {};
    return Object.fromEntries(Object.entries(kept).filter(([, own]) => own.until > Date.now()));
  }

  set(id: string, own: Own | null): void {
    const all = this.all();
    if (own) all[id] = own;
    else delete all[id];
    write(`mine:${this.server}`, Object.keys(all).length ? JSON.stringify(all) : null);
  }

  /** A change is begun, or given up. */
  note(id: string, change?: Own["change"]): void {
    const own = this.all()[id];
    if (own) this.set(id, { ...own, change });
  }
}

/** crypto.randomUUID exists only on https and localhost; hosts on plain http get the same from random bytes. */
function newKey(): string {
  if (typeof crypto.randomUUID === "function") return crypto.randomUUID();
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/**
 * Who is signed in in an embed: by the publication's own login (a signed token that the page hands over) or by our
 * window. The page keeps a token that lasts a quarter of an hour and the one that is exchanged for the next; no cookie.
 */
import { read, write } from "./memory";
import { type Bearer, ask } from "./net";

export interface Host extends HTMLElement {
  getToken?: (() => Promise<string | null> | string | null) | null;
}

export interface Handed {
  access: string;
  refresh: string;
  expires_in: number;
}

interface Kept {
  access: string;
  refresh: string;
  /** Milliseconds since 1970. */
  until: number;
  /** What the publication's token said of its reader: the same reader needs no second exchange. "": our window. */
  said: string;
}

const EARLY_MS = 30_000;
/** A page's own function that never answers does not keep its readers from writing as guests. */
const PATIENCE_MS = 10_000;
/** What differs between two tokens for the same reader. */
const ONCE = ["iat", "exp", "nbf", "jti", "nonce"];

export class Session implements Bearer {
  private place: string;
  private began: Promise<unknown>;
  private renewing: Promise<string> | null = null;
  /** The page's token that was tried last: each is good once. */
  private tried = "";
  /** The page was asked so often who is signed in there; what it said last counts, whatever is answered when. */
  private turns = 0;
  private last = 0;

  constructor(
    private host: Host,
    private server: string,
    private site: string,
    private changed: () => void,
  ) {
    this.place = `session:${server}:${site}`;
    this.began = this.begin();
  }

  async token(): Promise<string> {
    await this.began;
    const kept = this.kept();
    if (!kept) return "";
    return kept.until - Date.now() > EARLY_MS ? kept.access : this.renew(kept.access);
  }

  renew(over: string): Promise<string> {
    this.renewing ??= this.alone(() => this.refresh(over)).finally(() => (this.renewing = null));
    return this.renewing;
  }

  ours(): boolean {
    return this.kept()?.said === "";
  }

  /** From our window. */
  take(handed: Handed): void {
    this.keep(handed, "");
    this.changed();
  }

  /** The page says that somebody else is signed in there now, or nobody. */
  again(): void {
    this.began = this.begin().then(() => this.changed());
  }

  forget(): void {
    write(this.named(this.kept()), null);
  }

  // --- what is kept ----------------------------------------------------------------------------------

  private hands(): boolean {
    return Boolean(this.host.getToken) || this.host.hasAttribute("jwt");
  }

  private named(kept: Kept | null): string {
    return kept?.said ? `${this.place}:handed` : this.place;
  }

  /** A sign-in that a page handed over is nobody's on a page that hands none over. */
  private kept(): Kept | null {
    const texts = [this.hands() ? read(`${this.place}:handed`) : null, read(this.place)];
    try {
      return JSON.parse(texts[0] ?? texts[1] ?? "null") as Kept | null;
    } catch {
      return null;
    }
  }

  private keep(tokens: Handed, said: string): string {
    const { access, refresh } = tokens;
    const kept: Kept = { access, refresh, until: Date.now() + tokens.expires_in * 1000, said };
    write(this.named(kept), JSON.stringify(kept));
    return access;
  }

  // --- the publication's own login -------------------------------------------------------------------

  private async begin(): Promise<void> {
    const turn = ++this.turns;
    if (!this.hands()) {
      this.last = turn;
      return;
    }
    const given = this.handed();
    const jwt = await soon(given);
    if (jwt !== null) return this.settle(jwt, turn);
    // Not said in time: who was signed in still is, until it is said.
    void given.then((late) => (late === null ? undefined : this.settle(late, turn).then(this.changed)));
  }

  private async settle(jwt: string, turn: number): Promise<void> {
    if (turn < this.last) return;
    this.last = turn;
    const kept = this.kept();
    if (jwt && kept?.said === sayings(jwt)) return;
    if (kept?.said) await this.leave(kept); // nobody is signed in there any more, or somebody else
    if (jwt) await this.exchange(jwt, turn);
  }

  /** "": the page says that nobody is signed in there. null: it says nothing, since its own function failed. */
  private async handed(): Promise<string | null> {
    try {
      const { getToken } = this.host;
      return (getToken ? await getToken.call(this.host) : this.host.getAttribute("jwt")) || "";
    } catch {
      return null;
    }
  }

  private async exchange(jwt: string, turn: number): Promise<string> {
    if (jwt === this.tried) return "";
    this.tried = jwt;
    const answer = await ask(this.host, `${this.server}/api/v1/sites/${encodeURIComponent(this.site)}/session`, "POST", { jwt }, "");
    if (!answer.ok) console.warn(`Belowline: ${answer.sentence}`); // the publisher's to mend, not the reader's
    if (!answer.ok) return "";
    if (turn === this.last) return this.keep(answer.json as Handed, sayings(jwt));
    await this.end(String(answer.json["access"]));
    return "";
  }

  private async leave(kept: Kept): Promise<void> {
    write(this.named(kept), null);
    await this.end(kept.access);
  }

  private async end(access: string): Promise<void> {
    await ask(this.host, `${this.server}/api/v1/session`, "DELETE", undefined, access);
  }

  // --- the next pair ---------------------------------------------------------------------------------

  /** One tab at a time: a refresh token that is shown again after a while ends the session. Old browsers and plain http do without. */
  private alone(run: () => Promise<string>): Promise<string> {
    const locks = (navigator as { locks?: LockManager }).locks;
    return locks ? locks.request(`belowline:${this.place}`, run) : run();
  }

  private async refresh(over: string): Promise<string> {
    const kept = this.kept();
    if (!kept) return "";
    if (kept.access !== over && kept.until > Date.now()) return kept.access; // another tab was first
    const answer = await ask(this.host, `${this.server}/api/v1/session/refresh`, "POST", { refresh: kept.refresh }, "");
    if (answer.ok) return this.keep(answer.json as Handed, kept.said);
    if (answer.status !== 401) return kept.access; // not reached: the next answer says what holds
    write(this.named(kept), null);
    const turn = this.last;
    const next = kept.said ? await this.exchange((await soon(this.handed())) ?? "", turn) : "";
    if (!next) this.changed();
    return next;
  }
}

/** null where the page takes too long. */
function soon(given: Promise<string | null>): Promise<string | null> {
  return Promise.race([given, new Promise<null>((done) => setTimeout(done, PATIENCE_MS, null))]);
}

/** What a token says of its reader, for comparing only: who they are is the server's to check. */
function sayings(jwt: string): string {
  try {
    const text = atob((jwt.split(".")[1] ?? "").replaceAll("-", "+").replaceAll("_", "/"));
    const claims = Object.entries(JSON.parse(text) as object).filter(([name]) => !ONCE.includes(name));
    return JSON.stringify(claims);
  } catch {
    return jwt;
  }
}

export function open(host: Host, server: string, site: string, changed: () => void): Session {
  return new Session(host, server, site, changed);
}

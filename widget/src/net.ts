/** One way to ask the server: cookies on our own pages only, ten seconds, and always an answer that can be shown. */
import { read, write } from "./memory";
import { languageOf } from "./say";
import { words } from "./words";

export interface Answer {
  ok: boolean;
  /** 0: no answer came. */
  status: number;
  text: string;
  json: Record<string, any>;
  /** What went wrong, in one sentence. */
  sentence: string;
}

/** Who is signed in in an embed; on our own pages the browser's cookie says it. */
export interface Bearer {
  /** The short-lived token; "" where nobody is signed in. */
  token(): Promise<string>;
  /** The server says that this one is over: the next, or "". */
  renew(over: string): Promise<string>;
  /** Whether the reader came by our window, and may leave by our button. */
  ours(): boolean;
  forget(): void;
}

/** By the server's origin; shared by our scripts, which are bundled each for itself. */
export const bearers = ((globalThis as Record<symbol, unknown>)[Symbol.for("belowline:bearers")] ??= {}) as Record<
  string,
  Bearer | undefined
>;

const PATIENCE_MS = 10_000;

/**
 * `at`: where the answer will be told, in whose language.
 * `token`: of one comment; "" for none. Left out: of who is signed in, where the answer is a reader's own.
 */
export async function ask(at: HTMLElement, url: string, method = "GET", body?: unknown, token?: string): Promise<Answer> {
  const to = new URL(url, location.href);
  const personal = method !== "GET" || /\/(mine|session|notifications)$/.test(to.pathname);
  const bearer = personal && token === undefined ? bearers[to.origin] : undefined;
  const known = token ?? (await bearer?.token()) ?? "";
  const answer = await send(at, to.href, method, body, known, personal);
  if (!bearer || !known || answer.json["code"] !== "token-over") return answer;
  const next = await bearer.renew(known);
  return next ? send(at, to.href, method, body, next, personal) : answer;
}

async function send(
  at: HTMLElement,
  url: string,
  method: string,
  body: unknown,
  token: string,
  personal: boolean,
): Promise<Answer> {
  const headers: Record<string, string> = {};
  if (body !== undefined) headers["Content-Type"] = "application/json";
  const lang = languageOf(at);
  if (lang) headers["Accept-Language"] = lang;
  if (token) headers["Authorization"] = `Bearer ${token}`;
  // The mark by which this browser is known again; never with what everybody is answered alike.
  const place = `guest:${new URL(url).origin}`;
  const guest = personal ? read(place) : null;
  if (guest) headers["Belowline-Guest"] = guest;
  const abort = new AbortController();
  const timer = setTimeout(() => abort.abort(), PATIENCE_MS);
  // Asks each time, and mostly hears 304: a cache may show what is past while it asks, a reader must see what they wrote.
  const init: RequestInit = { method, headers, credentials: "same-origin", cache: "no-cache", signal: abort.signal };
  if (body !== undefined) init.body = JSON.stringify(body);
  try {
    const response = await fetch(url, init);
    const answer = understand(at, response, await response.text());
    if (answer.json["guest"]) write(place, String(answer.json["guest"]));
    if (answer.ok && method !== "GET" && /\/comments(\/\d+)?$/.test(url)) write(`wrote:${new URL(url).origin}`, String(Date.now()));
    return answer;
  } catch {
    const writes = method !== "GET";
    const { unsure, slow, offline, unreachable } = words(at);
    const sentence = abort.signal.aborted ? (writes ? unsure : slow) : writes ? offline : unreachable;
    return { ok: false, status: 0, text: "", json: {}, sentence };
  } finally {
    clearTimeout(timer);
  }
}

function understand(at: HTMLElement, response: Response, text: string): Answer {
  let json: Record<string, any> = {};
  if (response.headers.get("Content-Type")?.includes("json") && text) {
    try {
      json = JSON.parse(text);
    } catch {
      // A proxy's page under the wrong label; the status says enough.
    }
  }
  const sentence = response.ok ? "" : String(json["detail"] ?? json["title"] ?? words(at).failed);
  return { ok: response.ok, status: response.status, text, json, sentence };
}

/** What makes an address a writer's own for a minute after they wrote, so that no cache between shows what was before. */
export function fresh(server: string): { v?: string } {
  const wrote = read(`wrote:${server}`);
  return wrote && Date.now() - Number(wrote) < 60_000 ? { v: wrote } : {};
}

/** Hosts that demand Trusted Types must allow this name (docs/embed.md). One policy for all of our scripts. */
interface Trust {
  createHTML(html: string): string;
}

function trust(): Trust {
  const { trustedTypes } = globalThis as { trustedTypes?: { createPolicy(name: string, rules: Trust): Trust } };
  const rules = { createHTML: (html: string) => html };
  const shared = globalThis as unknown as Record<symbol, Trust | undefined>;
  return (shared[Symbol.for("belowline:trust")] ??= trustedTypes?.createPolicy("belowline", rules) ?? rules);
}

/** The server's HTML as nodes. Nothing else is ever parsed as HTML. */
export function nodes(html: string): DocumentFragment {
  const template = document.createElement("template");
  template.innerHTML = trust().createHTML(html);
  return document.importNode(template.content, true);
}

export function element<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  className: string,
  text = "",
): HTMLElementTagNameMap[K] {
  const made = document.createElement(tag);
  made.className = className;
  made.textContent = text;
  return made;
}

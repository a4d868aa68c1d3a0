/** One way to ask the server: cookies on our own pages only, ten seconds, and always an answer that can be shown. */
import { read, write } from "./memory";
import { language } from "./say";
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

const PATIENCE_MS = 10_000;

export async function ask(url: string, method = "GET", body?: unknown, token?: string): Promise<Answer> {
  const headers: Record<string, string> = {};
  if (body !== undefined) headers["Content-Type"] = "application/json";
  const lang = language();
  if (lang) headers["Accept-Language"] = lang;
  if (token) headers["Authorization"] = `Bearer ${token}`;
  // The mark by which this browser is known again; never with what everybody is answered alike.
  const place = `guest:${new URL(url, location.href).origin}`;
  const guest = method === "GET" && !/\/mine\b/.test(url) ? null : read(place);
  if (guest) headers["Belowline-Guest"] = guest;
  const abort = new AbortController();
  const timer = setTimeout(() => abort.abort(), PATIENCE_MS);
  const init: RequestInit = { method, headers, credentials: "same-origin", signal: abort.signal };
  if (body !== undefined) init.body = JSON.stringify(body);
  try {
    const response = await fetch(url, init);
    const answer = understand(response, await response.text());
    if (answer.json["guest"]) write(place, String(answer.json["guest"]));
    return answer;
  } catch {
    const writes = method !== "GET";
    const sentence = abort.signal.aborted ? (writes ? words.unsure : words.slow) : writes ? words.offline : words.unreachable;
    return { ok: false, status: 0, text: "", json: {}, sentence };
  } finally {
    clearTimeout(timer);
  }
}

function understand(response: Response, text: string): Answer {
  let json: Record<string, any> = {};
  if (response.headers.get("Content-Type")?.includes("json") && text) {
    try {
      json = JSON.parse(text);
    } catch {
      // A proxy's page under the wrong label; the status says enough.
    }
  }
  const sentence = response.ok ? "" : String(json["detail"] ?? json["title"] ?? words.failed);
  return { ok: response.ok, status: response.status, text, json, sentence };
}

/** The server's HTML as nodes. Nothing else is ever parsed as HTML. */
export function nodes(html: string): DocumentFragment {
  const template = document.createElement("template");
  template.innerHTML = html;
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

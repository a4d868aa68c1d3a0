/** One way to ask the server: no cookies, ten seconds, and always an answer that can be shown. */
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
  if (token) headers["Authorization"] = `Bearer ${token}`;
  const abort = new AbortController();
  const timer = setTimeout(() => abort.abort(), PATIENCE_MS);
  const init: RequestInit = { method, headers, credentials: "omit", signal: abort.signal };
  if (body !== undefined) init.body = JSON.stringify(body);
  try {
    const response = await fetch(url, init);
    return understand(response, await response.text());
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

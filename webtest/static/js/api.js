/** Requests to the server: JSON in and out, the token in a header, errors as `Problem` (RFC 9457). */

/** @import {Missing, State} from "./types.js" */

const TIMEOUT_MS = 30_000; // of a request whose answer is short
const RETRYABLE = [408, 429, 502, 503, 504];

export class Problem extends Error {
  /**
   * @param {number} status  0 when no answer came
   * @param {{title?: string, detail?: string, code?: string, retryable?: boolean, missing?: Missing[], state?: State, kept?: boolean}} [body]
   * @param {number | null} [wait_s]  from Retry-After
   */
  constructor(status, body = {}, wait_s = null) {
    super(body.detail || body.title || (status ? `status ${status}` : "no connection"));
    this.status = status;
    this.missing = body.missing ?? [];
    this.code = body.code ?? null;
    /** Where the listener stands, with a refusal for being out of turn. */
    this.state = body.state ?? null;
    /** Whether the server has at least put it aside. */
    this.kept = body.kept !== false;
    this.wait_s = wait_s;
    this.retryable = status === 0 || body.retryable === true || RETRYABLE.includes(status);
  }
}

export class Api {
  /** @param {string} base  address of the interface, ending in a slash */
  constructor(base) {
    this.base = base;
    /** @type {string | null} */
    this.token = null;
  }

  /**
   * @param {string} method @param {string} path @param {unknown} [body]
   * @param {{keepalive?: boolean, signal?: AbortSignal}} [options]  keepalive: may outlive the page (64 KiB at most)
   * @returns {Promise<any>}  null for an empty answer
   */
  async request(method, path, body, { keepalive = false, signal } = {}) {
    const headers = this.#headers();
    if (body !== undefined) headers["Content-Type"] = "application/json";
    const late = new AbortController();
    const giveUp = () => late.abort(signal?.reason);
    signal?.addEventListener("abort", giveUp);
    if (signal?.aborted) giveUp();
    const timer = setTimeout(giveUp, TIMEOUT_MS);
    try {
      const content = body === undefined ? undefined : JSON.stringify(body);
      const answer = await this.#fetch(this.base + path, { method, headers, body: content, keepalive, signal: late.signal });
      return answer.status === 204 ? null : await answer.json();
    } catch (error) {
      // an answer that is cut off half-way is no answer
      if (error instanceof Problem || signal?.aborted) throw error;
      throw new Problem(0);
    } finally {
      clearTimeout(timer);
      signal?.removeEventListener("abort", giveUp);
    }
  }

  /** @param {string} address @param {AbortSignal} [signal] @returns {Promise<ArrayBuffer>} */
  async bytes(address, signal) {
    const answer = await this.#fetch(new URL(address, this.base).href, { headers: this.#headers(), signal });
    try {
      return await answer.arrayBuffer();
    } catch (error) {
      if (signal?.aborted) throw error;
      throw new Problem(0);
    }
  }

  /** @returns {Record<string, string>} */
  #headers() {
    return this.token === null ? {} : { Authorization: `Bearer ${this.token}` };
  }

  /** @param {string} address @param {RequestInit} init @returns {Promise<Response>} */
  async #fetch(address, init) {
    let answer;
    try {
      answer = await fetch(address, { ...init, cache: "no-store", credentials: "omit", redirect: "error" });
    } catch (error) {
      if (init.signal?.aborted) throw error;
      throw new Problem(0);
    }
    if (answer.ok) return answer;
    const body = await answer.json().catch(() => ({}));
    const wait = Number(answer.headers.get("Retry-After"));
    throw new Problem(answer.status, body, Number.isFinite(wait) && wait > 0 ? wait : null);
  }
}

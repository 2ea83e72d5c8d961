import { setTimeout as sleep } from 'node:timers/promises';
import { K3stackError } from '../../lib/errors';
import { type ForgeAnswer, messageOf } from './forge-answer';
import { forbidden, notFound, rateLimited, refused, tokenRefused, unreachable } from './forge-errors';
import type { ForgeKind } from './forge-kind';
import { plainLine } from './forge-text';
import { limitOf } from './rate-limit';

/** Where an API is, and who asks. */
export interface ForgeApiSettings {
  readonly kind: ForgeKind;
  readonly url: string;
  readonly token: string;
}

/** How patient one is with a forge. */
export interface ForgePatience {
  /** @default - the time passes */
  readonly wait?: (milliseconds: number) => Promise<unknown>;

  /** For one request. @default 30_000 */
  readonly timeoutMilliseconds?: number;
}

/** What can be asked for. */
export type ForgeMethod = 'GET' | 'PATCH' | 'DELETE' | 'POST';

/** One request. */
export interface ForgeRequest {
  /** Such as `/repos/acme/shop/pulls/1`. */
  readonly path: string;

  /** @default - nothing is sent */
  readonly body?: object;

  /** Whether it may be sent again when nobody knows what became of it. @default true, but false for POST */
  readonly repeatable?: boolean;
}

/** The HTTP API of a forge. What it throws, and what it says, never has the token in it. */
export class ForgeApi {
  readonly #token: string;
  readonly #url: string;
  readonly #kind: ForgeKind;
  readonly #wait: (milliseconds: number) => Promise<unknown>;
  readonly #timeout: number;

  constructor({ kind, url, token }: ForgeApiSettings, patience: ForgePatience = {}) {
    this.#kind = kind;
    this.#url = url.replace(/\/+$/, '');
    this.#token = token;
    this.#wait = patience.wait ?? ((milliseconds) => sleep(milliseconds));
    this.#timeout = patience.timeoutMilliseconds ?? 30_000;
  }

  /** Waits between looks at the same thing. */
  async pause(milliseconds: number): Promise<void> {
    await this.#wait(milliseconds);
  }

  /**
   * Any answer but those that say that the forge could not, or that the token is none.
   *
   * @throws K3stackError `FORGE_UNREACHABLE`, `FORGE_RATE_LIMITED` or `FORGE_TOKEN_REFUSED`
   */
  async ask(method: ForgeMethod, request: ForgeRequest): Promise<ForgeAnswer> {
    for (const delay of [...DELAYS, undefined]) {
      const answer = await this.#once(method, request);
      const again = this.#again(answer, method, request);
      if (again === undefined) return answer as ForgeAnswer;
      if (delay === undefined || !again.worthwhile) throw again.error;
      await this.#wait(again.after ?? delay);
    }
    throw new Error('unreachable: the last delay is undefined');
  }

  /**
   * What the forge gives for it.
   *
   * @throws K3stackError `FORGE_FORBIDDEN`, `FORGE_NOT_FOUND` or `FORGE_REFUSED` besides those of `ask`
   */
  async take<T>(method: ForgeMethod, request: ForgeRequest): Promise<T> {
    const answer = await this.ask(method, request);
    if (answer.status >= 300) throw this.problem(method, request, answer);
    return answer.body as T;
  }

  /** All of a list. Only the forge's own `Link` says that there is more: Gitea gives all comments at once, whatever page one asks for. */
  async all<T>(path: string): Promise<T[]> {
    const found: T[] = [];
    let query: string | undefined = `${path.includes('?') ? '&' : '?'}per_page=100&limit=50`;
    for (let page = 0; query !== undefined; page++) {
      if (page === MOST_PAGES) throw refused('GET', path, `more than ${MOST_PAGES} pages`);
      const request = { path: `${path}${query}` };
      const answer = await this.ask('GET', request);
      if (answer.status !== 200) throw this.problem('GET', request, answer);
      if (!Array.isArray(answer.body)) throw refused('GET', path, 'an answer that is no list');
      found.push(...(answer.body as T[]));
      query = nextQuery(answer.headers.get('link'));
      path = path.replace(/\?.*$/, '');
    }
    return found;
  }

  /** An answer as an error. */
  problem(method: ForgeMethod, { path }: ForgeRequest, answer: ForgeAnswer): K3stackError {
    const said = this.#said(answer);
    if (answer.status === 403) return forbidden(this.#kind, method, path, said);
    if (answer.status === 404 || answer.status === 410) return notFound(method, path, said);
    const moved = answer.status < 400 ? '; where the repository has another name now, write that' : '';
    return refused(method, path, `${answer.status}${said}${moved}`);
  }

  async #once(method: ForgeMethod, { path, body }: ForgeRequest): Promise<ForgeAnswer | K3stackError> {
    try {
      const response = await fetch(`${this.#url}${path}`, {
        method,
        headers: { ...this.#headers(), ...(body && { 'content-type': 'application/json' }) },
        // A token is not carried to where an answer points.
        redirect: 'manual',
        signal: AbortSignal.timeout(this.#timeout),
        ...(body && { body: JSON.stringify(body) }),
      });
      const text = await response.text();
      const parsed = parse(text);
      return {
        status: response.status,
        headers: response.headers,
        ...(parsed !== undefined && { body: parsed }),
      };
    } catch (error) {
      return unreachable(method, path, this.#hidden(reasonOf(error)));
    }
  }

  #headers(): Record<string, string> {
    const common = { 'user-agent': 'k3stack' };
    // The version is one of docs.github.com/en/rest/about-the-rest-api/api-versions; GitHub asks for all three headers.
    return this.#kind === 'github'
      ? {
          ...common,
          authorization: `Bearer ${this.#token}`,
          accept: 'application/vnd.github+json',
          'x-github-api-version': '2022-11-28',
        }
      : { ...common, authorization: `token ${this.#token}`, accept: 'application/json' };
  }

  /** Why an answer is none, and whether it helps to ask again. */
  #again(answer: ForgeAnswer | K3stackError, method: ForgeMethod, request: ForgeRequest): Again | undefined {
    const repeatable = request.repeatable ?? method !== 'POST';
    if (answer instanceof K3stackError) return { error: answer, worthwhile: repeatable };
    if (answer.status === 401) return { error: tokenRefused(this.#said(answer)), worthwhile: false };
    const limit = limitOf(answer);
    if (limit !== undefined)
      return {
        error: rateLimited(limit.until),
        // It was not done, so it may be sent again, whatever it was.
        worthwhile: limit.waitMilliseconds <= LONGEST_WAIT,
        after: limit.waitMilliseconds,
      };
    if (answer.status < 500) return undefined;
    return {
      error: unreachable(method, request.path, `${answer.status}${this.#said(answer)}`),
      worthwhile: repeatable,
    };
  }

  /** What the forge said about it, as one line. */
  #said(answer: ForgeAnswer): string {
    const message = messageOf(answer);
    return message === '' ? '' : `: ${plainLine(this.#hidden(message), 200)}`;
  }

  #hidden(text: string): string {
    return text.replaceAll(this.#token, '***');
  }
}

interface Again {
  readonly error: K3stackError;
  readonly worthwhile: boolean;

  /** Milliseconds. @default - as long as the number of tries asks for */
  readonly after?: number;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** Node says `fetch failed`, and why in the cause. */
function reasonOf(error: unknown): string {
  const { name, message, cause } = error as Thrown;
  if (name === 'TimeoutError') return 'no answer in time';
  return plainLine(cause?.code ?? cause?.message ?? message ?? 'no answer', 200);
}

interface Thrown {
  readonly name?: string;
  readonly message?: string;
  readonly cause?: { readonly code?: string; readonly message?: string };
}

/** The next page by its query alone, so that no answer leads to another host. */
function nextQuery(link: string | null): string | undefined {
  const next = link?.split(',').find((entry) => /;\s*rel="?next"?/.test(entry));
  const url = next?.match(/<([^>]*)>/)?.[1];
  const query = url?.indexOf('?') ?? -1;
  return url === undefined || query < 0 ? undefined : url.slice(query).replace(/#.*$/, '');
}

const DELAYS = [1000, 2000, 4000];
const LONGEST_WAIT = 60_000;
const MOST_PAGES = 100;

// A stand-in for api.github.com, on loopback: issue comments, pull requests, statuses and the user of a token, with GitHub's own refusals. It is stricter
// where GitHub forgives: headers that GitHub asks for are needed, and so is every field it knows.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Who asks. */
export interface FakeAccount {
  readonly id: number;
  readonly login: string;

  /** An app's token, as that of a job is, may not ask who it is. */
  readonly type: 'User' | 'Bot';
  readonly pullRequests: 'read' | 'write';
  readonly statuses: 'read' | 'write';

  /** @default false - edits comments of others, as who may write to the repository does */
  readonly editsAll?: boolean;
}

/** An issue comment. */
export interface FakeComment {
  readonly id: number;
  body: string;
  readonly user: FakeAccount;
}

/** A pull request. */
export interface FakePull {
  readonly number: number;
  readonly head: { sha: string; readonly ref: string; readonly repo: { readonly full_name: string } | null };
}

/** A request that goes wrong. */
export interface FakeFault {
  readonly method: string;
  readonly path: RegExp;

  /** `drop`: the connection ends without an answer; `drop after`: so, but it was done; `silent`: there is no answer, ever. */
  readonly answer: 'drop' | 'drop after' | 'silent' | FakeAnswer;

  /** @default 1 */
  times?: number;

  /** So many go well before it. @default 0 */
  after?: number;
}

/** An answer of GitHub. */
export interface FakeAnswer {
  readonly status: number;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** One repository, `acme/shop`. */
export class GithubFake {
  readonly accounts = new Map<string, FakeAccount>();
  readonly comments: FakeComment[] = [];
  readonly pulls: FakePull[] = [];
  readonly statuses: { readonly sha: string; readonly body: Record<string, unknown> }[] = [];
  readonly faults: FakeFault[] = [];

  /** What was asked for, such as `GET /user`. */
  readonly requests: string[] = [];
  remaining = 1000;

  /** What happens just before a request is done. */
  before: (asked: string) => void = () => {};
  #server: Server | undefined;
  #nextId = 1;

  async start(): Promise<string> {
    this.#server = createServer((request, response) => void this.#serve(request, response));
    await new Promise<void>((resolve) => this.#server?.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.#server?.closeAllConnections();
    await new Promise((resolve) => this.#server?.close(resolve));
  }

  /** Someone writes a comment. */
  write(user: FakeAccount, body: string): FakeComment {
    const comment = { id: this.#nextId++, body, user };
    this.comments.push(comment);
    return comment;
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const text = await textOf(request);
    const url = new URL(request.url ?? '/', 'http://localhost');
    const method = request.method ?? '';
    this.requests.push(`${method} ${url.pathname}`);
    this.before(`${method} ${url.pathname}`);
    const fault = this.#fault(method, url.pathname);
    if (fault === 'silent') return;
    if (fault === 'drop') return void request.socket.destroy();
    if (fault !== undefined && fault !== 'drop after') return send(response, fault, this.remaining);
    const answer = this.#answer(request, url, text);
    if (fault === 'drop after') return void request.socket.destroy();
    send(response, answer, this.remaining);
  }

  #fault(method: string, path: string): FakeFault['answer'] | undefined {
    const fault = this.faults.find(
      (each) => each.method === method && each.path.test(path) && each.times !== 0,
    );
    if (fault === undefined) return undefined;
    if ((fault.after ?? 0) > 0) {
      fault.after = (fault.after ?? 0) - 1;
      return undefined;
    }
    fault.times = (fault.times ?? 1) - 1;
    return fault.answer;
  }

  #answer(request: IncomingMessage, url: URL, text: string): FakeAnswer {
    const refusal = headerRefusal(request);
    if (refusal !== undefined) return refusal;
    const account = this.accounts.get((request.headers.authorization ?? '').replace(/^Bearer /, ''));
    if (account === undefined) return { status: 401, body: { message: 'Bad credentials' } };
    if (this.remaining === 0)
      return {
        status: 403,
        body: { message: `API rate limit exceeded for user ID ${account.id}.` },
        headers: { 'x-ratelimit-reset': '1800000000' },
      };
    this.remaining--;
    return this.#route(account, `${request.method} ${url.pathname}`, url, text);
  }

  #route(account: FakeAccount, asked: string, url: URL, text: string): FakeAnswer {
    if (asked === 'GET /user') return account.type === 'Bot' ? INACCESSIBLE : { status: 200, body: account };
    const match = /^(\w+) \/repos\/acme\/shop\/(.*)$/.exec(asked);
    const [, method = '', path = ''] = match ?? [];
    const pull = /^pulls\/(\d+)$/.exec(path);
    if (method === 'GET' && pull) return found(this.pulls.find(({ number }) => number === Number(pull[1])));
    if (asked === 'GET /repos/acme/shop/pulls') return paged(url, this.#openPulls(url));
    const list = /^issues\/(\d+)\/comments$/.exec(path);
    if (list && !this.pulls.some(({ number }) => number === Number(list[1]))) return NOT_FOUND;
    if (method === 'GET' && list) return paged(url, this.comments.map(shown));
    if (method === 'POST' && list) return this.#create(account, text);
    const one = /^issues\/comments\/(\d+)$/.exec(path);
    if (one) return this.#change(account, method, Number(one[1]), text);
    const status = /^statuses\/(.*)$/.exec(path);
    if (method === 'POST' && status) return this.#mark(account, status[1] ?? '', text);
    return NOT_FOUND;
  }

  #openPulls(url: URL): FakePull[] {
    if (url.searchParams.get('state') !== 'open') return [];
    const head = url.searchParams.get('head');
    return this.pulls.filter(
      (pull) => head === null || `${pull.head.repo?.full_name.split('/')[0]}:${pull.head.ref}` === head,
    );
  }

  #create(account: FakeAccount, text: string): FakeAnswer {
    if (account.pullRequests !== 'write') return INACCESSIBLE;
    const body = fields(text, ['body']);
    return bodyRefusal(body) ?? { status: 201, body: shown(this.write(account, String(body?.['body']))) };
  }

  #change(account: FakeAccount, method: string, id: number, text: string): FakeAnswer {
    const index = this.comments.findIndex((comment) => comment.id === id);
    const comment = this.comments[index];
    if (comment === undefined) return NOT_FOUND;
    if (account.pullRequests !== 'write') return INACCESSIBLE;
    if (comment.user.id !== account.id && account.editsAll !== true) return INACCESSIBLE;
    if (method === 'DELETE') {
      this.comments.splice(index, 1);
      return { status: 204 };
    }
    const body = fields(text, ['body']);
    const refusal = method === 'PATCH' ? bodyRefusal(body) : NOT_FOUND;
    if (refusal !== undefined) return refusal;
    comment.body = String(body?.['body']);
    return { status: 200, body: shown(comment) };
  }

  #mark(account: FakeAccount, sha: string, text: string): FakeAnswer {
    if (account.statuses !== 'write') return INACCESSIBLE;
    const body = fields(text, ['state', 'context', 'description', 'target_url']);
    if (!this.pulls.some(({ head }) => head.sha === sha) && !/^0+$/.test(sha))
      return invalid('Status', `No commit found for SHA: ${sha}`);
    if (body === undefined || !STATES.includes(String(body['state'])))
      return invalid('Status', 'state is not included in the list');
    if (typeof body['description'] !== 'string' || [...body['description']].length > 140)
      return invalid('Status', 'description is too long (maximum is 140 characters)');
    this.statuses.push({ sha, body });
    return { status: 201, body };
  }
}

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}

/** docs.github.com, "Getting started with the REST API": a user agent is required, the others are recommended. */
function headerRefusal({ headers, method }: IncomingMessage): FakeAnswer | undefined {
  if (!headers['user-agent'] || /^(node|undici)$/.test(headers['user-agent']))
    return {
      status: 403,
      body: {
        message:
          'Request forbidden by administrative rules. Please make sure your request has a User-Agent header',
      },
    };
  if (headers.accept !== 'application/vnd.github+json')
    return { status: 415, body: { message: 'Unsupported media type' } };
  if (headers['x-github-api-version'] !== '2022-11-28')
    return { status: 400, body: { message: 'no such version of the API' } };
  if ((method === 'POST' || method === 'PATCH') && headers['content-type'] !== 'application/json')
    return { status: 415, body: { message: 'Unsupported media type' } };
  return undefined;
}

function fields(text: string, known: readonly string[]): Record<string, unknown> | undefined {
  const body = JSON.parse(text) as Record<string, unknown>;
  return Object.keys(body).every((key) => known.includes(key)) ? body : undefined;
}

function bodyRefusal(body: Record<string, unknown> | undefined): FakeAnswer | undefined {
  const text = body?.['body'];
  if (typeof text !== 'string' || text.trim() === '') return invalid('IssueComment', "Body can't be blank");
  // What GitHub says; that it takes more was measured by others and is promised by nobody.
  return [...text].length > 65_536
    ? invalid('IssueComment', 'Body is too long (maximum is 65536 characters)')
    : undefined;
}

function invalid(resource: string, message: string): FakeAnswer {
  return {
    status: 422,
    body: { message: 'Validation Failed', errors: [{ resource, code: 'custom', message }] },
  };
}

function shown(comment: FakeComment): object {
  const { id, login, type } = comment.user;
  return {
    id: comment.id,
    body: comment.body,
    user: { id, login, type },
    html_url: `https://github.com/acme/shop/pull/1#issuecomment-${comment.id}`,
  };
}

/** 30 on a page unless asked for more, and never more than 100. */
function paged(url: URL, all: readonly object[]): FakeAnswer {
  const size = Math.min(Number(url.searchParams.get('per_page') ?? 30), 100);
  const page = Number(url.searchParams.get('page') ?? 1);
  const last = Math.max(1, Math.ceil(all.length / size));
  const to = (number: number, rel: string) => {
    const next = new URL(url);
    next.searchParams.set('page', String(number));
    return `<https://api.github.com/repositories/1${next.pathname}${next.search}>; rel="${rel}"`;
  };
  const link = page < last ? { link: [to(page + 1, 'next'), to(last, 'last')].join(', ') } : undefined;
  return { status: 200, body: all.slice((page - 1) * size, page * size), ...(link && { headers: link }) };
}

function found(body: object | undefined): FakeAnswer {
  return body === undefined ? NOT_FOUND : { status: 200, body };
}

function send(response: ServerResponse, { status, body, headers }: FakeAnswer, remaining: number): void {
  response.writeHead(status, {
    'content-type': 'application/json; charset=utf-8',
    'x-ratelimit-limit': '1000',
    'x-ratelimit-remaining': String(remaining),
    ...headers,
  });
  response.end(body === undefined ? undefined : JSON.stringify(body));
}

const STATES = ['error', 'failure', 'pending', 'success'];
const NOT_FOUND: FakeAnswer = { status: 404, body: { message: 'Not Found' } };
const INACCESSIBLE: FakeAnswer = { status: 403, body: { message: 'Resource not accessible by integration' } };

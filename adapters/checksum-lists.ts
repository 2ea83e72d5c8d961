import { types } from 'node:util';
import { K3stackError } from '../lib/errors';

/** Limits on one download; tests set their own. */
export interface DownloadLimits {
  /** Milliseconds from the request to the last byte. @default 30000 */
  readonly timeout?: number;

  /** Bytes; the real lists have less than 2,000. @default 1 MiB */
  readonly size?: number;
}

/**
 * Downloads a text over HTTPS and nothing else: certificates are checked (`NODE_EXTRA_CA_CERTS` adds authorities), and redirects may lead to
 * https only.
 *
 * @throws K3stackError `DOWNLOAD_FAILED` saying why and what to do.
 */
export async function downloadText(url: string, limits: DownloadLimits = {}): Promise<string> {
  const { timeout = 30_000, size = 1_048_576 } = limits;
  const signal = AbortSignal.timeout(timeout);
  try {
    const response = await follow(url, signal);
    return await bodyOf(response, url, size);
  } catch (error) {
    if (error instanceof K3stackError) throw error;
    const problem = signal.aborted
      ? `no answer within ${timeout / 1000} s; try again`
      : networkProblem(error);
    throw failed(url, problem, error);
  }
}

async function follow(start: string, signal: AbortSignal): Promise<Response> {
  let url = start;
  for (let hop = 0; hop <= MAX_REDIRECTS; hop++) {
    if (new URL(url).protocol !== 'https:') {
      const problem =
        url === start ? 'only https:// is allowed' : `it redirects to ${url}, and only https:// is allowed`;
      throw failed(start, `${problem}; use a mirror that has it`);
    }
    const response = await fetch(url, { redirect: 'manual', signal });
    const location = response.headers.get('location');
    if (response.status < 300 || response.status > 399 || location === null) return checked(response, url);
    await response.body?.cancel();
    url = new URL(location, url).href;
  }
  throw failed(start, `it redirects more than ${MAX_REDIRECTS} times; use another mirror`);
}

async function checked(response: Response, url: string): Promise<Response> {
  if (response.ok) return response;
  await response.body?.cancel();
  throw failed(
    url,
    `the server answers ${response.status}${STATUS_HINTS[response.status] ?? '; try again later'}`,
  );
}

async function bodyOf(response: Response, url: string, limit: number): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of (response.body ?? []) as AsyncIterable<Uint8Array>) {
    size += chunk.length;
    if (size > limit)
      throw failed(url, `it is larger than ${limit} bytes, so it is no list of checksums; mend the address`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function networkProblem(error: unknown): string {
  const inner = types.isNativeError(error) ? error.cause : undefined;
  const cause = types.isNativeError(inner) ? inner : error;
  const code = types.isNativeError(cause) && 'code' in cause ? String(cause.code) : '';
  // Node joins the errors of several addresses into one without a message.
  const message = (types.isNativeError(cause) ? cause.message : String(cause)) || 'connection refused';
  const hint = NETWORK_HINTS.find(([pattern]) => pattern.test(code))?.[1] ?? `${proxyHint()}try again`;
  return `${message}${code === '' || message.includes(code) ? '' : ` (${code})`}; ${hint}`;
}

/** Node's fetch goes through a proxy only when it is told to, and before Node 24 never. */
function proxyHint(): string {
  const { HTTPS_PROXY, https_proxy: lower, NODE_USE_ENV_PROXY } = process.env;
  if ((HTTPS_PROXY ?? lower) === undefined || NODE_USE_ENV_PROXY === '1') return '';
  return 'a proxy is set, which Node uses from version 24 on and with NODE_USE_ENV_PROXY=1; ';
}

function failed(url: string, problem: string, cause?: unknown): K3stackError {
  return new K3stackError('DOWNLOAD_FAILED', `cannot download ${url}: ${problem}`, undefined, { cause });
}

const STATUS_HINTS: Readonly<Record<number, string>> = {
  401: ': it wants a login; use a mirror without one',
  403: ': it refuses; wait if it limits requests, or use a mirror with --from',
  404: ': there is no such release, or not for this architecture; mend the version',
  407: ': the proxy wants a login',
  429: ': too many requests; try again later',
};

/** Error codes of Node and OpenSSL to what to do. */
const NETWORK_HINTS: readonly (readonly [RegExp, string])[] = [
  [/CERT|SELF_SIGNED|UNABLE_TO/, 'if the authority is your own, set NODE_EXTRA_CA_CERTS to its certificate'],
  [/SSL|EPROTO|HPE_/, 'the server does not speak TLS there; mend the address'],
];
const MAX_REDIRECTS = 5;

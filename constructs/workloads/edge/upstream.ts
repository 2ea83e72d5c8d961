import { parseAddress } from '../../../lib/cluster/ip-range';
import { withExamples } from '../../../lib/late';
import { describeUrl } from '../../../lib/rules/describe-url';
import { describeValue, mapOf, object, oneOf, text, wholeNumber, type Shape } from '../../../lib/rules/shape';
import { isSecretSource, type SecretSource } from '../../../lib/secret';
import type { ConstructViolation } from '../../violations';
import { connectionShape, type Connection } from '../connection';
import { isProduction } from '../../environment-of';
import type { Workload } from '../workload';
import type { Egress } from '../workload-network';

/** Where messages go. */
export type EdgeUpstream = UpstreamSettings &
  (
    | {
        /** `https://…` that takes the messages by POST. */
        readonly url: string;
      }
    | {
        /** A workload of the same cluster that takes the messages by POST. */
        readonly connection: Connection;

        /** @default '/' */
        readonly path?: string;
      }
  );

/** What else is to be known of it. */
export interface UpstreamSettings {
  /** Sent as `Authorization: Bearer …`. @default - no authorization */
  readonly token?: SecretSource;

  /** Sent with every request. @default - none */
  readonly headers?: Readonly<Record<string, string | SecretSource>>;

  /** Kubernetes Secret whose `ca.crt` signed the upstream's certificate, beside the authorities that Node knows. @default - none */
  readonly caSecret?: string;

  /** `batch` is many messages a request, `single` one; both as CloudEvents 1.0. @default 'batch' */
  readonly format?: 'batch' | 'single';

  /** Seconds after which a request on which nothing moves is given up. @default 30 */
  readonly timeoutSeconds?: number;
}

/** The address that messages are sent to. */
export function upstreamUrl(upstream: EdgeUpstream): string {
  if ('url' in upstream) return upstream.url;
  const { connection, path = '/' } = upstream;
  const { host, port, variables = {} } = connection;
  const base = variables['URL'] ?? `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
  return `${base.replace(/\/$/, '')}/${path.replace(/^\//, '')}`;
}

/** The root of the upstream's host, which `/cache/` stands for. */
export function rootOf(url: string): string {
  return /^[a-z]+:\/\/[^/?#]*/i.exec(url)?.[0] ?? url;
}

/** What the NetworkPolicy has to let out for an address, when the program says nothing. */
export function egressTo(url: string): Egress[] {
  const parsed = urlOf(url);
  if (parsed === undefined) return [];
  const host = hostOf(parsed);
  const address = parseAddress(host);
  if (address === undefined) return ['internet'];
  const written = /^[a-z]+:\/\/(«[^»]*»)/i.exec(url)?.[1] ?? host; // an address that only a run knows
  return [{ cidr: `${written}/${address.family === 4 ? 32 : 128}`, ports: [portOf(parsed)] }];
}

/** What is wrong with an address that messages are sent to or copies are read from. */
export function urlViolations(
  workload: Workload,
  url: string,
  property: string,
  hasEgress: boolean,
): ConstructViolation[] {
  const rule = 'edge-upstream';
  const parsed = urlOf(url);
  if (parsed === undefined || !/^https?:$/.test(parsed.protocol)) {
    const problem = `must be an address, got ${describeUrl(url)}`;
    return [{ rule, property, problem, fix: "write 'https://collect.example.org/messages'" }];
  }
  const found: ConstructViolation[] = [];
  if (parsed.username !== '' || parsed.password !== '') {
    const problem = 'has credentials in it, which would lie in a ConfigMap';
    const fix =
      "remove them, and write token: SecretRef.fromConfig('upstream-token'), or headers: { Authorization: … }";
    found.push({ rule, property, problem, fix });
  }
  const host = hostOf(parsed);
  if (!hasEgress && parseAddress(host) === undefined && PRIVATE_NAME.test(host)) {
    const problem = `names ${host}, which leads into a private network, where the NetworkPolicy lets nothing out`;
    const fix =
      "write egress: [{ cidr: '10.80.0.10/32', ports: [443] }] for its address, or connection: … for a workload of this program";
    found.push({ rule, property, problem, fix });
  }
  if (parsed.protocol === 'http:' && mustEncrypt(workload)) {
    const problem = `is not encrypted on its way to ${host}`;
    found.push({ rule: 'edge-upstream-plain', property, problem, fix: 'write https://', blocks: 'nothing' });
  }
  return found;
}

/** Headers that contradict each other or cannot be sent. */
export function headerViolations({ token, headers = {} }: UpstreamSettings): ConstructViolation[] {
  const names = Object.keys(headers);
  const rule = 'edge-upstream';
  const wrong = names.filter((name) => !/^[A-Za-z0-9-]{1,60}$/.test(name));
  const both = token === undefined ? undefined : names.find((name) => name.toLowerCase() === 'authorization');
  return [
    ...wrong.map((name) => ({
      rule,
      property: `upstream.headers[${describeValue(name)}]`,
      problem: 'cannot be the name of a header',
      fix: "write 'X-Site'",
    })),
    ...(both === undefined
      ? []
      : [
          {
            rule,
            property: `upstream.headers.${both}`,
            problem: 'is also made of the token',
            fix: 'remove one of the two',
          },
        ]),
  ];
}

/** As for hosts that are served (constructs/workloads/route.ts). */
function mustEncrypt(workload: Workload): boolean {
  return workload.defaults.requireTls ?? isProduction(workload);
}

function urlOf(url: string): URL | undefined {
  const example = withExamples(url);
  return URL.canParse(example) ? new URL(example) : undefined;
}

function hostOf({ hostname }: URL): string {
  return hostname.replace(/^\[|\]$/g, '');
}

function portOf({ port, protocol }: URL): number {
  return port === '' ? (protocol === 'http:' ? 80 : 443) : Number(port);
}

/** Names that no public DNS server knows (RFC 6761, RFC 8375, ICANN's `internal`), and those of Services. */
const PRIVATE_NAME =
  /^[^.]+$|\.(local|localhost|internal|lan|home|home\.arpa|intranet|corp|svc|cluster\.local)$/;

const headerValue: Shape = (value, at) =>
  isSecretSource(value) || (typeof value === 'string' && /^[\x20-\x7e]*$/.test(value))
    ? []
    : [
        {
          at,
          problem: `must be text in ASCII or a secret, got ${typeof value === 'string' ? 'other text' : describeValue(value)}`,
          fix: `write ${describeValue(at.at(-1))}: 'text', or SecretRef.fromConfig('name')`,
        },
      ];

const secretSource: Shape = (value, at) =>
  isSecretSource(value)
    ? []
    : [
        {
          at,
          problem: `must be a secret, got ${typeof value === 'string' ? 'text' : describeValue(value)}`,
          fix: "write SecretRef.fromConfig('upstream-token')",
        },
      ];

const settings = {
  token: secretSource,
  headers: mapOf(headerValue),
  caSecret: text,
  format: oneOf('batch', 'single'),
  timeoutSeconds: wholeNumber(1, 3600),
};

/** Form of {@link EdgeUpstream}. */
export const upstreamShape: Shape = (value, at) =>
  typeof value === 'object' && value !== null && 'connection' in value
    ? object({ connection: connectionShape, path: text, ...settings }, 'connection')(value, at)
    : object({ url: text, ...settings }, 'url')(value, at);

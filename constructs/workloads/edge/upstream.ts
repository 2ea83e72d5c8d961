import { withExamples } from '../../../lib/late';
import { describeUrl } from '../../../lib/rules/describe-url';
import { describeValue, mapOf, object, oneOf, text, wholeNumber, type Shape } from '../../../lib/rules/shape';
import { isSecretSource, type SecretSource } from '../../../lib/secret';
import type { ConstructViolation } from '../../violations';
import { hostOf, privateName, urlOf } from '../address-egress';
import { connectionShape, type Connection } from '../connection';
import { secretSourceShape } from '../secrets/secret-source-shape';
import { isProduction } from '../../environment-of';
import type { Workload } from '../workload';

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
  const name = privateName(url);
  if (!hasEgress && name !== undefined) {
    const problem = `names ${name}, which leads into a private network, where the NetworkPolicy lets nothing out`;
    const fix =
      "write egress: [{ cidr: '10.80.0.10/32', ports: [443] }] for its address, or connection: … for a workload of this program";
    found.push({ rule, property, problem, fix });
  }
  if (parsed.protocol === 'http:' && mustEncrypt(workload)) {
    const problem = `is not encrypted on its way to ${hostOf(parsed)}`;
    found.push({ rule: 'edge-upstream-plain', property, problem, fix: 'write https://', blocks: 'nothing' });
  }
  return found;
}

/** Headers that contradict each other or cannot be sent. */
export function headerViolations({ token, headers = {} }: UpstreamSettings): ConstructViolation[] {
  const names = Object.keys(headers);
  const rule = 'edge-upstream';
  const wrong = names.filter((name) => !/^[A-Za-z0-9-]{1,60}$/.test(name));
  const lower = names.map((name) => name.toLowerCase());
  const again = names.filter((name, index) => lower.indexOf(name.toLowerCase()) < index);
  const both = token === undefined ? undefined : names.find((name) => name.toLowerCase() === 'authorization');
  return [
    ...wrong.map((name) => ({
      rule,
      property: `upstream.headers[${describeValue(name)}]`,
      problem: 'cannot be the name of a header',
      fix: "write 'X-Site'",
    })),
    ...again.map((name) => ({
      rule,
      property: `upstream.headers[${describeValue(name)}]`,
      problem: `is ${describeValue(names[lower.indexOf(name.toLowerCase())])} once more: case makes no other header`,
      fix: 'remove one of the two',
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

const headerValue: Shape = (value, at) =>
  isSecretSource(value) || (typeof value === 'string' && /^[\x20-\x7e]*$/.test(value))
    ? []
    : [
        {
          at,
          problem: `must be text in ASCII or a secret, got ${typeof value === 'string' ? 'other text' : typeof value}`,
          fix: `write ${describeValue(at.at(-1))}: 'text', or SecretRef.fromConfig('name')`,
        },
      ];

const secretSource = secretSourceShape(() => 'upstream-token');

const urlPath: Shape = (value, at) =>
  typeof value === 'string' && /^[\w\-.~!$&'()*+,;=:@%/?]+$/.test(withExamples(value))
    ? []
    : [
        {
          at,
          problem: `must be the path of an address, got ${describeValue(value)}`,
          fix: "write '/messages'",
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
    ? object({ connection: connectionShape, path: urlPath, ...settings }, 'connection')(value, at)
    : object({ url: text, ...settings }, 'url')(value, at);

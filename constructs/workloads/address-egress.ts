import { parseAddress } from '../../lib/cluster/ip-range';
import { withExamples } from '../../lib/late';
import type { Egress } from './workload-network';

/**
 * What a NetworkPolicy has to let out for a web address, when the program says nothing: the address itself, pods of the namespace of a Service (whose port
 * behind it is not known), or the internet.
 */
export function egressTo(url: string): Egress[] {
  const parsed = urlOf(url);
  if (parsed === undefined) return [];
  const host = hostOf(parsed);
  const address = parseAddress(host);
  if (address !== undefined) {
    const written = /^[a-z]+:\/\/(«[^»]*»)/i.exec(url)?.[1] ?? host; // an address that only a run knows
    return [{ cidr: `${written}/${address.family === 4 ? 32 : 128}`, ports: [portOf(parsed)] }];
  }
  const namespace = SERVICE_NAME.exec(host)?.[1];
  return [namespace === undefined ? 'internet' : { namespace }];
}

/** The name in a web address that leads into a private network, so that nobody but the program knows which way {@link egressTo} should open. */
export function privateName(url: string): string | undefined {
  const parsed = urlOf(url);
  if (parsed === undefined) return undefined;
  const host = hostOf(parsed);
  const isPrivate = parseAddress(host) === undefined && PRIVATE_NAME.test(host) && !SERVICE_NAME.test(host);
  return isPrivate ? host : undefined;
}

/** A web address in its parts; late values stand for their examples. */
export function urlOf(url: string): URL | undefined {
  const example = withExamples(url);
  return URL.canParse(example) ? new URL(example) : undefined;
}

/** Name or address, without brackets. */
export function hostOf({ hostname }: URL): string {
  return hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '');
}

function portOf({ port, protocol }: URL): number {
  return port === '' ? (protocol === 'http:' ? 80 : 443) : Number(port);
}

/** A Service by its namespace: `minio.storage.svc`, `minio.storage.svc.cluster.local`. */
const SERVICE_NAME = /^[^.]+\.([^.]+)\.svc(\.|$)/;

/** Names that no public DNS server knows (RFC 6761, RFC 8375, ICANN's `internal`), and those of Services. */
const PRIVATE_NAME =
  /^[^.]+$|\.(local|localhost|internal|lan|home|home\.arpa|intranet|corp|svc|cluster\.local)$/;

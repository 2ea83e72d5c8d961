import { isHost } from '../../../lib/cluster/names';
import { withExamples } from '../../../lib/late';
import { describeValue, propertyAt } from '../../../lib/rules/shape';
import type { ConstructViolation } from '../../violations';

/** What is wrong with the host names of a route. */
export function hostViolations(hosts: readonly string[]): ConstructViolation[] {
  if (hosts.length === 0) {
    return [
      {
        rule: 'traefik-route',
        property: 'hosts',
        problem: 'names no host: the route would answer to every one',
        fix: "write hosts: ['shop.example.org']",
      },
    ];
  }
  return hosts.flatMap((host, index) => {
    const shown = withExamples(host);
    if (isRouteHost(shown)) return [];
    const better = likelyHost(shown);
    return [
      {
        rule: 'traefik-route',
        property: propertyAt(['hosts', String(index)]),
        problem: `must be a host name without scheme, port and path, got ${describeValue(host)}`,
        fix: `write '${isRouteHost(better) ? better : 'shop.example.org'}'`,
      },
    ];
  });
}

/** What is wrong with a path of a route. */
export function pathViolations(property: string, path: string): ConstructViolation[] {
  if (PATH.test(withExamples(path))) return [];
  const trimmed = path.replace(/[?#].*$/s, '').replace(/[^\w.~!$&'()+,;=:@%/-]/g, '');
  return [
    {
      rule: 'traefik-route',
      property,
      problem: `must start with '/' and have no spaces, wildcards, '?', '#' or backquotes, got ${describeValue(path)}`,
      fix: `write '${trimmed.startsWith('/') ? trimmed : `/${trimmed}`}'`,
    },
  ];
}

function isRouteHost(host: string): boolean {
  const plain = host.startsWith('*.') ? host.slice(2) : host;
  return isHost(plain) && !(host.startsWith('*.') && /^[\d.:]+$/.test(plain));
}

/** The host in what was written: `https://shop.example.org:8443/a` is `shop.example.org`. */
function likelyHost(text: string): string {
  return text
    .trim()
    .replace(/^[a-z]+:\/\//i, '')
    .replace(/[:/?#].*$/s, '');
}

const PATH = /^\/[\w.~!$&'()+,;=:@%/-]*$/;

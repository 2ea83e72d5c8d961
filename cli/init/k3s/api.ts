import type { Members } from '../../../lib/init/expression';
import type { ImportDraft } from './draft';
import type { ImportedHost } from './hosts';
import { parseServerUrl } from './server-url';

/** How clients and nodes reach the API. */
export interface ApiImport {
  /** `api` of the cluster. */
  readonly props: Members | undefined;

  /** Address that nodes join the only server through, when nothing else says how to reach it. */
  readonly serverAddress?: string;
}

/** Reads where nodes join, and the names in the certificate. */
export function importApi(draft: ImportDraft): ApiImport {
  const { servers, agents } = draft.hosts;
  const port = draft.agreed<number>('https-listen-port');
  // Those of agents first: that is where the cluster is reached.
  const urls = [...agents, ...servers].flatMap((host) => {
    const text = draft.take<string>(host, 'server');
    const url = text === undefined ? undefined : parseServerUrl(text);
    if (text !== undefined && url === undefined)
      draft.reasons.set('server', 'it is no https:// URL with a host and a port');
    return url === undefined ? [] : [{ host, url }];
  });
  tellUnjoined(draft);
  const addresses = [...new Set(urls.map(({ url }) => url.host))];
  const [address] = addresses;
  if (addresses.length > 1)
    draft.reasons.set(
      'server',
      `nodes join through ${addresses.join(', ')}, and the program has one address for all: ${address}`,
    );
  else if (urls.some(({ url }) => url.port !== (port ?? 6443))) {
    draft.reasons.set('server', 'k3stack joins nodes at the port that the servers listen on');
  }
  const registration = address === undefined ? {} : registrationOf(draft, address);
  const props: Members = { registrationAddress: registration.address, tlsSans: tlsSans(draft), port };
  return {
    props: Object.values(props).some((value) => value !== undefined) ? props : undefined,
    ...(registration.ofServer !== undefined && { serverAddress: registration.ofServer }),
  };
}

function tellUnjoined(draft: ImportDraft): void {
  if (draft.hosts.agents.every((host) => host.settings.has('server'))) return;
  draft.reasons.set('server', 'an agent has to be told where to join, or it does not start');
}

/** Nothing for the address that k3stack would choose itself. */
function registrationOf(draft: ImportDraft, address: string): { address?: string; ofServer?: string } {
  const [first, second] = draft.hosts.servers;
  const own = ownAddress(first);
  if (own === address) return {};
  const isOnlyServer = second === undefined && first?.settings.has('server') === false;
  if (own === undefined && isOnlyServer) return { ofServer: address };
  return { address };
}

/** Where k3stack would join nodes by itself. */
function ownAddress(host: ImportedHost | undefined): string | undefined {
  const addresses = (['node-ip', 'node-external-ip'] as const).flatMap(
    (option) => host?.settings.get(option) ?? [],
  );
  return addresses[0] as string | undefined;
}

/** All names that any server has: the servers share one certificate. */
function tlsSans(draft: ImportDraft): readonly string[] | undefined {
  const names = draft.hosts.servers.flatMap((host) => draft.take<readonly string[]>(host, 'tls-san') ?? []);
  return names.length > 0 ? [...new Set(names)] : undefined;
}

import { quoteShell } from '../../lib/hosts/shell';

/** What a server of the cluster says about itself, as the others are told. */
export interface ServerContext {
  readonly name: string;

  /** Address that other nodes use. */
  readonly address: string;
  readonly state: 'running' | 'stopped' | 'empty' | 'lost' | 'unreachable' | 'unknown';

  /** Sha256 of its cluster's certificate authority. @default - unknown, or it has none */
  readonly caHash?: string;
}

/** Text of the file `context` on a host: what steps there need to know of the other hosts, and what never makes a step run. */
export function contextText(apiPort: string, servers: readonly ServerContext[]): string {
  return [
    `CTX_API_PORT=${quoteShell(apiPort)}`,
    ...servers.map(({ name, address, state, caHash = '' }) =>
      ['record', ...['server', name, address, state, caHash].map(quoteShell)].join(' '),
    ),
    '',
  ].join('\n');
}

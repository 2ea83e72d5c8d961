import { K3stackError } from '../../lib/errors';
import type { SeenHost } from './preflight';
import type { ServerContext } from './server-context';

/**
 * What every server of a cluster says about itself right now.
 *
 * @throws K3stackError when it is not the network that keeps one from answering.
 */
export function serverStates(
  servers: readonly ServerContext[],
  ask: (name: string) => Promise<SeenHost>,
): Promise<ServerContext[]> {
  return Promise.all(
    servers.map(async (server): Promise<ServerContext> => {
      try {
        const { facts } = await ask(server.name);
        const { datastore = 'unknown', caHash } = facts ?? {};
        return { ...server, state: datastore, ...(caHash !== undefined && { caHash }) };
      } catch (error) {
        if (error instanceof K3stackError && AWAY.has(error.code)) return { ...server, state: 'unreachable' };
        throw error;
      }
    }),
  );
}

const AWAY = new Set([
  'SSH_UNREACHABLE',
  'SSH_BASTION_UNREACHABLE',
  'SSH_CONNECTION_LOST',
  'HOST_COMMAND_TIMEOUT',
]);

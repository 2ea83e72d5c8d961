import type { Transport } from '../../lib/cluster/node';
import type { HostConnection, HostLogin } from './host-connection';
import { LocalConnection } from './local-connection';
import { SshConnection, type SshOptions } from './ssh-connection';

/** Opens a connection to a host, wherever it is. */
export function connect(
  { name, transport }: { readonly name: string; readonly transport: Transport },
  login: HostLogin,
  options?: SshOptions,
): Promise<HostConnection> {
  return 'ssh' in transport
    ? SshConnection.open(name, transport.ssh, login, options)
    : Promise.resolve(new LocalConnection(name));
}

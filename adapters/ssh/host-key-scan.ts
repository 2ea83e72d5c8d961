import type { Readable } from 'node:stream';
import { Client, type ServerHostKeyAlgorithm } from 'ssh2';
import { hostKeyOf, PINNED_TYPES, type HostKey } from './host-key';

/**
 * The key that an SSH server shows, without logging in.
 *
 * @param socket Opens the way to it. @default - a connection to its address
 * @param types What is asked for. @default - ed25519 and ecdsa, then any
 * @returns `undefined` when it has none of these.
 */
export async function scanHostKey(
  { host, port }: { readonly host: string; readonly port: number },
  socket: () => Promise<Readable | undefined> = () => Promise.resolve(undefined),
  types: readonly string[] = [...PINNED_TYPES, 'rsa-sha2-512', 'rsa-sha2-256'],
): Promise<HostKey | undefined> {
  const sock = await socket();
  const client = new Client();
  return new Promise((resolve, reject) => {
    const end = (done: () => void): void => {
      done();
      client.destroy();
    };
    client.on('error', (error) =>
      end(() => (/no matching host key format/.test(error.message) ? resolve(undefined) : reject(error))),
    );
    client.on('close', () => end(() => reject(new Error('it closed the connection'))));
    client.connect({
      ...(sock === undefined ? { host, port } : { sock }),
      username: 'k3stack',
      algorithms: { serverHostKey: [...types] as ServerHostKeyAlgorithm[] },
      hostVerifier: (blob: Buffer) => {
        end(() => resolve(hostKeyOf(blob)));
        return false;
      },
      authHandler: [],
      readyTimeout: 20_000,
    });
  });
}

import { connect, createServer, type Server, type Socket } from 'node:net';

/** One end of a connection: a socket in a folder, or a port. */
export type Place = { readonly path: string } | { readonly host: string; readonly port: number };

/** Passes every connection on. */
export function relay(from: Place, to: Place): Promise<Server> {
  const server = createServer((near: Socket) => {
    const far = connect(to);
    near.pipe(far).pipe(near);
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      one.on('error', () => other.destroy());
      one.on('close', () => other.destroy());
    }
  });
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(from, () => resolve(server));
  });
}

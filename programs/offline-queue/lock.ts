import { lstat, rm } from 'node:fs/promises';
import { connect, createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { report } from './report';

/**
 * Waits until no other process has the directory. The lock is a socket on which its owner listens, so it goes with its owner, however that ends, also from one
 * container to another one.
 */
export async function lockDirectory(directory: string, signal: AbortSignal): Promise<Server> {
  const path = join(directory, 'lock');
  for (let tries = 0; ; tries++) {
    const server = (await listens(path)) ? undefined : await take(path);
    if (server !== undefined) return server;
    if (tries === 0) report('waiting', { reason: 'another process has the directory' });
    await sleep(500, undefined, { signal });
  }
}

async function take(path: string): Promise<Server | undefined> {
  await rm(path, { force: true });
  const server = createServer((socket) => socket.destroy());
  const bound = await new Promise<boolean>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) =>
      error.code === 'EADDRINUSE' ? resolve(false) : reject(error),
    );
    server.listen(path, () => resolve(true));
  });
  if (!bound) return undefined;
  const { ino } = await lstat(path);
  await sleep(100); // another one that found no owner either has replaced the socket by now
  const now = await lstat(path).catch(() => undefined);
  server.unref();
  return now?.ino === ino ? server : undefined; // not closed: that would remove the other one's socket
}

function listens(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path);
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}

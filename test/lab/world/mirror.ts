import { createReadStream, statSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { Release } from './releases';

/** What a mirror does with the next downloads, to be wrong on purpose. */
export type MirrorFault = 'none' | 'truncate' | 'tamper' | 'missing';

/** A mirror of releases on this machine, laid out like the official one: `<version>/<artifact>`. */
export class Mirror {
  /** Paths that were asked for, in order. */
  readonly requests: string[] = [];
  fault: MirrorFault = 'none';

  private constructor(
    private readonly server: Server,
    readonly url: string,
  ) {}

  /** @param address Of this machine, as hosts see it. */
  static async start(address: string, releases: readonly Release[]): Promise<Mirror> {
    const files = new Map(releases.map((release) => [`/${release.version}/k3s`, release.file]));
    const started: { mirror?: Mirror } = {};
    const server = createServer((request, response) => {
      const path = decodeURIComponent(request.url ?? '');
      started.mirror?.requests.push(path);
      const file = files.get(path);
      const fault = started.mirror?.fault ?? 'none';
      if (file === undefined || fault === 'missing') {
        response.writeHead(404).end();
        return;
      }
      const { size } = statSync(file);
      const start = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0);
      response.writeHead(start > 0 ? 206 : 200, {
        'content-length': size - start,
        ...(start > 0 && { 'content-range': `bytes ${start}-${size - 1}/${size}` }),
      });
      if (fault === 'tamper') {
        response.end(Buffer.alloc(size - start, 7));
        return;
      }
      const stream = createReadStream(file, {
        start,
        ...(fault === 'truncate' && { end: start + 1_000_000 }),
      });
      if (fault === 'truncate') stream.on('end', () => response.destroy());
      stream.pipe(response, { end: fault !== 'truncate' });
    });
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject).listen(0, address, resolve);
    });
    const { port } = server.address() as { port: number };
    started.mirror = new Mirror(server, `http://${address}:${port}`);
    return started.mirror;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }
}

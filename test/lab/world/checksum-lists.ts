import { createServer, type Server } from 'node:https';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { tool } from '../hosts/run-tool';
import type { Release } from './releases';

/** The lists of checksums that releases are published with, over HTTPS, as `k3stack lock` takes them from nowhere else. */
export class ChecksumLists {
  private constructor(
    private readonly server: Server,
    private readonly folder: string,
    readonly url: string,
  ) {}

  /** @param address Of this machine. */
  static async start(address: string, releases: readonly Release[]): Promise<ChecksumLists> {
    const folder = mkdtempSync(join(tmpdir(), 'k3stack-lab-lists-'));
    const [key, cert] = [join(folder, 'key.pem'), join(folder, 'ca.pem')];
    const request = `req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=lists -addext subjectAltName=IP:${address}`;
    await tool('openssl', [...request.split(' '), '-keyout', key, '-out', cert]);
    const lists = new Map(releases.map(({ version, sha256 }) => [version, `${sha256}  k3s\n`]));
    const server = createServer({ key: readFileSync(key), cert: readFileSync(cert) }, (asked, response) => {
      const [, version = ''] =
        /^\/([^/]+)\/sha256sum-amd64\.txt$/.exec(decodeURIComponent(asked.url ?? '')) ?? [];
      response.writeHead(lists.has(version) ? 200 : 404).end(lists.get(version));
    });
    await new Promise<void>((done, fail) => server.once('error', fail).listen(0, address, done));
    const { port } = server.address() as { port: number };
    return new ChecksumLists(server, folder, `https://${address}:${port}`);
  }

  /** File of the authority that its certificate is of. */
  get ca(): string {
    return join(this.folder, 'ca.pem');
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((done) => this.server.close(done));
    rmSync(this.folder, { recursive: true, force: true });
  }
}

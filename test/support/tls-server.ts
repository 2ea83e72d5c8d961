import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:tls';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { folderWith } from './cli';

/** A CA as `openssl` makes one. */
export interface TestCa {
  readonly pem: string;
  readonly folder: string;
}

export function testCa(name = 'test-ca'): TestCa {
  const folder = folderWith({ 'empty.txt': '' });
  openssl(
    folder,
    'req',
    '-x509',
    '-newkey',
    'ec',
    '-pkeyopt',
    'ec_paramgen_curve:prime256v1',
    '-nodes',
    '-days',
    '2',
    '-subj',
    `/CN=${name}`,
    '-keyout',
    'ca.key',
    '-out',
    'ca.crt',
  );
  return { folder, pem: readFileSync(join(folder, 'ca.crt'), 'utf8') };
}

/** A TLS server on 127.0.0.1 whose certificate a CA signed, for the names given: `IP:127.0.0.1`, `DNS:k3s.example.org`. */
export async function tlsServer(
  { folder, pem }: TestCa,
  names: string,
): Promise<{ port: number; close(): void }> {
  openssl(
    folder,
    'req',
    '-newkey',
    'ec',
    '-pkeyopt',
    'ec_paramgen_curve:prime256v1',
    '-nodes',
    '-subj',
    '/CN=k3s',
    '-addext',
    `subjectAltName=${names}`,
    '-keyout',
    'server.key',
    '-out',
    'server.csr',
  );
  openssl(
    folder,
    'x509',
    '-req',
    '-in',
    'server.csr',
    '-CA',
    'ca.crt',
    '-CAkey',
    'ca.key',
    '-CAcreateserial',
    '-days',
    '2',
    '-copy_extensions',
    'copy',
    '-out',
    'server.crt',
  );
  const server: Server = createServer({
    key: readFileSync(join(folder, 'server.key')),
    cert: `${readFileSync(join(folder, 'server.crt'), 'utf8')}${pem}`,
  });
  server.on('tlsClientError', () => {});
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { port: (server.address() as AddressInfo).port, close: () => void server.close() };
}

function openssl(cwd: string, ...args: string[]): void {
  execFileSync('openssl', args, { cwd, stdio: 'ignore' });
}

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { tool } from '../hosts/run-tool';

/** Makes a CA and a certificate of it for an address: `ca.crt`, `server.crt` and `server.key` in a folder. */
export async function makeCertificates(folder: string, address: string): Promise<void> {
  const at = (name: string): string => join(folder, name);
  const request = ['req', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];
  const ca = ['-x509', '-days', '2', '-subj', '/CN=lab-ca', '-keyout', at('ca.key'), '-out', at('ca.crt')];
  const own = ['-subj', '/CN=lab-server', '-keyout', at('server.key'), '-out', at('server.csr')];
  await tool('openssl', [...request, ...ca]);
  await tool('openssl', [...request, ...own]);
  writeFileSync(at('extensions'), `subjectAltName=IP:${address}\n`);
  const signed = [
    '-CA',
    at('ca.crt'),
    '-CAkey',
    at('ca.key'),
    '-CAcreateserial',
    '-extfile',
    at('extensions'),
  ];
  await tool('openssl', [
    'x509',
    '-req',
    '-days',
    '2',
    '-in',
    at('server.csr'),
    ...signed,
    '-out',
    at('server.crt'),
  ]);
}

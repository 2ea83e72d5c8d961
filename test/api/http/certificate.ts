import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { KubernetesObject } from '../../../lib/synthesis/synthesis';

/** A TLS Secret with a certificate for some hosts that signs itself; its common name is the first of them. */
export function tlsSecret(
  namespace: string,
  name: string,
  hosts: readonly [string, ...string[]],
): KubernetesObject {
  const folder = mkdtempSync(join(tmpdir(), 'k3stack-certificate-'));
  try {
    const options = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'];
    const names = [
      '-subj',
      `/CN=${hosts[0]}`,
      '-addext',
      `subjectAltName=${hosts.map((host) => `DNS:${host}`).join(',')}`,
    ];
    execFileSync('openssl', ['req', '-x509', ...options, ...names, '-keyout', 'tls.key', '-out', 'tls.crt'], {
      cwd: folder,
      stdio: 'ignore',
    });
    const text = (file: string): string => readFileSync(join(folder, file), 'utf8');
    return {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name, namespace },
      type: 'kubernetes.io/tls',
      stringData: { 'tls.crt': text('tls.crt'), 'tls.key': text('tls.key') },
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A key pair as the controller of Sealed Secrets makes it, in PEM. */
export interface ControllerCertificate {
  readonly certificate: string;
  readonly privateKey: string;
}

/** Makes one with the openssl of the machine. */
export function controllerCertificate(options: { readonly ec?: boolean } = {}): ControllerCertificate {
  const folder = mkdtempSync(join(tmpdir(), 'k3stack-certificate-'));
  const key =
    options.ec === true
      ? ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1']
      : ['-newkey', 'rsa:2048'];
  try {
    execFileSync(
      'openssl',
      [
        'req',
        '-x509',
        ...key,
        '-nodes',
        '-days',
        '2',
        '-subj',
        '/CN=sealed-secrets',
        '-keyout',
        'key.pem',
        '-out',
        'cert.pem',
      ],
      { cwd: folder, stdio: 'ignore' },
    );
    return {
      certificate: readFileSync(join(folder, 'cert.pem'), 'utf8'),
      privateKey: readFileSync(join(folder, 'key.pem'), 'utf8'),
    };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Who a client certificate says its owner is. */
export interface Identity {
  /** File name without ending. */
  readonly file: string;
  readonly user: string;
  readonly group?: string;
}

/** A certificate authority in a folder: `ca.crt`, `ca.key`. */
export class Pki {
  readonly ca: string;

  constructor(readonly folder: string) {
    this.ca = join(folder, 'ca.crt');
    this.openssl(
      ...['req', '-x509', ...NEW_KEY, '-days', '2', '-subj', '/CN=control-plane-ca'],
      ...['-keyout', 'ca.key', '-out', 'ca.crt'],
    );
  }

  /** Certificate of a server at 127.0.0.1, and as pods of the cluster would name it. */
  server(file: string): void {
    const names =
      'IP:127.0.0.1,DNS:localhost,DNS:kubernetes,DNS:kubernetes.default,DNS:kubernetes.default.svc';
    this.sign(file, '/CN=kube-apiserver', `subjectAltName=${names}\nextendedKeyUsage=serverAuth\n`);
  }

  client({ file, user, group }: Identity): void {
    const subject = group === undefined ? `/CN=${user}` : `/O=${group}/CN=${user}`;
    this.sign(file, subject, 'extendedKeyUsage=clientAuth\n');
  }

  /** A key pair for service account tokens: `NAME.key`, `NAME.pub`. */
  signingKey(name: string): void {
    this.openssl('ecparam', '-name', 'prime256v1', '-genkey', '-noout', '-out', `${name}.key`);
    this.openssl('ec', '-in', `${name}.key`, '-pubout', '-out', `${name}.pub`);
  }

  private sign(file: string, subject: string, extensions: string): void {
    writeFileSync(join(this.folder, `${file}.ext`), extensions);
    this.openssl('req', ...NEW_KEY, '-subj', subject, '-keyout', `${file}.key`, '-out', `${file}.csr`);
    this.openssl(
      ...['x509', '-req', '-in', `${file}.csr`, '-CA', 'ca.crt', '-CAkey', 'ca.key', '-days', '2'],
      ...['-extfile', `${file}.ext`, '-out', `${file}.crt`],
    );
  }

  private openssl(...args: string[]): void {
    execFileSync('openssl', args, { cwd: this.folder, stdio: ['ignore', 'ignore', 'ignore'] });
  }
}

const NEW_KEY = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];

/** One SSH server on the way to a host: the host itself, or the bastion in front of it. */
export interface Hop {
  /** Of the host at the end of the way. */
  readonly name: string;
  readonly kind: 'host' | 'bastion';
  readonly host: string;
  readonly port: number;
  readonly user: string;

  /** Public key to expect. @default - none is known, and nothing is connected to */
  readonly hostKey?: string;

  /** Address of the bastion that this hop is behind. @default - none */
  readonly behind?: string;
}

/** The hop as people know it. */
export function hopText({ name, kind, host, port, user }: Hop): string {
  const address = `${user}@${addressText(host, port)}`;
  return kind === 'host' ? `${name} (${address})` : `the bastion ${address} in front of ${name}`;
}

/** An address, with its port unless that is the usual one. */
export function addressText(host: string, port: number): string {
  if (port === 22) return host;
  return `${host.includes(':') ? `[${host}]` : host}:${port}`;
}

import { isIP } from 'node:net';
import { connect, type PeerCertificate } from 'node:tls';

/** An address of an API server. */
export interface ApiAddress {
  readonly host: string;
  readonly port: number;
}

/**
 * Whether the API server at an address is the one whose CA is given, and may be called by that address.
 *
 * @returns What is wrong, in few words; `undefined` when nothing is.
 */
export function apiProblem(
  { host, port }: ApiAddress,
  ca: string,
  timeout = 10_000,
): Promise<string | undefined> {
  return new Promise((resolve) => {
    const socket = connect({
      host,
      port,
      ca,
      timeout,
      minVersion: 'TLSv1.2',
      ...(isIP(host) === 0 && { servername: host }),
    });
    const end = (problem?: string): void => {
      socket.destroy();
      resolve(problem);
    };
    socket.once('secureConnect', () => end());
    socket.once('timeout', () => end('does not answer'));
    socket.once('error', (error: NodeJS.ErrnoException & { readonly cert?: PeerCertificate }) =>
      end(connectionProblem(error)),
    );
  });
}

/** Why there is no connection to an API server, in few words that go on after its name. */
export function connectionProblem({ code = '', message }: NodeJS.ErrnoException): string {
  return PROBLEMS[code] ?? message;
}

const OTHER_CA = 'presents another CA: it belongs to another cluster, or something in between answers';

const PROBLEMS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'refuses the connection',
  ENOTFOUND: 'is a name that nobody knows',
  EAI_AGAIN: 'is a name that cannot be looked up now',
  EHOSTUNREACH: 'cannot be reached',
  ENETUNREACH: 'cannot be reached',
  ETIMEDOUT: 'does not answer',
  ECONNRESET: 'ends the connection',
  ERR_TLS_CERT_ALTNAME_INVALID: 'is not in the certificate; add it to api.tlsSans',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: OTHER_CA,
  SELF_SIGNED_CERT_IN_CHAIN: OTHER_CA,
  DEPTH_ZERO_SELF_SIGNED_CERT: OTHER_CA,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: OTHER_CA,
  CERT_SIGNATURE_FAILURE: OTHER_CA,
  CERT_HAS_EXPIRED: 'has a certificate that is no longer valid',
};

import { Lazy, type ApiObject } from 'cdk8s';
import { Construct } from 'constructs';
import { checkProps } from '../../../lib/rules/shape';
import type { SecretSource } from '../../../lib/secret';
import { Cluster } from '../../cluster/cluster';
import { isInstance } from '../../instance-of';
import { addCheck } from '../../violations';
import { workloadSecret, type SecretKey } from '../../workloads/secrets/workload-secret';
import { acmeShape, acmeViolations, holdsSecret, SERVERS } from './acme-rules';
import type { AcmeIssuerProps, AcmeSolver, Http01 } from './acme-settings';
import { solverCredentials, solverData } from './acme-solvers';
import { waitForCertManager } from './cert-manager';
import type { CertificateIssuer } from './certificate-issuer';
import { issuerObject, secretsNamespace } from './issuer-object';

/**
 * Certificates from Let's Encrypt or another public authority, by ACME. Staging unless `server` says otherwise: an issuer of staging has a name of its own, so
 * that certificates are made anew once it changes.
 */
export class AcmeIssuer extends Construct implements CertificateIssuer {
  /** The id; with `-staging` behind it for that of Let's Encrypt. */
  readonly name: string;
  readonly kind: CertificateIssuer['kind'];

  /** The ClusterIssuer or Issuer; `undefined` when its props cannot be read. */
  readonly object: ApiObject | undefined;

  /** Whether it can show wildcards to be yours, which only DNS-01 can. */
  readonly hasWildcards: boolean;

  /** Its ways to show names by HTTP: ingress controllers have to reach the pods that answer. */
  readonly httpSolvers: readonly Http01[];

  constructor(scope: Construct, id: string, props: AcmeIssuerProps = {}) {
    super(scope, id);
    const { problems, sound } = checkProps(props, acmeShape);
    const { server = 'letsencrypt-staging', kind = 'ClusterIssuer', solvers = USUAL_SOLVERS } = sound;
    this.name = server === 'letsencrypt-staging' && !id.endsWith(STAGING) ? `${id}${STAGING}` : id;
    this.kind = kind;
    this.hasWildcards = solvers.some(({ dns01 }) => dns01 !== undefined);
    this.httpSolvers = solvers.flatMap(({ http01 }) => (http01 === undefined ? [] : [http01]));
    const cluster = Cluster.tryOf(this);
    addCheck(this, () => (problems.length > 0 ? problems : acmeViolations(sound, solvers, cluster)));
    if (problems.length > 0 || solvers.some(holdsSecret)) return;
    waitForCertManager(this);
    const keys = this.declareCredentials(sound, solvers);
    const spec = { acme: this.accountData({ ...sound, server, solvers }, keys) };
    this.object = issuerObject(this, { id: 'issuer', name: this.name, kind, spec });
  }

  static override [Symbol.hasInstance](value: unknown): value is AcmeIssuer {
    return isInstance(value, AcmeIssuer);
  }

  private declareCredentials(
    { externalAccount }: AcmeIssuerProps,
    solvers: readonly AcmeSolver[],
  ): Readonly<Record<string, SecretKey>> {
    const data: Record<string, SecretSource> = {
      ...solverCredentials(solvers),
      ...(externalAccount !== undefined && { [ACCOUNT_KEY]: externalAccount.key }),
    };
    if (Object.keys(data).length === 0) return {};
    const namespace = secretsNamespace(this, this.kind);
    return workloadSecret(this, { namespace, name: `${this.name}-credentials`, data });
  }

  private accountData(
    {
      server,
      email,
      externalAccount,
      profile,
      caCertificate,
      solvers,
    }: AcmeIssuerProps & { readonly server: string; readonly solvers: readonly AcmeSolver[] },
    keys: Readonly<Record<string, SecretKey>>,
  ): Readonly<Record<string, unknown>> {
    const ingressClass = (): unknown => Lazy.any({ produce: () => Cluster.tryOf(this)?.ingressClass });
    return {
      server: SERVERS[server] ?? server,
      ...(email !== undefined && { email }),
      ...(profile !== undefined && { profile }),
      ...(caCertificate !== undefined && { caBundle: Buffer.from(caCertificate).toString('base64') }),
      privateKeySecretRef: { name: `${this.name}-account-key` },
      ...(externalAccount !== undefined && {
        externalAccountBinding: { keyID: externalAccount.keyId, keySecretRef: keys[ACCOUNT_KEY] },
      }),
      solvers: solvers.map((solver, index) => solverData(solver, keys, ingressClass, index)),
    };
  }
}

const STAGING = '-staging';
const ACCOUNT_KEY = 'external-account-key';
const USUAL_SOLVERS: readonly AcmeSolver[] = [{ http01: {} }];

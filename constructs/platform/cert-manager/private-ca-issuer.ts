import { ApiObject } from 'cdk8s';
import { Construct } from 'constructs';
import { isInstance } from '../../instance-of';
import { addCheck } from '../../violations';
import { workloadSecret } from '../../workloads/secrets/workload-secret';
import { waitForCertManager } from './cert-manager';
import type { CertificateIssuer } from './certificate-issuer';
import { issuerObject, secretsNamespace } from './issuer-object';
import { privateCaProblems } from './private-ca-rules';
import type { OwnRoot, PrivateCaIssuerProps } from './private-ca-settings';

/** Certificates signed by an authority of your own: for names that no public one knows. Whoever connects has to trust its root. */
export class PrivateCaIssuer extends Construct implements CertificateIssuer {
  readonly name: string;
  readonly kind: CertificateIssuer['kind'];

  /** The ClusterIssuer or Issuer. */
  readonly object: ApiObject;

  /** Certificate of the root; `undefined` where the authority comes from elsewhere. */
  readonly rootCertificate: ApiObject | undefined;

  /** Kubernetes Secret of the authority; its `ca.crt` or `tls.crt` is what others have to trust. */
  readonly secretName: string;

  /** Namespace of {@link secretName}. */
  readonly secretNamespace: string;

  constructor(scope: Construct, id: string, props: PrivateCaIssuerProps = {}) {
    super(scope, id);
    const { problems, sound } = privateCaProblems(props);
    addCheck(this, () => problems);
    waitForCertManager(this);
    const { kind = 'ClusterIssuer', authority, root = {} } = sound;
    this.name = id;
    this.kind = kind;
    this.secretNamespace = secretsNamespace(this, kind);
    this.secretName =
      authority === undefined
        ? `${id}-root`
        : 'secretName' in authority
          ? authority.secretName
          : `${id}-authority`;
    if (authority === undefined) this.rootCertificate = this.makeRoot(root);
    else if (!('secretName' in authority)) {
      const data = { 'tls.crt': authority.certificate, 'tls.key': authority.key };
      workloadSecret(this, { namespace: this.secretNamespace, name: this.secretName, data });
    }
    this.object = issuerObject(this, {
      id: 'issuer',
      name: id,
      kind,
      spec: { ca: { secretName: this.secretName } },
    });
    if (this.rootCertificate !== undefined) this.object.addDependency(this.rootCertificate);
  }

  static override [Symbol.hasInstance](value: unknown): value is PrivateCaIssuer {
    return isInstance(value, PrivateCaIssuer);
  }

  /** cert-manager/website@776e5db:content/docs/configuration/selfsigned.md, Bootstrapping CA Issuers. */
  private makeRoot({ commonName = this.name, duration = TEN_YEARS }: OwnRoot): ApiObject {
    const name = `${this.name}-root`;
    const signer = issuerObject(this, { id: 'root-issuer', name, kind: this.kind, spec: { selfSigned: {} } });
    const certificate = new ApiObject(this, 'root', {
      apiVersion: 'cert-manager.io/v1',
      kind: 'Certificate',
      metadata: { name, namespace: this.secretNamespace },
      spec: {
        isCA: true,
        commonName,
        secretName: this.secretName,
        duration,
        // A new key would be one that nobody trusts yet; cert-manager makes one at each renewal unless told not to.
        privateKey: { algorithm: 'ECDSA', size: 256, rotationPolicy: 'Never' },
        issuerRef: { name, kind: this.kind, group: 'cert-manager.io' },
      },
    });
    certificate.addDependency(signer);
    return certificate;
  }
}

const TEN_YEARS = '87600h';

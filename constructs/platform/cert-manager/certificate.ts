import { ApiObject, Chart } from 'cdk8s';
import { Construct } from 'constructs';
import { checkProps } from '../../../lib/rules/shape';
import { isInstance } from '../../instance-of';
import { addCheck } from '../../violations';
import { awaitIssuer } from './await-issuer';
import { certificateShape, certificateViolations } from './certificate-rules';
import type { CertificateProps } from './certificate-settings';

/** A certificate and its key, made and renewed by cert-manager, in a Kubernetes Secret of type `kubernetes.io/tls`. */
export class Certificate extends Construct {
  /** Kubernetes Secret with `tls.crt`, `tls.key` and, where the issuer gives it, `ca.crt`. */
  readonly secretName: string;

  /** The Certificate; `undefined` when its props cannot be read. */
  readonly object: ApiObject | undefined;

  constructor(scope: Construct, id: string, props: CertificateProps) {
    super(scope, id);
    const { problems, sound } = checkProps(props, certificateShape);
    const { issuer, secretName = id } = sound;
    this.secretName = secretName;
    const violations =
      problems.length > 0 ? problems : certificateViolations(props, Chart.of(this).namespace);
    addCheck(this, () => violations);
    if (problems.length > 0 || issuer === undefined) return;
    awaitIssuer(this, issuer);
    this.object = new ApiObject(this, 'certificate', {
      apiVersion: 'cert-manager.io/v1',
      kind: 'Certificate',
      metadata: { name: id },
      spec: {
        secretName,
        ...fieldsOf(props),
        issuerRef: { name: issuer.name, kind: issuer.kind, group: 'cert-manager.io' },
      },
    });
  }

  static override [Symbol.hasInstance](value: unknown): value is Certificate {
    return isInstance(value, Certificate);
  }
}

/** cert-manager/cert-manager@v1.21.1:pkg/apis/certmanager/v1/types_certificate.go, CertificateSpec. */
function fieldsOf(props: CertificateProps): Readonly<Record<string, unknown>> {
  const {
    dnsNames,
    ipAddresses,
    commonName,
    duration,
    renewBefore,
    usages,
    privateKey,
    isCa = false,
  } = props;
  return {
    ...(commonName !== undefined && { commonName }),
    ...(dnsNames !== undefined && { dnsNames: [...dnsNames] }),
    ...(ipAddresses !== undefined && { ipAddresses: [...ipAddresses] }),
    ...(duration !== undefined && { duration }),
    ...(renewBefore !== undefined && { renewBefore }),
    ...(usages !== undefined && { usages: [...usages] }),
    ...(isCa && { isCA: true }),
    privateKey: { algorithm: 'ECDSA', ...(privateKey?.algorithm === 'RSA' && { size: 2048 }), ...privateKey },
  };
}

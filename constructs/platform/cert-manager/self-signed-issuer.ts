import type { ApiObject } from 'cdk8s';
import { Construct } from 'constructs';
import { checkProps, object, oneOf } from '../../../lib/rules/shape';
import { isInstance } from '../../instance-of';
import { addCheck } from '../../violations';
import { waitForCertManager } from './cert-manager';
import type { CertificateIssuer } from './certificate-issuer';
import { issuerObject } from './issuer-object';

export interface SelfSignedIssuerProps {
  /** @default 'ClusterIssuer' */
  readonly kind?: CertificateIssuer['kind'];
}

/** Certificates that sign themselves: for a first try, or for the root of a {@link PrivateCaIssuer}, which is what most want instead. */
export class SelfSignedIssuer extends Construct implements CertificateIssuer {
  readonly name: string;
  readonly kind: CertificateIssuer['kind'];

  /** The ClusterIssuer or Issuer. */
  readonly object: ApiObject;

  constructor(scope: Construct, id: string, props: SelfSignedIssuerProps = {}) {
    super(scope, id);
    const { problems, sound } = checkProps(props, object({ kind: issuerKind }));
    addCheck(this, () => problems);
    this.name = id;
    this.kind = sound.kind ?? 'ClusterIssuer';
    waitForCertManager(this);
    this.object = issuerObject(this, { id: 'issuer', name: id, kind: this.kind, spec: { selfSigned: {} } });
  }

  static override [Symbol.hasInstance](value: unknown): value is SelfSignedIssuer {
    return isInstance(value, SelfSignedIssuer);
  }
}

const issuerKind = oneOf('ClusterIssuer', 'Issuer');

import { ApiObject, Chart } from 'cdk8s';
import { Construct } from 'constructs';
import {
  checkProps,
  describeValue,
  flag,
  list,
  object,
  oneOf,
  text,
  type Shape,
} from '../../../lib/rules/shape';
import { withExamples } from '../../../lib/late';
import { nearest } from '../../../lib/nearest';
import { addCheck, type ConstructViolation } from '../../violations';
import { kubernetesCrdReference } from './reference';
import { CIPHER_SUITES, CURVES } from './tls-names';

export type TlsVersion = 'VersionTLS10' | 'VersionTLS11' | 'VersionTLS12' | 'VersionTLS13';

/** What Traefik asks of TLS connections (`TLSOption.spec`). */
export interface TlsOptionSettings {
  /** @default 'VersionTLS12' - Traefik's own */
  readonly minVersion?: TlsVersion;

  /** @default - the newest */
  readonly maxVersion?: TlsVersion;

  /** For TLS 1.2 and below, in Go's names: `TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384`. @default - Go's own */
  readonly cipherSuites?: readonly string[];

  /** In Go's names: `X25519`, `CurveP256`. @default - Go's own */
  readonly curvePreferences?: readonly string[];

  /** Refuse clients that name no host that has a certificate. @default false */
  readonly sniStrict?: boolean;

  /** @default - h2, http/1.1, acme-tls/1 */
  readonly alpnProtocols?: readonly string[];

  /** Certificates of clients. @default - none asked for */
  readonly clientAuth?: {
    readonly clientAuthType:
      | 'NoClientCert'
      | 'RequestClientCert'
      | 'RequireAnyClientCert'
      | 'VerifyClientCertIfGiven'
      | 'RequireAndVerifyClientCert';

    /** Secrets with the authorities, key `tls.ca`. @default - none */
    readonly secretNames?: readonly string[];
  };
}

export interface TraefikTlsOptionProps extends TlsOptionSettings {
  /** @default - the id of the construct */
  readonly name?: string;

  /** @default - that of the chart around it, else 'default' */
  readonly namespace?: string;
}

/**
 * TLS settings of Traefik that routes choose by {@link TraefikTlsOption.reference}. They belong to a host name: two routes of one host with
 * different options conflict. What all others get is `tls` of `Traefik`.
 */
export class TraefikTlsOption extends Construct {
  readonly name: string;
  readonly namespace: string;

  constructor(scope: Construct, id: string, props: TraefikTlsOptionProps) {
    super(scope, id);
    const { problems, sound } = checkProps(props, tlsOptionShape);
    const { name = id, namespace = Chart.of(this).namespace ?? 'default', ...spec } = sound;
    this.name = name;
    this.namespace = namespace;
    if (problems.length > 0) {
      addCheck(this, () => problems);
      return;
    }

    new ApiObject(this, 'tls-option', {
      apiVersion: 'traefik.io/v1alpha1',
      kind: 'TLSOption',
      metadata: { name, namespace },
      spec,
    });
    addCheck(this, () => [...tlsViolations('', spec), ...(name === 'default' ? [reservedName()] : [])]);
  }

  /** As the annotation `traefik.ingress.kubernetes.io/router.tls.options` of an Ingress names it. */
  get reference(): string {
    return kubernetesCrdReference(this);
  }
}

/** What Traefik would refuse in TLS settings, at `prefix` before the property. */
export function tlsViolations(prefix: string, settings: TlsOptionSettings): ConstructViolation[] {
  const { minVersion, maxVersion } = settings;
  const unknown = (['minVersion', 'maxVersion'] as const).flatMap((property): ConstructViolation[] => {
    const value = settings[property];
    if (value === undefined || TLS_VERSIONS.includes(value)) return [];
    return [
      {
        rule: 'traefik-tls',
        property: `${prefix}${property}`,
        problem: `must be one of ${TLS_VERSIONS.join(', ')}, got ${describeValue(value)}`,
        fix: `write ${property}: 'VersionTLS12'`,
      },
    ];
  });
  unknown.push(...nameViolations(prefix, settings));
  if (unknown.length > 0 || minVersion === undefined || maxVersion === undefined) return unknown;
  if (TLS_VERSIONS.indexOf(minVersion) <= TLS_VERSIONS.indexOf(maxVersion)) return [];
  return [
    {
      rule: 'traefik-tls',
      property: `${prefix}minVersion`,
      problem: `is above maxVersion: ${minVersion} and ${maxVersion}`,
      fix: 'remove maxVersion',
    },
  ];
}

/** Traefik leaves out the whole TLS option for one name that it does not know. */
function nameViolations(prefix: string, settings: TlsOptionSettings): ConstructViolation[] {
  return (['cipherSuites', 'curvePreferences'] as const).flatMap((property) =>
    (settings[property] ?? []).flatMap((name, index): ConstructViolation[] => {
      const known = KNOWN[property];
      if (known.includes(withExamples(name))) return [];
      return [
        {
          rule: 'traefik-tls',
          property: `${prefix}${property}[${index}]`,
          problem: `is no name that Traefik knows, got ${describeValue(name)}`,
          fix: `write '${nearest(name, known) ?? known[0]}'`,
        },
      ];
    }),
  );
}

function reservedName(): ConstructViolation {
  return {
    rule: 'traefik-tls',
    property: 'name',
    problem: "is 'default', which Traefik gives to every route of the cluster, and ignores when two have it",
    fix: 'write tls: { … } in the props of Traefik, or another name',
  };
}

/** Form of TLS settings, for programs without types; which versions there are is for a rule to say. */
export const tlsSettings: Readonly<Record<string, Shape>> = {
  minVersion: text,
  maxVersion: text,
  cipherSuites: list(text),
  curvePreferences: list(text),
  sniStrict: flag,
  alpnProtocols: list(text),
  clientAuth: object(
    {
      clientAuthType: oneOf(
        'NoClientCert',
        'RequestClientCert',
        'RequireAnyClientCert',
        'VerifyClientCertIfGiven',
        'RequireAndVerifyClientCert',
      ),
      secretNames: list(text),
    },
    'clientAuthType',
  ),
};

const tlsOptionShape = object({ ...tlsSettings, name: text, namespace: text });

const TLS_VERSIONS: readonly TlsVersion[] = ['VersionTLS10', 'VersionTLS11', 'VersionTLS12', 'VersionTLS13'];

const KNOWN = { cipherSuites: CIPHER_SUITES, curvePreferences: CURVES };

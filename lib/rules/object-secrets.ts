import { groupOf, annotation, listOf, recordOf, specOf, textAt } from './object-needs-made';
import { describeObject, type ObjectEntry, type ObjectSet } from './object-set';
import type { Finding } from './rule';

/** Something that writes a Kubernetes Secret. */
interface Maker {
  readonly path: string;
  readonly property: string;

  /** For people. */
  readonly what: string;

  /** Namespace and name of the Secret. */
  readonly secret: string;

  /** Makers of one kind and subject share a Secret, or another rule says that they are two. */
  readonly subject: string;
}

/** Kubernetes Secrets that two would write: the declared ones, Secret objects, certificates, and Ingresses that an issuer serves. */
export function secretsMadeTwice({ objects, clusters, secrets = [] }: ObjectSet): Finding[] {
  const first = new Map<string, Maker>();
  const declared = secrets.map(({ cluster, ...secret }) => ({ cluster, maker: declaration(secret) }));
  const made = objects.flatMap((entry) => {
    const cluster = entry.cluster ?? (clusters.length === 1 ? clusters[0] : undefined) ?? '';
    return makersIn(entry).map((maker) => ({ cluster, maker }));
  });
  return [...declared, ...made].flatMap(({ cluster, maker }) => {
    const key = `${cluster}|${maker.secret}`;
    const other = first.get(key);
    if (other === undefined) first.set(key, maker);
    return other === undefined || other.subject === maker.subject ? [] : [twice(maker, other)];
  });
}

function declaration({ path, namespace, name }: { path: string; namespace: string; name: string }): Maker {
  const secret = `${namespace}/${name}`;
  return { path, property: 'addSecret name', what: `declares Secret ${secret}`, secret, subject: 'Secret' };
}

function makersIn({ path, object }: ObjectEntry): Maker[] {
  const { name = '', namespace = 'default' } = object.metadata ?? {};
  const maker = (property: string, secretName: string | undefined, subject: string): Maker[] =>
    secretName === undefined
      ? []
      : [
          {
            path,
            property,
            what:
              subject === 'Secret'
                ? `makes Secret ${namespace}/${secretName}`
                : `makes ${describeObject(object)}, whose ${subject.startsWith('External') ? 'values go' : 'certificate goes'} into Secret ${namespace}/${secretName}`,
            secret: `${namespace}/${secretName}`,
            subject,
          },
        ];
  switch (`${groupOf(object)}/${object.kind}`) {
    case '/Secret':
      return maker('metadata.name', name, 'Secret');
    case 'cert-manager.io/Certificate':
      return maker('spec.secretName', textAt(specOf(object), 'secretName'), `Certificate ${name}`);
    case 'external-secrets.io/ExternalSecret': {
      const { name: target = name, creationPolicy = 'Owner' } = recordOf(specOf(object)['target']);
      return creationPolicy === 'Owner' ? maker('spec.target.name', String(target), `External ${name}`) : [];
    }
    case 'networking.k8s.io/Ingress':
      if (ISSUERS.every((key) => annotation(object, key) === undefined)) return [];
      return listOf(specOf(object)['tls']).flatMap((tls, index) => {
        const { secretName, hosts } = recordOf(tls);
        const names = listOf(hosts).map(String).sort().join(' ');
        const text = typeof secretName === 'string' ? secretName : undefined;
        return maker(`spec.tls[${index}].secretName`, text, `Ingress ${names}`);
      });
    default:
      return [];
  }
}

function twice({ path, property, what }: Maker, other: Maker): Finding {
  return {
    path,
    property,
    problem: `${what}, which ${other.path} writes as well`,
    fix: 'give the Secret of one of the two another name',
  };
}

/** cert-manager makes a certificate for each entry of `tls` (cert-manager.io/docs/usage/ingress). Two Ingresses of the same hosts may share one. */
const ISSUERS = ['cert-manager.io/issuer', 'cert-manager.io/cluster-issuer', 'kubernetes.io/tls-acme'];

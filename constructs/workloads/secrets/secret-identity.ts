import type { Construct, IConstruct } from 'constructs';
import { GeneratedSecret } from '../../../lib/generated-secret';
import type { SecretSource } from '../../../lib/secret';
import { Cluster } from '../../cluster/cluster';
import { Environment } from '../../environment';
import type { SecretProblem } from './secret-problems';

/** Where a value stands first: a key of a Kubernetes Secret. */
export interface SecretPlace {
  readonly namespace: string;

  /** Name of the Kubernetes Secret. */
  readonly name: string;
  readonly key: string;
}

/** The source with what tells its value from others: its name, else its place. Only generated ones have need of it. */
export function identified(scope: Construct, source: SecretSource, place: SecretPlace): SecretSource {
  if (!(source instanceof GeneratedSecret)) return source;
  const { name } = source;
  return source.at(name === undefined ? wholePlace(scope, place) : [environmentName(scope), name]);
}

/** What is wrong when one generated secret is to be two values: in two places without a name, or with one name and two forms. */
export function identityProblem(
  scope: Construct,
  source: SecretSource,
  place: SecretPlace,
): SecretProblem | undefined {
  if (!(source instanceof GeneratedSecret) || source.place !== undefined) return undefined;
  const { name } = source;
  const known = knownIn(scope);
  if (name !== undefined) {
    const form = `length: ${source.length}, alphabet: '${source.alphabet}', rotation: ${source.rotation}`;
    const first = known.forms.get(name) ?? form;
    known.forms.set(name, first);
    if (first === form) return undefined;
    return {
      problem: `is generated as '${name}' with ${form}, but elsewhere with ${first}, which is another value`,
      fix: 'make it once, and pass that SecretRef to both, or give one another name',
    };
  }
  const own = wholePlace(scope, place).join('/');
  const first = known.places.get(source) ?? own;
  known.places.set(source, first);
  if (first === own) return undefined;
  const [, cluster, namespace, secret, key] = first.split('/');
  return {
    problem: `is to be generated, and the same SecretRef is used for ${key} of Secret ${cluster}:${namespace}/${secret}, so it has no place of its own`,
    fix: NAME_IT,
  };
}

/** What to write where a generated secret has no place of its own. */
export const NAME_IT =
  "give it a name: SecretRef.generated({ name: 'database-password' }), or use one SecretRef.generated() for each";

function wholePlace(scope: IConstruct, { namespace, name, key }: SecretPlace): string[] {
  return [environmentName(scope), Cluster.tryOf(scope)?.name ?? '', namespace, name, key];
}

/** Values of one environment tell nothing of those of another one, also where both have one root. */
function environmentName({ node }: IConstruct): string {
  return node.root instanceof Environment ? node.root.name : '';
}

interface Known {
  readonly places: WeakMap<GeneratedSecret, string>;
  readonly forms: Map<string, string>;
}

/** What is known of the generated secrets of a tree; a program may use one for several environments. */
function knownIn({ node }: IConstruct): Known {
  const known = KNOWN.get(node.root) ?? { places: new WeakMap(), forms: new Map() };
  KNOWN.set(node.root, known);
  return known;
}

const KNOWN = new WeakMap<IConstruct, Known>();

import type { Construct } from 'constructs';
import { ExistingSecret } from '../../../lib/existing-secret';
import { GeneratedSecret } from '../../../lib/generated-secret';
import {
  generatedHole,
  secretHole,
  SecretText,
  UrlEncodedSecret,
  type SecretSource,
} from '../../../lib/secret';
import { identified, identityProblem, NAME_IT } from './secret-identity';
import type { SecretProblem } from './secret-problems';

/** A Kubernetes Secret of a namespace. */
export interface SecretScope {
  readonly namespace: string;
  readonly name: string;
}

/** A value of a Kubernetes Secret by its key. */
export type SecretEntry = readonly [key: string, value: SecretSource | SecretText];

/** The values as text with holes. A secret to be generated that stands in several keys is one value, that of the key which holds it alone. */
export function secretData(
  scope: Construct,
  secret: SecretScope,
  entries: readonly SecretEntry[],
): Record<string, string> {
  const homes = homesOf(entries);
  const hole = (source: SecretSource, form: 'raw' | 'url'): string => {
    const found = identified(scope, source, { ...secret, key: homes.get(source)?.[0] ?? '' });
    if (found instanceof ExistingSecret) return '';
    return found instanceof GeneratedSecret ? generatedHole(found, form) : secretHole(found, form);
  };
  return Object.fromEntries(
    entries.map(([key, value]) => {
      const parts = value instanceof SecretText ? value.parts : [value];
      const texts = parts.map((part) => {
        if (typeof part === 'string') return part;
        return part instanceof UrlEncodedSecret ? hole(part.source, 'url') : hole(part, 'raw');
      });
      return [key, texts.join('')];
    }),
  );
}

/** Secrets to be generated that would be two values, each with a key that it stands in. */
export function identityProblems(
  scope: Construct,
  secret: SecretScope,
  entries: readonly SecretEntry[],
): (SecretProblem & { readonly key: string })[] {
  return [...homesOf(entries)].flatMap(([source, [key = '', ...others]]) => {
    const isUnnamed = source instanceof GeneratedSecret && source.name === undefined;
    if (isUnnamed && source.place === undefined && others.length > 0) {
      const problem = `is to be generated, and the same SecretRef is used for ${others.join(', ')}, so it has no place of its own`;
      return [{ key, problem, fix: NAME_IT }];
    }
    const found = identityProblem(scope, source, { ...secret, key });
    return found === undefined ? [] : [{ key, ...found }];
  });
}

/** The key that each secret belongs to: the one which holds it alone, else the one whose text has it in it; several when that is not one. */
function homesOf(entries: readonly SecretEntry[]): Map<SecretSource, string[]> {
  const alone = new Map<SecretSource, string[]>();
  const within = new Map<SecretSource, string[]>();
  for (const [key, value] of entries) {
    const homes = value instanceof SecretText ? within : alone;
    for (const source of new Set(sourcesOf(value))) homes.set(source, [...(homes.get(source) ?? []), key]);
  }
  return new Map([...within, ...alone]);
}

function sourcesOf(value: SecretSource | SecretText): SecretSource[] {
  if (!(value instanceof SecretText)) return [value];
  return value.parts
    .filter((part) => typeof part !== 'string')
    .map((part) => (part instanceof UrlEncodedSecret ? part.source : part));
}

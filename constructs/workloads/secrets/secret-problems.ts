import { ExistingSecret } from '../../../lib/existing-secret';
import { isDnsSubdomain, isSecretKey } from '../../../lib/cluster/names';
import { GeneratedSecret } from '../../../lib/generated-secret';
import { describeValue } from '../../../lib/rules/shape';
import { isSecretName, isSecretSource } from '../../../lib/secret';
import { SecretText, UrlEncodedSecret } from '../../../lib/secret';

/** What is wrong with the value of a key. */
export interface SecretProblem {
  readonly problem: string;
  readonly fix: string;
}

/** What is wrong with a value of a Kubernetes Secret, also one that an untyped program made. */
export function secretProblems(value: unknown, key: string, hasCluster: boolean): SecretProblem[] {
  const wrong = value instanceof SecretText ? textProblems(value, key) : sourceProblems(value, key);
  if (wrong.length > 0 || hasCluster || value instanceof ExistingSecret) return wrong;
  return [
    {
      problem: 'cannot be made outside of a cluster, as its value must not be in a manifest',
      fix: `write ${key}: SecretRef.existing({ name: '…', key: '${key}' }), or make it inside of a cluster`,
    },
  ];
}

/** What is wrong with a source. */
export function sourceProblems(value: unknown, key: string): SecretProblem[] {
  if (!isSecretSource(value)) {
    return [
      {
        problem: `must be a secret, got ${typeof value === 'string' ? 'text' : describeValue(value)}`,
        fix: `write ${key}: SecretRef.fromConfig('${isSecretName(key) ? key : 'name'}')`,
      },
    ];
  }
  if (value instanceof ExistingSecret) return existingProblems(value);
  return value instanceof GeneratedSecret ? generatedProblems(value) : [];
}

function textProblems({ parts }: SecretText, key: string): SecretProblem[] {
  const sources = parts
    .filter((part) => typeof part !== 'string')
    .map((part) => (part instanceof UrlEncodedSecret ? part.source : part));
  if (sources.length === 0) {
    return [
      {
        problem: 'is text without a secret in it, which would be written into synthesis.json',
        fix: `put it into a ConfigMap, or write ${key}: secretText\`…\${SecretRef.fromConfig('name')}…\``,
      },
    ];
  }
  return sources.flatMap((source) =>
    source instanceof ExistingSecret
      ? [
          {
            problem: `is text with the value of the existing Secret ${source.name} in it, which is not known here`,
            fix: `put the whole text into that Secret, or pass the parts as variables and write $(NAME) where the text is used`,
          },
        ]
      : sourceProblems(source, key),
  );
}

function existingProblems({ name, key }: ExistingSecret): SecretProblem[] {
  const isRight =
    typeof name === 'string' && isDnsSubdomain(name) && typeof key === 'string' && isSecretKey(key);
  if (isRight) return [];
  return [
    {
      problem: `must name a Kubernetes Secret and a key of it, got ${describeValue(name)} and ${describeValue(key)}`,
      fix: "write SecretRef.existing({ name: 'database', key: 'password' })",
    },
  ];
}

function generatedProblems({ name, length, alphabet, rotation }: GeneratedSecret): SecretProblem[] {
  const wrong = (what: string, must: string, got: unknown, fix: string): SecretProblem => ({
    problem: `is generated, but its ${what} must be ${must}, got ${describeValue(got)}`,
    fix: `write SecretRef.generated({ ${fix} })`,
  });
  return [
    ...(name === undefined || (typeof name === 'string' && isSecretName(name))
      ? []
      : [
          wrong('name', "letters, digits and '-', starting with a letter", name, "name: 'database-password'"),
        ]),
    ...(isWhole(length, SHORTEST, LONGEST)
      ? []
      : [wrong('length', `a whole number from ${SHORTEST} to ${LONGEST}`, length, 'length: 32')]),
    ...(ALPHABETS.includes(alphabet)
      ? []
      : [wrong('alphabet', "'alphanumeric' or 'hex'", alphabet, "alphabet: 'hex'")]),
    ...(isWhole(rotation, 0, Number.MAX_SAFE_INTEGER)
      ? []
      : [wrong('rotation', 'a whole number from 0 on', rotation, 'rotation: 1')]),
  ];
}

function isWhole(value: unknown, low: number, high: number): boolean {
  return Number.isInteger(value) && (value as number) >= low && (value as number) <= high;
}

const ALPHABETS: readonly string[] = ['alphanumeric', 'hex'];

/** 16 hexadecimal digits are 64 bits. */
const SHORTEST = 16;
const LONGEST = 256;

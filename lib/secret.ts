import { K3stackError } from './errors';
import { ExistingSecret } from './existing-secret';
import {
  GENERATED_HOLE,
  GENERATED_ROOT,
  generatedPart,
  GeneratedSecret,
  type GeneratedSecretProps,
} from './generated-secret';
import { refuseAsText } from './secret-as-text';

/**
 * A value that is never written down: in files it stands as `«secret:name»`, and only the engine puts it
 * in, on its way to the host or the cluster. Made by {@link secret}.
 */
export class SecretRef {
  readonly kind = 'config';

  /** @internal use {@link secret} */
  constructor(readonly name: string) {}

  /**
   * A key of a Kubernetes Secret that something else makes, in the namespace of what uses it.
   *
   * @throws K3stackError `INVALID_SECRET_NAME` for what is no map.
   */
  static existing(reference: { readonly name: string; readonly key: string }): ExistingSecret {
    if (typeof (reference as unknown) !== 'object' || (reference as unknown) === null) {
      throw new K3stackError(
        'INVALID_SECRET_NAME',
        `an existing secret must have a name and a key, got ${shown(reference)}; write SecretRef.existing({ name: 'db', key: 'password' })`,
      );
    }
    return new ExistingSecret(reference.name, reference.key);
  }

  /** The same as {@link secret}: a config secret of the stack. */
  static fromConfig(name: string): SecretRef {
    return secret(name);
  }

  /** A value that nobody writes, computed from the config secret `generated-secrets`: the same in every run, and after a restore. */
  static generated(props: GeneratedSecretProps = {}): GeneratedSecret {
    if (typeof (props as unknown) !== 'object' || (props as unknown) === null) {
      throw new K3stackError(
        'INVALID_SECRET_NAME',
        `a generated secret must be given a map, got ${shown(props)}; write SecretRef.generated({ length: 40 })`,
      );
    }
    return new GeneratedSecret(props);
  }

  /** A secret has no text: using one in a string, a template or JSON is refused with `SECRET_AS_TEXT`. */
  toString(): never {
    return refuseAsText(`secret('${this.name}')`);
  }

  toJSON(): never {
    return this.toString();
  }
}

/** Where the value of a secret comes from: config of the stack, a Kubernetes Secret that is there, or computed. */
export type SecretSource = SecretRef | ExistingSecret | GeneratedSecret;

/** Whether it is one of the three that {@link SecretRef} makes. */
export function isSecretSource(value: unknown): value is SecretSource {
  return value instanceof SecretRef || value instanceof ExistingSecret || value instanceof GeneratedSecret;
}

/**
 * Refers to a secret of the environment by name; its value comes from Pulumi config (`pulumi config set --secret NAME`).
 *
 * @param name Letters, digits and `-`, starting with a letter.
 * @throws K3stackError `INVALID_SECRET_NAME` for any other name.
 */
export function secret(name: string): SecretRef {
  if (!isSecretName(name)) {
    throw new K3stackError(
      'INVALID_SECRET_NAME',
      `secret name must be letters, digits and '-', starting with a letter, got ${shown(name)}; write secret('velero-s3')`,
    );
  }
  return new SecretRef(name);
}

/** Whether text can be the name of a secret: letters, digits and `-`, starting with a letter. */
export function isSecretName(name: string): boolean {
  return typeof name === 'string' && SECRET_NAME.test(name); // a regular expression would make text of anything
}

function shown(value: unknown): string {
  if (value === undefined) return 'nothing';
  return value === null || typeof value === 'string' ? JSON.stringify(value) : `a ${typeof value}`;
}

/**
 * The text that stands for a secret in a file.
 *
 * @param form `raw` as it is; `url` percent-encoded, for a password inside a URL.
 */
export function secretHole(ref: SecretRef, form: 'raw' | 'url' = 'raw'): string {
  return form === 'raw' ? `«secret:${ref.name}»` : `«secret:${ref.name}|${form}»`;
}

/** The text that stands for a generated value, which has to have a place. */
export function generatedHole(ref: GeneratedSecret, form: 'raw' | 'url' = 'raw'): string {
  const end = form === 'raw' ? '' : `|${form}`;
  return `«secret:${GENERATED_ROOT}|${generatedPart(ref)}${end}»`;
}

/** Names of the config secrets whose holes stand in `text`, in order of appearance, each once. */
export function secretsIn(text: string): string[] {
  return [...new Set([...text.matchAll(SECRET_HOLE)].map((match) => match[1] as string))];
}

/** A secret inside of a text, percent-encoded. Made by {@link urlEncoded}. */
export class UrlEncodedSecret {
  /** @internal use {@link urlEncoded} */
  constructor(readonly source: SecretSource) {}

  toString(): never {
    return refuseAsText('urlEncoded(…)');
  }

  toJSON(): never {
    return this.toString();
  }
}

/** A secret as it stands inside of a URL. */
export function urlEncoded(source: SecretSource): UrlEncodedSecret {
  return new UrlEncodedSecret(source);
}

/** Text with secrets in it, such as the URL of a database. Made by {@link secretText}. */
export class SecretText {
  /** @internal use {@link secretText} */
  constructor(readonly parts: readonly (string | SecretSource | UrlEncodedSecret)[]) {}

  toString(): never {
    return refuseAsText('secretText`…`');
  }

  toJSON(): never {
    return this.toString();
  }
}

/** A text with secrets in it: secretText`postgres://app:${urlEncoded(password)}@db:5432/app`. */
export function secretText(
  texts: readonly string[],
  ...between: readonly (string | number | SecretSource | UrlEncodedSecret)[]
): SecretText {
  const parts = texts.flatMap((text, index) => [text, ...between.slice(index, index + 1).map(withoutNumber)]);
  return new SecretText(parts.filter((part) => part !== ''));
}

function withoutNumber<T>(part: T | number): T | string {
  return typeof part === 'number' ? String(part) : part;
}

const SECRET_NAME = /^[A-Za-z][A-Za-z0-9-]*$/;

/** Source of an expression for a hole: the name of the config secret, which generated value is meant, and `url`. */
export const SECRET_HOLE_SOURCE = `«secret:([A-Za-z][A-Za-z0-9-]*)(?:\\|(${GENERATED_HOLE}))?(?:\\|(url))?»`;
const SECRET_HOLE = new RegExp(SECRET_HOLE_SOURCE, 'g');

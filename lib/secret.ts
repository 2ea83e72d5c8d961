import { K3stackError } from './errors';

/**
 * A value that is never written down: in files it stands as `«secret:name»`, and only the engine puts it
 * in, on its way to the host or the cluster. Made by {@link secret}.
 */
export class SecretRef {
  /** @internal use {@link secret} */
  constructor(readonly name: string) {}

  /** A secret has no text: using one in a string, a template or JSON is refused with `SECRET_AS_TEXT`. */
  toString(): never {
    throw new K3stackError(
      'SECRET_AS_TEXT',
      `secret('${this.name}') was used as text; pass the reference itself to a property that takes a secret`,
    );
  }

  toJSON(): never {
    return this.toString();
  }
}

/**
 * Refers to a secret of the environment by name; its value comes from Pulumi config (`pulumi config set --secret NAME`).
 *
 * @param name Letters, digits and `-`, starting with a letter.
 * @throws K3stackError `INVALID_SECRET_NAME` for any other name.
 */
export function secret(name: string): SecretRef {
  if (!SECRET_NAME.test(name)) {
    throw new K3stackError(
      'INVALID_SECRET_NAME',
      `secret name must be letters, digits and '-', starting with a letter, got ${JSON.stringify(name)}; write secret('velero-s3')`,
    );
  }
  return new SecretRef(name);
}

/**
 * The text that stands for a secret in a file.
 *
 * @param form `raw` as it is; `url` percent-encoded, for a password inside a URL.
 */
export function secretHole(ref: SecretRef, form: 'raw' | 'url' = 'raw'): string {
  return form === 'raw' ? `«secret:${ref.name}»` : `«secret:${ref.name}|${form}»`;
}

/** Names of the secrets whose holes stand in `text`, in order of appearance, each once. */
export function secretsIn(text: string): string[] {
  return [...new Set([...text.matchAll(SECRET_HOLE)].map((match) => match[1] as string))];
}

const SECRET_NAME = /^[A-Za-z][A-Za-z0-9-]*$/;
const SECRET_HOLE = /«secret:([A-Za-z][A-Za-z0-9-]*)(?:\|url)?»/g;

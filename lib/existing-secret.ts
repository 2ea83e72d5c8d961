import { refuseAsText } from './secret-as-text';

/** A key of a Kubernetes Secret that something else makes. Made by `SecretRef.existing`. */
export class ExistingSecret {
  readonly kind = 'existing';

  /** @internal use `SecretRef.existing` */
  constructor(
    /** Name of the Kubernetes Secret; it lies in the namespace of what uses it. */
    readonly name: string,
    readonly key: string,
  ) {}

  toString(): never {
    return refuseAsText(`SecretRef.existing({ name: '${this.name}', key: '${this.key}' })`);
  }

  toJSON(): never {
    return this.toString();
  }
}

import { App } from 'cdk8s';

/** The environments of the program that an environment belongs to. */
export interface Siblings {
  readonly names: readonly string[];
  build(name: string): Environment;
}

/** One environment: a cdk8s App of its own, with a name. */
export class Environment extends App {
  constructor(
    readonly name: string,
    /** @internal */
    readonly siblings?: Siblings,
  ) {
    super();
  }
}

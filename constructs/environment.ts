import { App } from 'cdk8s';

/** One environment: a cdk8s App of its own, with a name. */
export class Environment extends App {
  constructor(readonly name: string) {
    super();
  }
}

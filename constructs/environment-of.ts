import type { IConstruct } from 'constructs';

/** Name of the environment that a construct belongs to; `undefined` in a plain cdk8s program. */
export function environmentName({ node: { root } }: IConstruct): string | undefined {
  return 'name' in root && typeof root.name === 'string' ? root.name : undefined;
}

/** Whether it belongs to an environment that is called production: `prod`, `production`, `prod-eu`. */
export function isProduction(construct: IConstruct): boolean {
  return /^prod(uction)?([-_.]|$)/.test(environmentName(construct) ?? '');
}

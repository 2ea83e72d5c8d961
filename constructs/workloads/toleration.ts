import type { TaintEffect } from '../../lib/cluster/node';
import { object, oneOf, wholeNumber, type Shape } from '../../lib/rules/shape';
import { labelKey, labelValue } from './label-shape';

/** Lets pods onto nodes with a taint. */
export interface Toleration {
  readonly key: string;

  /** @default - any value */
  readonly value?: string;

  /** @default - any effect */
  readonly effect?: TaintEffect;

  /** How long pods stay after a taint of effect `NoExecute` appeared. @default - for ever */
  readonly tolerationSeconds?: number;
}

/** A toleration as a pod has it. */
export function tolerationOf({ key, value, effect, tolerationSeconds }: Toleration): object {
  return {
    key,
    operator: value === undefined ? 'Exists' : 'Equal',
    ...(value !== undefined && { value }),
    ...(effect !== undefined && { effect }),
    ...(tolerationSeconds !== undefined && { tolerationSeconds }),
  };
}

const form = object(
  {
    key: labelKey,
    value: labelValue,
    effect: oneOf('NoSchedule', 'PreferNoSchedule', 'NoExecute'),
    tolerationSeconds: wholeNumber(0, 2 ** 31 - 1),
  },
  'key',
);

/** Form of {@link Toleration}. */
export const tolerationShape: Shape = (value, at) => {
  const problems = form(value, at);
  const { effect, tolerationSeconds } = (problems.length > 0 ? {} : value) as Partial<Toleration>;
  if (tolerationSeconds === undefined || effect === 'NoExecute') return problems;
  const problem = 'means something for the effect NoExecute only';
  return [{ at: [...at, 'tolerationSeconds'], problem, fix: "write effect: 'NoExecute', or remove it" }];
};

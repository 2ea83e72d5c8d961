import { describeValue, type Shape } from '../../../lib/rules/shape';
import { isSecretSource } from '../../../lib/secret';

/** Form of a secret, with the name it could have in the configuration of a stack. Never repeats the value: it may be the secret itself. */
export function secretSourceShape(example: (property: string) => string = () => 'name'): Shape {
  return (value, at) => {
    if (isSecretSource(value)) return [];
    const property = at.at(-1) ?? 'value';
    const got = typeof value === 'string' ? 'text' : describeValue(value);
    const fix = `write ${property}: SecretRef.fromConfig('${example(property)}')`;
    return [{ at, problem: `must be a secret, got ${got}`, fix }];
  };
}

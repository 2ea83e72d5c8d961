import { fillHoles, type RunValues } from '../../lib/synthesis/fill';
import type { KubernetesSecret } from '../../lib/synthesis/synthesis';

/** A Kubernetes Secret with its values, in memory only. */
export interface PlainSecret {
  readonly namespace: string;
  readonly name: string;
  readonly data: Readonly<Record<string, string>>;
}

/** Puts the values in. */
export function plainSecret({ namespace, name, data }: KubernetesSecret, values: RunValues): PlainSecret {
  const filled = Object.entries(data).map(([key, text]) => [key, fillHoles(text, values)]);
  return { namespace, name, data: Object.fromEntries(filled) as Record<string, string> };
}

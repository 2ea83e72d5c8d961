import type { AgentOptions, ServerOptions } from './options';

/**
 * Options that the user wrote by their config.yaml key, later ones over earlier ones. Arguments of other programs (`kubelet-arg`, …) merge
 * by argument, anything else by option.
 */
export function mergeConfigs(...configs: readonly (ServerOptions | AgentOptions | undefined)[]): ServerOptions | AgentOptions {
  const merged: Record<string, unknown> = {};
  for (const config of configs) {
    if (!isMap(config)) continue;
    for (const [key, value] of Object.entries(config)) {
      const earlier = merged[key];
      if (value !== undefined) merged[key] = isMap(earlier) && isMap(value) ? { ...earlier, ...value } : value;
    }
  }
  return merged;
}

function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

import type { AgentOptions, ServerOptions } from './options';

/**
 * Options that the user wrote by their config.yaml key, later ones over earlier ones. Arguments of other programs (`kubelet-arg`, …) merge
 * by argument, anything else by option.
 */
export function mergeConfigs(
  ...configs: readonly (ServerOptions | AgentOptions | undefined)[]
): ServerOptions | AgentOptions {
  // A map, because an untyped program may have an option `__proto__`.
  const merged = new Map<string, unknown>();
  for (const config of configs) {
    if (!isMap(config)) continue;
    for (const [key, value] of Object.entries(config)) {
      const earlier = merged.get(key);
      if (value !== undefined)
        merged.set(key, isMap(earlier) && isMap(value) ? { ...earlier, ...value } : value);
    }
  }
  return Object.fromEntries(merged);
}

function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

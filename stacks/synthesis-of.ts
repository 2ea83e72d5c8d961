import { resolve } from 'node:path';
import { synthesisContext } from '../adapters/context';
import type { Environments } from '../constructs/environments';
import { synthesize } from '../constructs/synthesis/synthesize';
import type { Synthesis } from '../lib/synthesis/synthesis';

/**
 * One environment as plain data, which the components are made from.
 *
 * @param options.folder With `known_hosts` and the lock file. Default: the working directory, which for Pulumi is that of the program.
 * @throws K3stackError `UNKNOWN_ENVIRONMENT`, `INVALID_PROGRAM`.
 */
export function synthesisOf(
  environments: Environments,
  name: string,
  options: { readonly folder?: string } = {},
): Synthesis {
  return synthesize(environments.build(name), synthesisContext(resolve(options.folder ?? '.')));
}

import { join } from 'node:path';
import { goProgram, hasGo } from '../support/go-program';

/** Why the stand-in cannot be had; `undefined` when it can, or when another binary was given. */
export function whyNoStandIn(): string | undefined {
  if (process.env['K3STACK_LAB_K3S'] !== undefined || hasGo()) return undefined;
  return 'it needs go to build its stand-in for k3s, or K3STACK_LAB_K3S with the path of a real one';
}

/**
 * Path of the stand-in for the `k3s` binary, built when its sources changed: the first time some minutes.
 *
 * @throws Error when `go` is missing or the build fails.
 */
export function standIn(): string {
  return goProgram({
    title: 'the stand-in for k3s',
    sources: join(__dirname, 'k3s'),
    folder: 'stand-in',
    name: 'k3s',
  });
}

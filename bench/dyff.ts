import { resolve } from 'node:path';
import { goProgram, hasGo } from '../test/support/go-program';

/** The binary of dyff, of the version that `bench/dyff/go.mod` pins, built once; `undefined` where there is no Go to build it with. */
export function dyffBinary(): string | undefined {
  if (!hasGo()) return undefined;
  return goProgram({
    title: 'dyff',
    sources: resolve('bench/dyff'),
    folder: 'bench',
    name: 'dyff',
    package: 'github.com/homeport/dyff/cmd/dyff',
  });
}

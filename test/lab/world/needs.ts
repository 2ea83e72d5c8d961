import { test } from '@jest/globals';
import { hasEngine } from './choose-stack';
import { isRealK3s, missingReleases } from './releases';

/** A test that needs what only the stand-in has; on a real K3s it is skipped, and its name says why. */
export function standInTest(why: string): NamedTest {
  return isRealK3s() ? skipped(`not on a real K3s: ${why}`) : test;
}

/** A test that needs a further release; where no binary of one was given it is skipped, and its name says so. */
export function releaseTest(...needed: readonly ('patch' | 'minor' | 'skipping')[]): NamedTest {
  const missing = missingReleases().filter((name) => needed.includes(name));
  return missing.length === 0 ? test : skipped(`K3STACK_LAB_K3S has no release for: ${missing.join(', ')}`);
}

/** A test that needs the real engine; on the driver it is skipped, and its name says why. */
export function engineTest(why: string): NamedTest {
  return hasEngine() ? test : skipped(`not without pulumi and its plugins on PATH: ${why}`);
}

type NamedTest = (name: string, act: () => Promise<void> | void) => void;

function skipped(why: string): NamedTest {
  return (name, act) => test.skip(`${name} [${why}]`, act);
}

import type { ProjectKind, Starter } from './kinds';
import { DISPOSABLE } from './kinds/disposable';
import { EDGE } from './kinds/edge';
import { HOME_LAB } from './kinds/home-lab';
import { SMALL_TEAM } from './kinds/small-team';

/**
 * What a new project of a kind begins with.
 *
 * @param version K3s release, such as `v1.34.1+k3s1`.
 */
export function starterOf(kind: ProjectKind, version: string): Starter {
  const { program, ...starter } = STARTERS[kind];
  const texts = Object.entries(program).map(
    ([path, text]) => [path, text.replaceAll('K3S_RELEASE', version)] as const,
  );
  return { ...starter, program: Object.fromEntries(texts) };
}

const STARTERS: Readonly<Record<ProjectKind, Starter>> = {
  'home-lab': HOME_LAB,
  'small-team': SMALL_TEAM,
  edge: EDGE,
  disposable: DISPOSABLE,
};

import type { ProjectKind, Starter } from './kinds';
import { disposable } from './kinds/disposable';
import { edge } from './kinds/edge';
import { homeLab } from './kinds/home-lab';
import { smallTeam } from './kinds/small-team';

/**
 * What a new project of a kind begins with.
 *
 * @param version K3s release, such as `v1.34.1+k3s1`.
 */
export function starterOf(kind: ProjectKind, version: string): Starter {
  return STARTERS[kind](version);
}

const STARTERS: Readonly<Record<ProjectKind, (version: string) => Starter>> = {
  'home-lab': homeLab,
  'small-team': smallTeam,
  edge,
  disposable,
};

import type { Rendered, RenderedEnvironment, RenderedSynthesis } from '../../adapters/preview/rendered';
import type { ReportedEnvironment } from '../../lib/diff/build-report';
import type { HiddenValues } from '../../lib/diff/hidden-value';
import { synthesisSide } from '../../lib/diff/sides';
import type { KubernetesSchemas } from '../../lib/kubernetes/schema';
import { comparedEnvironment } from './compared-environment';

/** Every environment of either side, in the order of the head, then those that only the base has. */
export function renderedEnvironments(
  base: Rendered,
  head: Rendered,
  { hidden, schemas }: { readonly hidden: HiddenValues; readonly schemas: KubernetesSchemas },
): ReportedEnvironment[] {
  const names = [...new Set([...head.environments.keys(), ...base.environments.keys()])];
  return names.map((name) => {
    const [old, now] = [sideOf(base, name), sideOf(head, name)];
    if (now !== undefined && 'failed' in now) return { name, state: 'head-failed', problem: now.failed };
    const compared = comparedEnvironment(
      {
        name,
        ...(old && 'synthesis' in old && { before: synthesisSide(old.synthesis, hidden, old.origins) }),
        ...(now && { after: synthesisSide(now.synthesis, hidden, now.origins) }),
      },
      schemas,
    );
    const shown = { ...compared, origins: new Map([...originsOf(old), ...originsOf(now)]) };
    return old !== undefined && 'failed' in old
      ? { ...shown, state: 'base-failed', problem: old.failed }
      : shown;
  });
}

/** A side that failed as a whole failed for each environment. */
function sideOf({ failed, environments }: Rendered, name: string): RenderedEnvironment | undefined {
  return failed === undefined ? environments.get(name) : { failed };
}

function originsOf(side: RenderedEnvironment | undefined): RenderedSynthesis['origins'] {
  return side !== undefined && 'origins' in side ? side.origins : new Map();
}

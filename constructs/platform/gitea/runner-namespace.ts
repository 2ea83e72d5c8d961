import { Cluster } from '../../cluster/cluster';
import { Namespace } from '../../cluster/namespace';
import { addCheck } from '../../violations';
import type { Workload } from '../../workloads/workload';
import { levelViolations } from './gitea-rules';

/**
 * Where the runner is. Images cannot be built by a pod that Pod Security `baseline` lets in, and a level is of a whole namespace: so the runner has one for
 * itself, and Gitea stays in one where `restricted` is enforced.
 */
export function runnerNamespace(
  gitea: Workload,
  given: Namespace | undefined,
  buildsImages: boolean,
): Namespace {
  const scope = Cluster.tryOf(gitea) ?? gitea.node.root;
  const name = `${gitea.namespace}-runner`;
  const found = given ?? scope.node.tryFindChild(name);
  if (found instanceof Namespace) {
    if (buildsImages) addCheck(gitea, () => levelViolations(found));
    return found;
  }
  return new Namespace(scope, name, {
    podSecurity: buildsImages ? 'privileged' : 'restricted',
    allowFrom: [],
  });
}

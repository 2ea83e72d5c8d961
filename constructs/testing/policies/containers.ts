import { containersOf, dataIn, listIn, podOf, type PodContainer } from '../pods';
import { policy, type Policy, type PolicyFinding } from '../policy';

/** Images have a tag that does not move, or a digest. */
export const noLatestImage: Policy = containerPolicy('no-latest-image', ({ container, at }) => {
  const { image } = container;
  if (typeof image !== 'string' || image === '') {
    return [{ path: at('image'), problem: 'has no image', fix: 'write one with a tag or digest' }];
  }
  if (image.includes('@sha256:')) return [];
  const [, tag] = /:([^/:]+)$/.exec(image) ?? [];
  if (tag !== undefined && !MOVING.has(tag)) return [];
  const problem =
    tag === undefined ? `'${image}' has no tag, which means latest` : `'${image}' has a tag that moves`;
  return [{ path: at('image'), problem, fix: 'write the version as the tag, or a digest' }];
});

/** Every container has a memory limit. */
export const memoryLimits: Policy = containerPolicy('memory-limits', ({ container, at }) => {
  if (dataIn(container, 'resources', 'limits')['memory'] !== undefined) return [];
  const path = at('resources', 'limits', 'memory');
  return [{ path, problem: 'is missing: one leak takes the whole node', fix: "write such as '256Mi'" }];
});

/** Every container says how much CPU and memory it needs. */
export const resourceRequests: Policy = containerPolicy('resource-requests', ({ container, at }) =>
  ['cpu', 'memory']
    .filter((resource) =>
      ['requests', 'limits'].every((kind) => dataIn(container, 'resources', kind)[resource] === undefined),
    )
    .map((resource) => ({
      path: at('resources', 'requests', resource),
      problem: 'is missing: the scheduler takes it for nothing',
      fix: `write such as '${resource === 'cpu' ? '50m' : '64Mi'}'`,
    })),
);

/** What listens on a port and runs for ever has a readiness probe. */
export const probes: Policy = policy('probes', (object) => {
  const pod = podOf(object);
  if (pod === undefined || !pod.isService) return [];
  return containersOf(pod)
    .filter(({ container, isInit }) => !isInit && listIn(container, 'ports').length > 0)
    .filter(({ container }) => container['readinessProbe'] === undefined)
    .map(({ at }) => ({
      path: at('readinessProbe'),
      problem: 'is missing: requests come before the container can answer them',
      fix: "write such as { httpGet: { path: '/', port: 8080 } }",
    }));
});

/** No container writes to its root file system. */
export const readOnlyRoot: Policy = containerPolicy('read-only-root', ({ container, at }) => {
  if (dataIn(container, 'securityContext')['readOnlyRootFilesystem'] === true) return [];
  const path = at('securityContext', 'readOnlyRootFilesystem');
  return [{ path, problem: 'is not true', fix: 'write true, and mount an emptyDir where it has to write' }];
});

function containerPolicy(name: string, check: (container: PodContainer) => PolicyFinding[]): Policy {
  return policy(name, (object) => {
    const pod = podOf(object);
    return pod === undefined ? [] : containersOf(pod).flatMap(check);
  });
}

const MOVING = new Set(['latest', 'stable', 'main', 'master', 'edge', 'nightly', 'dev']);

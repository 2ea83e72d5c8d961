import { isPlainObject } from '../../../lib/plain-object';
import { containersOf, dataIn, listIn, podOf, type Pod, type PodContainer } from '../pods';
import { policy, type Policy, type PolicyFinding } from '../policy';

/** No pod gets at its node: not privileged, no namespaces, paths or ports of the host, no capabilities beyond those of any container. */
export const notPrivileged: Policy = policy('not-privileged', (object) => {
  const pod = podOf(object);
  if (pod === undefined) return [];
  return [...hostNamespaces(pod), ...hostPaths(pod), ...containersOf(pod).flatMap(privilegesOf)];
});

/** `hostNetwork`, `hostPID` and `hostIPC`. */
export function hostNamespaces(pod: Pod): PolicyFinding[] {
  return ['hostNetwork', 'hostPID', 'hostIPC']
    .filter((field) => pod.spec[field] === true)
    .map((field) => ({
      path: pod.at(field),
      problem: 'is true',
      fix: 'leave it out, or make an exception with its reason',
    }));
}

/** `privileged`, ports of the host, and capabilities that are added. */
export function privilegesOf({ container, at }: PodContainer): PolicyFinding[] {
  const context = dataIn(container, 'securityContext');
  const added = listIn(dataIn(context, 'capabilities'), 'add').filter((name) => name !== 'NET_BIND_SERVICE');
  const ports = listIn(container, 'ports');
  return [
    ...(context['privileged'] === true
      ? [
          {
            path: at('securityContext', 'privileged'),
            problem: 'is true',
            fix: 'leave it out, or make an exception with its reason',
          },
        ]
      : []),
    ...(added.length > 0
      ? [
          {
            path: at('securityContext', 'capabilities', 'add'),
            problem: `has ${added.join(', ')}`,
            fix: 'leave them out, or make an exception with its reason',
          },
        ]
      : []),
    ...ports.flatMap((port, index) =>
      isPlainObject(port) && typeof port['hostPort'] === 'number' && port['hostPort'] !== 0
        ? [{ path: at('ports', index, 'hostPort'), problem: `is ${port['hostPort']}`, fix: 'use a Service' }]
        : [],
    ),
  ];
}

function hostPaths(pod: Pod): PolicyFinding[] {
  return listIn(pod.spec, 'volumes').flatMap((volume, index) =>
    isPlainObject(volume) && volume['hostPath'] !== undefined
      ? [
          {
            path: pod.at('volumes', index, 'hostPath'),
            problem: `mounts ${String(dataIn(volume, 'hostPath')['path'])} of the node`,
            fix: 'use a PersistentVolumeClaim, or make an exception with its reason',
          },
        ]
      : [],
  );
}

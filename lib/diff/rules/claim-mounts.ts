import { at, mapsAt, plain } from './rule-text';
import { containersOf, type Workload } from './workload-pods';

/** Where a container of a pod has a claim. */
export interface ClaimMount {
  /** Name of the claim, or of the template of a StatefulSet that makes it. */
  readonly claim: string;
  readonly isTemplate: boolean;
  readonly container: string;

  /** Path of a file system or of a device. */
  readonly path: string;

  /** Which part of the claim. @default - all of it */
  readonly subPath?: string;
}

/** Claims that the containers of a workload mount. */
export function claimMountsOf(workload: Workload): readonly ClaimMount[] {
  const claims = claimsByVolume(workload);
  return containersOf(workload.spec).flatMap(({ name, container }) =>
    [...mapsAt(container, 'volumeMounts'), ...mapsAt(container, 'volumeDevices')].flatMap(
      (mount): ClaimMount[] => {
        const claim = claims.get(plain(mount['name'], ''));
        if (claim === undefined) return [];
        const subPath = mount['subPath'] ?? mount['subPathExpr'];
        return [
          {
            ...claim,
            container: name,
            path: plain(mount['mountPath'] ?? mount['devicePath'], '').replace(/(?<=.)\/+$/, ''),
            ...(typeof subPath === 'string' && subPath !== '' && { subPath }),
          },
        ];
      },
    ),
  );
}

/** What a container finds at a path: `claim data`, `emptyDir`, `nothing`. */
export function volumeAt(workload: Workload, container: string, path: string): string {
  const mount = containersOf(workload.spec)
    .filter(({ name }) => name === container)
    .flatMap((one) => mapsAt(one.container, 'volumeMounts'))
    .find(({ mountPath }) => plain(mountPath, '').replace(/(?<=.)\/+$/, '') === path);
  if (mount === undefined) return 'nothing';
  const name = plain(mount['name'], '');
  const claim = claimsByVolume(workload).get(name);
  if (claim !== undefined) return `claim ${claim.claim}`;
  const volume = mapsAt(workload.spec, 'volumes').find((one) => one['name'] === name) ?? {};
  return Object.keys(volume).find((key) => key !== 'name') ?? 'nothing';
}

type Claim = Pick<ClaimMount, 'claim' | 'isTemplate'>;

/** A template stands before a volume of the same name: https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/stateful-set-v1/ */
function claimsByVolume({ object, spec }: Workload): ReadonlyMap<string, Claim> {
  const volumes = mapsAt(spec, 'volumes').flatMap((volume): [string, Claim][] => {
    const claim = at(volume, 'persistentVolumeClaim', 'claimName');
    return typeof claim === 'string' ? [[plain(volume['name'], ''), { claim, isTemplate: false }]] : [];
  });
  const templates = mapsAt(object, 'spec', 'volumeClaimTemplates').map((template): [string, Claim] => {
    const claim = plain(at(template, 'metadata', 'name'), '');
    return [claim, { claim, isTemplate: true }];
  });
  return new Map([...volumes, ...templates]);
}

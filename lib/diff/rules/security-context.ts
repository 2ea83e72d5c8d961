import { recordOf } from '../../rules/object-needs-made';
import { at, fieldIn, textsAt } from './rule-text';
import type { Trait } from './pod-traits';
import { containersOf, type Container, type Workload } from './workload-pods';

/** A container with what its security settings come to. */
export interface SecuredContainer extends Container {
  readonly own: Readonly<Record<string, unknown>>;

  /** A setting of the container, else that of its pod: kubernetes/api@v0.36.3:core/v1/types.go, SecurityContext. */
  readonly setting: (key: string) => unknown;

  /** Where a setting of the container stands. */
  readonly field: (...rest: readonly string[]) => string;

  /** Capabilities without `CAP_`, in capitals. */
  readonly added: readonly string[];
  readonly dropped: readonly string[];
}

/** Every container of a pod with its security settings. */
export function securedContainers(workload: Workload): readonly SecuredContainer[] {
  const known = remembered.get(workload);
  if (known !== undefined) return known;
  const secured = secure(workload);
  remembered.set(workload, secured);
  return secured;
}

function secure({ spec, property }: Workload): readonly SecuredContainer[] {
  const pod = recordOf(spec['securityContext']);
  return containersOf(spec).map((container): SecuredContainer => {
    const own = recordOf(container.container['securityContext']);
    return {
      ...container,
      own,
      setting: (key) => own[key] ?? pod[key] ?? undefined,
      field: (...rest) =>
        fieldIn(property, container.list, { name: container.name }, 'securityContext', ...rest),
      added: textsAt(own, 'capabilities', 'add').map(capability),
      dropped: textsAt(own, 'capabilities', 'drop').map(capability),
    };
  });
}

/** A trait of one container. */
export function traitOf(
  container: SecuredContainer,
  trait: string,
  what: string,
  ...rest: readonly string[]
): Trait {
  return {
    trait,
    container: container.name,
    field: container.field(...rest),
    what: `container ${container.name}: ${what}`,
  };
}

/** Whether a container may do everything on its host. */
export function isPrivileged({ own, setting }: SecuredContainer): boolean {
  return own['privileged'] === true || at(setting('windowsOptions'), 'hostProcess') === true;
}

/** Type of a profile of seccomp or AppArmor; the annotation of AppArmor is read as well. */
export function profileOf(
  container: SecuredContainer,
  key: 'seccompProfile' | 'appArmorProfile',
): string | undefined {
  const type = at(container.setting(key), 'type');
  return typeof type === 'string' ? type : undefined;
}

function capability(name: string): string {
  return name.toUpperCase().replace(/^CAP_/, '');
}

const remembered = new WeakMap<Workload, readonly SecuredContainer[]>();

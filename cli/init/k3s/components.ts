import type { Expression } from '../../../lib/init/expression';
import type { ImportDraft } from './draft';

/** Components that K3s packages, as the program says them. */
export interface ComponentImport {
  /** `false` when CoreDNS is off. */
  readonly coreDns: false | undefined;

  /** Constructs inside the cluster: class to arguments after the scope. */
  readonly addOns: Readonly<Record<string, readonly Expression[]>>;
}

/** A component that is not switched off becomes a construct. */
export function importComponents(draft: ImportDraft): ComponentImport {
  const isOff = (option: 'disable-helm-controller' | 'disable-cloud-controller') =>
    draft.first.settings.get(option) === true;
  const off = new Set<string>(draft.agreed<readonly string[]>('disable') ?? []);
  const reasons: string[] = [];
  if (off.has('runtimes')) reasons.push('k3stack keeps the RuntimeClasses of `runtimes`, which run nothing');
  if (off.has('ccm'))
    reasons.push('`ccm` has no words in k3stack: `disable-cloud-controller` switches the controller off');
  const traefik = !off.has('traefik') && !isOff('disable-helm-controller');
  const serviceLb = !off.has('servicelb') && !isOff('disable-cloud-controller');
  if (!off.has('traefik') && !traefik)
    reasons.push('Traefik was never installed: disable-helm-controller is set');
  if (!off.has('servicelb') && !serviceLb)
    reasons.push('ServiceLB never ran: disable-cloud-controller is set');
  if (reasons.length > 0 && !draft.reasons.has('disable')) draft.reasons.set('disable', reasons.join('; '));
  return {
    coreDns: off.has('coredns') ? false : undefined,
    addOns: {
      ...(serviceLb && { ServiceLb: ['servicelb'] }),
      ...(traefik && { Traefik: serviceLb ? ['traefik'] : ['traefik', { exposure: 'loadbalancer' }] }),
      ...(!off.has('local-storage') && { LocalPathStorage: ['local-path'] }),
      ...(!off.has('metrics-server') && { MetricsServer: ['metrics-server'] }),
    },
  };
}

/** `secretsEncryption` of the cluster: K3s encrypts only when it is told to, k3stack unless it is told not to. */
export function encryptionProp(draft: ImportDraft): boolean | { readonly provider: string } {
  if (draft.agreed<boolean>('secrets-encryption') !== true) {
    draft.drop('secrets-encryption-provider', 'it has no effect without secrets-encryption');
    return false;
  }
  const provider = draft.agreed<string>('secrets-encryption-provider');
  return provider === undefined ? true : { provider };
}

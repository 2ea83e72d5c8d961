import type { ObjectChanged } from '../../object-change';
import type { RiskRule } from '../risk-rule';
import { immutableRule, VALIDATION } from './immutable-rule';
import { valueAt } from './touched-fields';

/** Services: their addresses. */
export const serviceRules: readonly RiskRule[] = [
  immutableRule({
    id: 'service-cluster-ip',
    kinds: ['Service'],
    title: 'A Service gets another cluster IP',
    reason:
      'The cluster IP of a Service stays for as long as it lives, and a Service cannot become headless or stop being so. What a manifest leaves out keeps the address that the Service has.',
    fix: 'Leave clusterIP out, or give the Service another name; delete it before this is applied where a moment without it is no harm.',
    source: `${VALIDATION}/core/validation/validation.go validateUpgradeDowngradeClusterIPs; pkg/registry/core/service/storage/storage.go patchAllocatedValues`,
    paths: [
      ['spec', 'clusterIP'],
      ['spec', 'clusterIPs'],
    ],
    unless: (_field, change) => isExternal(change) || !getsAnotherAddress(change),
  }),
  immutableRule({
    id: 'service-ip-family',
    kinds: ['Service'],
    title: 'The first IP family of a Service changes',
    reason:
      'A Service can get a second IP family and lose it again; the first one stays for as long as it lives.',
    fix: 'Keep the first family and add the other one after it, or give the Service another name.',
    source: `${VALIDATION}/core/validation/validation.go validateUpgradeDowngradeIPFamilies`,
    paths: [['spec', 'ipFamilies']],
    unless: (_field, change) => isExternal(change) || isHeadless(change) || !getsAnotherFamily(change),
  }),
  immutableRule({
    id: 'load-balancer-class',
    kinds: ['Service'],
    title: 'The load balancer class of a Service changes',
    reason: 'Who carries out a Service of type LoadBalancer is said once, when it is made.',
    fix: 'Make the Service of type ClusterIP first and give it the class in the next change, or give it another name.',
    source: `${VALIDATION}/core/validation/validation.go validateLoadBalancerClassField`,
    paths: [['spec', 'loadBalancerClass']],
    unless: (_field, { before, after }) => ![before, after].every(({ object }) => isLoadBalancer(object)),
  }),
  immutableRule({
    id: 'health-check-node-port',
    kinds: ['Service'],
    title: 'The health check port of a Service changes',
    reason:
      'The port at which nodes say whether they have a pod of the Service stays while its externalTrafficPolicy is Local.',
    fix: 'Leave healthCheckNodePort out: the Service keeps the one that it has.',
    source: `${VALIDATION}/core/validation/validation.go validateServiceExternalTrafficFieldsUpdate`,
    paths: [['spec', 'healthCheckNodePort']],
    unless: ({ after: port }, { before, after }) =>
      port === undefined || ![before, after].every(({ object }) => needsHealthCheck(object)),
  }),
];

function spec(object: unknown, field: string): unknown {
  return valueAt(object, ['spec', field]);
}

function isExternal({ before, after }: ObjectChanged): boolean {
  return [before, after].some(({ object }) => spec(object, 'type') === 'ExternalName');
}

function isHeadless({ before, after }: ObjectChanged): boolean {
  return [before, after].some(({ object }) => addresses(object)[0] === 'None');
}

function isLoadBalancer(object: unknown): boolean {
  return spec(object, 'type') === 'LoadBalancer';
}

function needsHealthCheck(object: unknown): boolean {
  return isLoadBalancer(object) && spec(object, 'externalTrafficPolicy') === 'Local';
}

/** `clusterIP` is the first of `clusterIPs`; either may be left out. */
function addresses(object: unknown): readonly unknown[] {
  const all = spec(object, 'clusterIPs');
  const first = spec(object, 'clusterIP');
  if (Array.isArray(all) && all.length > 0) return all;
  return first === undefined || first === '' ? [] : [first];
}

function getsAnotherAddress({ before, after }: ObjectChanged): boolean {
  const [old, now] = [addresses(before.object), addresses(after.object)];
  return now.some((address, index) => (index === 0 || index < old.length) && address !== old[index]);
}

function getsAnotherFamily({ before, after }: ObjectChanged): boolean {
  const [old, now] = [before, after].map(({ object }) => spec(object, 'ipFamilies'));
  if (!Array.isArray(old) || !Array.isArray(now)) return false;
  return now.some((family, index) => index < old.length && family !== old[index]);
}

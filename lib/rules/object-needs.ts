import type { KubernetesObject } from '../synthesis/synthesis';
import { GATEWAY_GROUP, ingressFindings, routeFindings, TRAEFIK_GROUP } from './object-needs-ingress';
import { listOf, recordOf, specOf } from './object-needs-made';
import { blocksAt, needRule, type Need, type Place } from './object-needs-place';
import { makesPods } from './object-pods';
import { claimFindings } from './object-needs-storage';
import { describeObject } from './object-set';
import type { Finding } from './rule';

type NeedFinding = Omit<Finding, 'path'>;

const needs: readonly Need[] = [
  {
    id: 'ingress-needs-controller',
    title: 'Every Ingress has a controller that serves its class',
    reason: 'The API server takes an Ingress of any class; nothing ever answers for it, and nothing says so.',
    source: 'https://kubernetes.io/docs/concepts/services-networking/ingress/; docs/add-ons.md',
    concerns: (group, kind) => kind === 'Ingress' && group === 'networking.k8s.io',
    check: ingressFindings,
  },
  {
    id: 'route-needs-traefik',
    title: 'Resources of Traefik and of the Gateway API come with Traefik',
    reason:
      'Without their definitions the API server refuses them, when half of the program is applied already.',
    source: 'https://docs.k3s.io/networking/networking-services#traefik-ingress-controller',
    concerns: (group) => group === TRAEFIK_GROUP || group === GATEWAY_GROUP,
    check: routeFindings,
  },
  {
    id: 'claim-needs-storage-class',
    title: 'Every claim names a storage class that the cluster has',
    reason: 'The claim stays Pending, and so does every pod that mounts it.',
    source: 'https://kubernetes.io/docs/concepts/storage/persistent-volumes/#class-1; docs/add-ons.md',
    concerns: (group, kind) => (kind === 'PersistentVolumeClaim' && group === '') || makesPods(group, kind),
    check: claimFindings,
  },
  {
    id: 'autoscaler-needs-metrics',
    title: 'An autoscaler on CPU or memory has metrics to read',
    reason: 'It reports FailedGetResourceMetric and never scales.',
    source: 'https://kubernetes.io/docs/tasks/run-application/horizontal-pod-autoscale/; docs/add-ons.md',
    concerns: (group, kind) => kind === 'HorizontalPodAutoscaler' && group === 'autoscaling',
    check: autoscalerFindings,
  },
  {
    id: 'service-needs-load-balancer',
    title: 'Services of type LoadBalancer get an address',
    reason: 'The address stays <pending>; only the port on the nodes answers.',
    source: 'https://docs.k3s.io/networking/networking-services#service-load-balancer',
    concerns: (group, kind) => kind === 'Service' && group === '',
    check: serviceFindings,
  },
  {
    id: 'policy-needs-enforcement',
    title: 'NetworkPolicy is enforced where it is written',
    reason: 'The API server takes the policy, and every packet still passes.',
    source: 'https://docs.k3s.io/networking/networking-services#network-policy-controller',
    concerns: (group, kind) => kind === 'NetworkPolicy' && group === 'networking.k8s.io',
    check: policyFindings,
  },
];

/** Rules about what objects need of their cluster beyond Kubernetes itself, which packaged components and add-ons bring. */
export const objectNeedRules = needs.map(needRule);

function autoscalerFindings(object: KubernetesObject, place: Place): NeedFinding[] {
  if (place.offers.metrics !== false || place.made.controllers.has('metrics')) return [];
  const metrics = listOf(specOf(object)['metrics']).map((metric) => recordOf(metric)['type']);
  const resource = metrics.filter((type) => type === 'Resource' || type === 'ContainerResource');
  if (metrics.length > 0 && resource.length === 0) return [];
  return [
    {
      property: 'spec.metrics',
      problem: `${describeObject(object)} scales by CPU or memory, which nothing in cluster ${place.cluster} measures`,
      fix: "write new MetricsServer(cluster, 'metrics-server')",
      // Metrics of other kinds still let it grow.
      ...(resource.length < metrics.length ? { blocks: 'nothing' as const } : blocksAt(place)),
    },
  ];
}

function serviceFindings(object: KubernetesObject, { offers, made, cluster }: Place): NeedFinding[] {
  const spec = specOf(object);
  if (spec['type'] !== 'LoadBalancer' || offers.loadBalancer !== false) return [];
  const isServed =
    made.controllers.has('loadBalancer') ||
    spec['loadBalancerClass'] !== undefined ||
    listOf(spec['externalIPs']).length > 0;
  if (isServed) return [];
  return [
    {
      property: 'spec.type',
      problem: `${describeObject(object)} is of type LoadBalancer, and nothing in cluster ${cluster} gives it an address`,
      fix: "write new ServiceLb(cluster, 'servicelb'), or type: 'NodePort'",
      blocks: 'nothing', // it is still reached inside the cluster and by its port on the nodes
    },
  ];
}

function policyFindings(object: KubernetesObject, { offers, made, cluster }: Place): NeedFinding[] {
  if (offers.networkPolicy !== false || made.controllers.has('networkPolicy')) return [];
  return [
    {
      property: 'kind',
      problem: `${describeObject(object)} is not enforced: cluster ${cluster} has networkPolicy: false`,
      fix: 'remove networkPolicy: false from Cni.flannel(…) of the cluster, or see that something else enforces it',
      blocks: 'nothing', // it may be meant for another environment, or enforced by something that is installed beside
    },
  ];
}

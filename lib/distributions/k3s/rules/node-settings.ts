import { isDnsSubdomain, isLabelKey } from '../../../cluster/names';
import { bytesOf, coresOf, isQuantity } from '../../../cluster/quantity';
import type { Finding } from '../../../rules/rule';
import type { K3sNode } from '../model';
import { k3sRule } from './k3s-rule';
import { isPlainPath } from './plain-path';
import { wholeNumberFindings } from './whole-number';
import { quoted } from './quoted';

/** Rules about what a node's kubelet, service and kernel are told. */
export const nodeSettingRules = [
  k3sRule({
    id: 'k3s-quantity',
    title: 'Amounts are Kubernetes quantities',
    reason: 'The kubelet stops over anything else.',
    source: 'https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/',
    check: ({ nodes }) => nodes.flatMap(quantityFindings),
  }),
  k3sRule({
    id: 'k3s-node-number',
    title: 'Numbers of a node lie in their range',
    reason: 'The kubelet stops, or K3s does.',
    source: 'https://kubernetes.io/docs/reference/config-api/kubelet-config.v1beta1/',
    check: ({ nodes }) => nodes.flatMap(numberFindings),
  }),
  k3sRule({
    id: 'k3s-data-dir',
    title: 'The data directory is a plain absolute path',
    reason: 'It stands in units and shell scripts, and K3s takes a relative one from wherever it is started.',
    source: 'https://docs.k3s.io/cli/server#data',
    check: ({ nodes }) =>
      nodes.flatMap(({ path, settings: { dataDir } }) =>
        dataDir === undefined || isPlainPath(dataDir)
          ? []
          : [
              {
                path,
                property: 'dataDir',
                problem: `must be an absolute path of letters, digits, '_', '.' and '-', two levels deep at least, got ${quoted(dataDir)}`,
                fix: "write dataDir: '/srv/k3s/data'",
              },
            ],
      ),
  }),
  k3sRule({
    id: 'k3s-kubelet-argument',
    title: 'The kubelet is told once',
    reason: 'A flag wins over the kubelet’s configuration file, which the property is written to.',
    source: 'https://kubernetes.io/docs/tasks/administer-cluster/kubelet-config-file/',
    check: ({ nodes }) => nodes.flatMap(argumentFindings),
  }),
  k3sRule({
    id: 'k3s-accelerator',
    title: 'Accelerators are extended resources',
    reason: 'Pods ask for them by this name, which needs a domain.',
    source:
      'https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/#extended-resources',
    check: ({ nodes }) => nodes.flatMap(acceleratorFindings),
  }),
];

function quantityFindings({
  path,
  settings: { reserved, ceiling, capacity, containerLog },
}: K3sNode): Finding[] {
  const amounts: [string, string | undefined, string][] = [
    ['reserved.cpu', reserved?.cpu, '250m'],
    ['reserved.memory', reserved?.memory, '256Mi'],
    ['ceiling.cpu', ceiling?.cpu, '1500m'],
    ['ceiling.memory', ceiling?.memory, '1Gi'],
    ['capacity.memory', capacity?.memory, '4Gi'],
    ['capacity.disk', capacity?.disk, '80Gi'],
    ['containerLog.maxSize', containerLog?.maxSize, '10Mi'],
  ];
  return amounts.flatMap(([property, amount, example]): Finding[] => {
    if (amount === undefined || isAmount(property, amount)) return [];
    const problem = `must be a Kubernetes quantity above zero${isQuantity(amount) ? ' that a machine can have' : ''}, got ${quoted(amount)}`;
    return [{ path, property, problem, fix: `write '${quantityLike(amount) ?? example}'` }];
  });
}

/** A quantity whose number can be written down in digits: an exponent makes infinity of any. */
function isAmount(property: string, amount: string): boolean {
  if (!isQuantity(amount)) return false;
  if (!property.endsWith('.cpu')) return bytesOf(amount) >= 1 && bytesOf(amount) <= Number.MAX_SAFE_INTEGER;
  return coresOf(amount) > 0 && coresOf(amount) <= MOST_CORES;
}

/** `512MB` and `2 GiB` are what people write. */
function quantityLike(amount: string): string | undefined {
  const [, number, unit] = /^\s*(\d+(?:\.\d+)?)\s*([KMGT])i?B\s*$/i.exec(amount) ?? [];
  return number === undefined || unit === undefined ? undefined : `${number}${unit.toUpperCase()}i`;
}

function numberFindings({ path, settings }: K3sNode): Finding[] {
  const { maxPods, logLevel, containerLog, capacity } = settings;
  const number = (property: string, value: number | undefined, bounds: [number, number], example: number) =>
    wholeNumberFindings({ path, property, value, least: bounds[0], most: bounds[1], example });
  const findings = [
    // A node has a /24 for pods, of which flannel takes the first and last addresses.
    ...number('maxPods', maxPods, [1, 250], 110),
    ...number('logLevel', logLevel, [0, 10], 0),
    ...number('containerLog.maxFiles', containerLog?.maxFiles, [2, 1000], 5),
  ];
  if (capacity?.cpu !== undefined && !(capacity.cpu > 0 && capacity.cpu <= MOST_CORES)) {
    findings.push({
      path,
      property: 'capacity.cpu',
      problem: `must be above zero and at most ${MOST_CORES}, got ${capacity.cpu}`,
      fix: 'write cpu: 4',
    });
  }
  return findings;
}

function argumentFindings({ path, settings, config }: K3sNode): Finding[] {
  const args: object = config['kubelet-arg'] ?? {};
  const { maxPods, reserved, containerLog } = settings;
  const twice: [string, string, unknown][] = [
    ['max-pods', 'maxPods', maxPods],
    ['system-reserved', 'reserved', reserved],
    ['container-log-max-size', 'containerLog.maxSize', containerLog?.maxSize],
    ['container-log-max-files', 'containerLog.maxFiles', containerLog?.maxFiles],
  ];
  return twice
    .filter(([argument, , value]) => value !== undefined && argument in args)
    .map(([argument, property]) => ({
      path,
      property: `config["kubelet-arg"]["${argument}"]`,
      problem: `says the same as ${property}, and wins over it`,
      fix: `remove it here, or remove ${property}`,
    }));
}

function acceleratorFindings({ path, settings: { accelerators = [] } }: K3sNode): Finding[] {
  return accelerators.flatMap(({ resource, runtimeClass, count }): Finding[] => {
    const findings = wholeNumberFindings({
      path,
      property: 'accelerators.count',
      value: count,
      least: 1,
      most: 10_000,
      example: 1,
    });
    if (!resource.includes('/') || !isLabelKey(resource) || /^([^/]*\.)?kubernetes\.io\//.test(resource)) {
      const problem = `must be a name with a domain in front, got ${quoted(resource)}`;
      findings.push({ path, property: 'accelerators', problem, fix: "write resource: 'nvidia.com/gpu'" });
    }
    if (runtimeClass !== undefined && !isDnsSubdomain(runtimeClass)) {
      const problem = `must be the name of a RuntimeClass, lower case letters, digits, '-' and '.', got ${quoted(runtimeClass)}`;
      const property = 'accelerators.runtimeClass';
      findings.push({ path, property, problem, fix: "write runtimeClass: 'nvidia'" });
    }
    return findings;
  });
}

/** More than any machine has. */
const MOST_CORES = 100_000;

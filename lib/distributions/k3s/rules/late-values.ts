import { lateValuesIn } from '../../../late';
import type { Finding } from '../../../rules/rule';
import type { Datastore } from '../datastore';
import type { K3sModel, K3sNode } from '../model';
import { k3sRule } from './k3s-rule';
import { quoted } from './quoted';

/**
 * Where late values cannot stand. Unlike other rules it looks at the model as the program made it, late values and all. Properties that are only
 * copied into files, such as addresses, take them.
 */
export const lateValueRule = k3sRule({
  id: 'k3s-late-value',
  title: 'What files are worked out from is known when they are written',
  reason:
    'A late value is filled into finished text; numbers, paths and networks made of its placeholder would be wrong.',
  source: 'docs/secrets-and-late-values.md',
  check: (model) => [
    ...lateFindings(model.path, clusterValues(model)),
    ...model.nodes.flatMap((node) => lateFindings(node.path, nodeValues(model, node))),
  ],
});

/** Property to a text, a list of them, or something else that holds no late value. */
type Values = Readonly<Record<string, unknown>>;

function lateFindings(path: string, values: Values): Finding[] {
  return Object.entries(values).flatMap(([property, value]) =>
    [value].flat().flatMap((text): Finding[] => {
      const [late] = typeof text === 'string' ? lateValuesIn(text) : [];
      if (late === undefined) return [];
      const problem = `is worked with before a run, so it cannot be the late value «${late.name}»`;
      return [{ path, property, problem, fix: `write the value itself, such as ${quoted(late.example)}` }];
    }),
  );
}

function clusterValues({ name, props, datastore }: K3sModel): Values {
  const { network, upgrade, airGap, downloadFrom, pools = {} } = props;
  const pooled = Object.entries(pools).map(([key, pool]) => [
    `pools[${JSON.stringify(key)}].maxUnavailable`,
    pool.maxUnavailable,
  ]);
  return {
    id: name,
    version: props.version,
    'network.cni.provider': network?.cni?.kind === 'none' ? network.cni.provider : undefined,
    'network.clusterCidr': network?.clusterCidr,
    'network.serviceCidr': network?.serviceCidr,
    'network.serviceNodePortRange': network?.serviceNodePortRange,
    'upgrade.maxUnavailable': upgrade?.maxUnavailable,
    'upgrade.gate': upgrade?.gate,
    'upgrade.after': upgrade?.after,
    'upgrade.soak': upgrade?.soak,
    downloadFrom,
    'airGap.archives': typeof airGap === 'object' ? airGap.archives : undefined,
    ...(Object.fromEntries(pooled) as Values),
    ...datastoreValues(datastore),
  };
}

/** Paths, and what is percent-encoded into a connection string. */
function datastoreValues(datastore: Datastore): Values {
  if (datastore.kind === 'sqlite') return {};
  if (datastore.kind === 'embedded-etcd') {
    const { snapshots, s3 } = datastore;
    return {
      'datastore.snapshots.dir': snapshots ? snapshots.dir : undefined,
      'datastore.s3.endpointCa': s3?.endpointCa,
    };
  }
  const { external } = datastore;
  if ('postgres' in external) {
    const { user, database } = external.postgres;
    return { 'datastore.postgres.user': user, 'datastore.postgres.database': database };
  }
  return 'mysql' in external ? { 'datastore.mysql.database': external.mysql.database } : {};
}

function nodeValues({ props }: K3sModel, { version, settings }: K3sNode): Values {
  const { reserved, ceiling, capacity, containerLog, accelerators = [], dataDir, hostname } = settings;
  return {
    version: version === props.version ? undefined : version,
    dataDir,
    hostname,
    'reserved.cpu': reserved?.cpu,
    'reserved.memory': reserved?.memory,
    'ceiling.cpu': ceiling?.cpu,
    'ceiling.memory': ceiling?.memory,
    'capacity.memory': capacity?.memory,
    'capacity.disk': capacity?.disk,
    'containerLog.maxSize': containerLog?.maxSize,
    'accelerators.resource': accelerators.map(({ resource }) => resource),
    'accelerators.runtimeClass': accelerators.map(({ runtimeClass }) => runtimeClass),
    'accelerators.label': accelerators.map(({ label }) => label),
  };
}

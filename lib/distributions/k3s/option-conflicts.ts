import { goBoolean } from './go-values';
import type { FormatProblem } from './option-format';
import { options, type OptionName } from './options';

/** A finding about options that do not fit together. */
export interface Conflict extends FormatProblem {
  /** The option to change. */
  readonly key: OptionName;

  /** Whether K3s stops, rather than doing less than what is written. */
  readonly stops: boolean;
}

type ValuesOf = (name: OptionName) => readonly string[];

/**
 * Options that contradict each other or do nothing together, where the options a user can set decide alone.
 *
 * @param valuesOf Text of every value given for an option; empty when it is not given.
 */
export function findConflicts(valuesOf: ValuesOf): Conflict[] {
  return [...agentlessConflicts(valuesOf), ...tlsConflicts(valuesOf('kube-apiserver-arg'))];
}

/**
 * The conflicts of {@link findConflicts} and those that need everything K3s gets, what k3stack sets included. What stops K3s
 * has the wording of `pkg/cli/server/server.go`.
 */
export function findAllConflicts(valuesOf: ValuesOf): Conflict[] {
  const isOn = (name: OptionName) => isTrue(valuesOf(name).at(-1));
  const isSet = (name: OptionName) => (valuesOf(name).at(-1) ?? '') !== '';
  const isChanged = (name: OptionName) => isSet(name) && valuesOf(name).at(-1) !== defaultOf(name);
  return [
    ...stoppingConflicts(isOn, isSet),
    ...snapshotConflicts(isOn, isSet, isChanged),
    ...findConflicts(valuesOf),
  ];
}

type Test = (name: OptionName) => boolean;

function stoppingConflicts(isOn: Test, isSet: Test): Conflict[] {
  return STOPPING.filter(({ when }) => when(isOn, isSet)).map(({ key, problem, fix }) => ({
    key,
    problem: `K3s stops: ${problem}`,
    fix,
    stops: true,
  }));
}

// K3s uses the Secret only while every other S3 setting has its default (pkg/etcd/s3/s3.go, retention excepted).
function snapshotConflicts(isOn: Test, isSet: Test, isChanged: Test): Conflict[] {
  const conflicts: Conflict[] = [];
  const s3 = S3_DETAILS.filter(isChanged);
  if (isSet('etcd-s3-config-secret') && s3.length > 0) {
    const problem = `etcd-s3-config-secret is ignored because ${s3.join(', ')} is set`;
    conflicts.push({
      key: 'etcd-s3-config-secret',
      problem,
      fix: `move ${s3.join(', ')} into the Secret`,
      stops: false,
    });
  }
  const unused = [...S3_DETAILS, 'etcd-s3-config-secret' as const].find(isSet);
  if (unused !== undefined && !isOn('etcd-s3')) {
    const problem = 'it has no effect without etcd-s3';
    conflicts.push({ key: unused, problem, fix: "set 'etcd-s3': true", stops: false });
  }
  if (isOn('etcd-disable-snapshots') && isOn('etcd-s3')) {
    const problem = 'nothing is copied to S3, because etcd-disable-snapshots is set';
    conflicts.push({ key: 'etcd-s3', problem, fix: 'remove one of the two', stops: false });
  }
  return conflicts;
}

function defaultOf(name: OptionName): string | undefined {
  const spec = options[name];
  return 'default' in spec ? String(spec.default) : undefined;
}

function isTrue(text: string | undefined): boolean {
  return text !== undefined && goBoolean(text) === true;
}

function agentlessConflicts(valuesOf: ValuesOf): Conflict[] {
  const mode = valuesOf('egress-selector-mode').at(-1) ?? 'agent';
  if (!isTrue(valuesOf('disable-agent').at(-1)) || mode === 'cluster' || mode === 'pod') return [];
  const problem = `webhooks and aggregated APIs fail on a server without agent in mode '${mode}'`;
  return [
    { key: 'disable-agent', problem, fix: "set 'egress-selector-mode' to 'cluster' or 'pod'", stops: false },
  ];
}

// K3s reads these two itself: without `=` it crashes (util.ArgValue), with a wrong value it stops.
function tlsConflicts(args: readonly string[]): Conflict[] {
  return args.flatMap((line): Conflict[] => {
    const [, name, value] = /^(?:--)?(tls-min-version|tls-cipher-suites)(?:=(.*))?$/s.exec(line) ?? [];
    if (name === undefined) return [];
    const accepted =
      name === 'tls-min-version' ? TLS_VERSIONS.test(value ?? '') : /^TLS_\w/.test(value ?? '');
    const example = name === 'tls-min-version' ? 'VersionTLS13' : 'TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384';
    const problem = `K3s stops: invalid ${name}`;
    return accepted
      ? []
      : [{ key: 'kube-apiserver-arg', problem, fix: `write '${name}': '${example}'`, stops: true }];
  });
}

const TLS_VERSIONS = /^VersionTLS1[0-3]$/;

const S3_DETAILS = [
  'etcd-s3-endpoint',
  'etcd-s3-endpoint-ca',
  'etcd-s3-skip-ssl-verify',
  'etcd-s3-access-key',
  'etcd-s3-secret-key',
  'etcd-s3-session-token',
  'etcd-s3-bucket',
  'etcd-s3-bucket-lookup-type',
  'etcd-s3-region',
  'etcd-s3-folder',
  'etcd-s3-proxy',
  'etcd-s3-insecure',
  'etcd-s3-timeout',
] as const satisfies readonly OptionName[];

const STOPPING: readonly (FormatProblem & { key: OptionName; when: (isOn: Test, isSet: Test) => boolean })[] =
  [
    {
      key: 'cluster-reset-restore-path',
      when: (isOn, isSet) => isSet('cluster-reset-restore-path') && !isOn('cluster-reset'),
      problem: '--cluster-reset required with --cluster-reset-restore-path',
      fix: 'remove cluster-reset-restore-path',
    },
    {
      key: 'cluster-reset',
      when: (isOn, isSet) => isOn('cluster-reset') && isSet('server'),
      problem: 'cannot perform cluster-reset while server URL is set',
      fix: 'remove server while the cluster is reset',
    },
    {
      key: 'disable-etcd',
      when: (isOn, isSet) => isOn('disable-etcd') && !isSet('server'),
      problem: '--server is required with --disable-etcd',
      fix: 'remove disable-etcd from the first server',
    },
    {
      key: 'disable-apiserver',
      when: (isOn, isSet) => isOn('disable-apiserver') && isSet('datastore-endpoint'),
      problem: 'cannot use --disable-apiserver with --datastore-endpoint',
      fix: 'remove disable-apiserver',
    },
    {
      key: 'disable-etcd',
      when: (isOn, isSet) => isOn('disable-etcd') && isSet('datastore-endpoint'),
      problem: 'cannot use --disable-etcd with --datastore-endpoint',
      fix: 'remove disable-etcd',
    },
  ];

import type { FormatProblem } from './option-format';
import { options, type OptionName } from './options';

/** A finding about options that do not fit together. */
export interface Conflict extends FormatProblem {
  /** The option to change. */
  readonly key: OptionName;

  /** Whether K3s stops, rather than doing less than what is written. */
  readonly stops: boolean;
}

/**
 * Options that contradict each other, as far as the options of one node alone decide. What stops K3s has the wording of
 * `pkg/cli/server/server.go`.
 *
 * @param valuesOf Text of every value given for an option; empty when it is not given.
 */
export function findConflicts(valuesOf: (name: OptionName) => readonly string[]): Conflict[] {
  const isOn = (name: OptionName) => /^(1|t|true)$/i.test(valuesOf(name).at(-1) ?? '');
  const isSet = (name: OptionName) => (valuesOf(name).at(-1) ?? '') !== '';
  return [
    ...stoppingConflicts(isOn, isSet),
    ...snapshotConflicts(isOn, isSet, (name) => isSet(name) && valuesOf(name).at(-1) !== defaultOf(name)),
    ...agentlessConflicts(isOn, valuesOf('egress-selector-mode').at(-1)),
    ...tlsConflicts(valuesOf('kube-apiserver-arg')),
  ];
}

type Test = (name: OptionName) => boolean;

function stoppingConflicts(isOn: Test, isSet: Test): Conflict[] {
  const rules: [OptionName, boolean, string, string][] = [
    [
      'cluster-reset-restore-path',
      isSet('cluster-reset-restore-path') && !isOn('cluster-reset'),
      'K3s stops: --cluster-reset required with --cluster-reset-restore-path',
      'remove cluster-reset-restore-path',
    ],
    [
      'cluster-reset',
      isOn('cluster-reset') && isSet('server'),
      'K3s stops: cannot perform cluster-reset while server URL is set',
      'remove server while the cluster is reset',
    ],
    [
      'disable-etcd',
      isOn('disable-etcd') && !isSet('server'),
      'K3s stops: --server is required with --disable-etcd',
      'remove disable-etcd from the first server',
    ],
    [
      'disable-apiserver',
      isOn('disable-apiserver') && isSet('datastore-endpoint'),
      'K3s stops: cannot use --disable-apiserver with --datastore-endpoint',
      'remove disable-apiserver',
    ],
    [
      'disable-etcd',
      isOn('disable-etcd') && isSet('datastore-endpoint'),
      'K3s stops: cannot use --disable-etcd with --datastore-endpoint',
      'remove disable-etcd',
    ],
  ];
  return rules
    .filter(([, broken]) => broken)
    .map(([key, , problem, fix]) => ({ key, problem, fix, stops: true }));
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

function agentlessConflicts(isOn: Test, mode = 'agent'): Conflict[] {
  if (!isOn('disable-agent') || mode === 'cluster' || mode === 'pod') return [];
  const problem = `webhooks and aggregated APIs fail on a server without agent in mode '${mode}'`;
  return [{ key: 'egress-selector-mode', problem, fix: "write 'cluster' or 'pod'", stops: false }];
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

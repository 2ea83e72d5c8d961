import type { HostSynthesis } from '../../synthesis/synthesis';

type Settings = HostSynthesis['settings'];

/** What was copied or kept for a restore and is not any more, in words. */
export function backupsLost(before: Settings, after: Settings): string[] {
  const bucket = typeof before['etcd-s3-bucket'] === 'string' ? ` to bucket ${before['etcd-s3-bucket']}` : '';
  return [
    ...(before['etcd-disable-snapshots'] !== true && after['etcd-disable-snapshots'] === true
      ? ['no snapshot of etcd is taken on a schedule any more']
      : []),
    ...(before['etcd-s3'] === true && after['etcd-s3'] !== true
      ? [`snapshots of etcd are not copied${bucket} any more`]
      : []),
  ];
}

/** Protections that a host had and has no more, in words. */
export function protectionsLost(before: Settings, after: Settings): string[] {
  return PROTECTIONS.filter(({ option, argument }) => {
    const [old, now] = [valueOf(before, option, argument), valueOf(after, option, argument)];
    return old !== undefined && old !== false && (now === undefined || now === false);
  }).map(({ words }) => words);
}

function valueOf(settings: Settings, option: string, argument?: string): unknown {
  const value = settings[option];
  if (argument === undefined) return value;
  return typeof value === 'object' && value !== null
    ? (value as Readonly<Record<string, unknown>>)[argument]
    : undefined;
}

/** What the hardening guide (docs.k3s.io/security/hardening-guide) has servers and nodes do. */
const PROTECTIONS: readonly {
  readonly option: string;
  readonly argument?: string;
  readonly words: string;
}[] = [
  {
    option: 'kube-apiserver-arg',
    argument: 'audit-log-path',
    words: 'requests to the API are not logged any more',
  },
  {
    option: 'kube-apiserver-arg',
    argument: 'admission-control-config-file',
    words:
      'the API server has no admission configuration any more: Pod Security and rate limits of it are off',
  },
  {
    option: 'protect-kernel-defaults',
    words: 'the kubelet starts whatever the settings of the kernel are',
  },
  { option: 'selinux', words: 'containers are not confined by SELinux any more' },
];

import { describeValue } from '../../../lib/rules/shape';
import { Cluster } from '../../cluster/cluster';
import type { Namespace } from '../../cluster/namespace';
import type { ConstructViolation } from '../../violations';
import type { Workload } from '../../workloads/workload';
import type { GiteaAdmin, GiteaProps, GiteaRunnerSettings } from './gitea-settings';

/** What the props of Gitea mean together. */
export function giteaViolations(workload: Workload, props: Partial<GiteaProps>): ConstructViolation[] {
  const { admin = {}, deployTo = [], runner = {} } = props;
  return [
    ...adminViolations(admin),
    ...(runner === false ? unusedViolations(props) : runnerViolations(runner)),
    ...deployTo.filter((each) => Cluster.tryOf(each) !== Cluster.tryOf(workload)).map(elsewhere),
  ];
}

/** A level of Pod Security that refuses the builder's pod. */
export function levelViolations({ name, object }: Namespace): ConstructViolation[] {
  const level = object?.metadata.getLabel('pod-security.kubernetes.io/enforce');
  if (level === undefined || level === 'privileged') return [];
  return [
    {
      rule: 'gitea-runner-namespace',
      property: 'runner.namespace',
      problem: `enforces '${level}', which refuses the pod that builds images: it makes user namespaces, and runs without seccomp and AppArmor profiles`,
      fix: `write podSecurity: 'privileged' for namespace ${name}, and keep everything else out of it`,
    },
  ];
}

function adminViolations({ user = 'owner', email }: GiteaAdmin): ConstructViolation[] {
  const rule = 'gitea-admin';
  const wrong: ConstructViolation[] = [];
  if (!/^[A-Za-z0-9](?:[._-]?[A-Za-z0-9])*$/.test(user) || user.length > 40)
    wrong.push({
      rule,
      property: 'admin.user',
      problem: `must be letters and digits with '.', '_' or '-' between them, at most 40, got ${describeValue(user)}`,
      fix: "write user: 'owner'",
    });
  else if (RESERVED.has(user.toLowerCase()))
    wrong.push({
      rule,
      property: 'admin.user',
      problem: `'${user}' is a part of Gitea's own addresses, and no account can have it`,
      fix: "write user: 'owner'",
    });
  if (email !== undefined && !/^[^\s@]+@[^\s@]+$/.test(email))
    wrong.push({
      rule,
      property: 'admin.email',
      problem: `must be an address, got ${describeValue(email)}`,
      fix: "write email: 'me@example.org'",
    });
  return wrong;
}

function runnerViolations({ labels, timeout = '1h' }: GiteaRunnerSettings): ConstructViolation[] {
  const rule = 'gitea-runner';
  const wrong = (labels ?? []).filter((label) => !/^[A-Za-z0-9][\w.-]*$/.test(label));
  return [
    ...wrong.map((label) => ({
      rule,
      property: 'runner.labels',
      problem: `must be words for 'runs-on' without a scheme, as all jobs run in the runner's container, got ${describeValue(label)}`,
      fix: "write labels: ['cluster']",
    })),
    ...(labels?.length === 0
      ? [
          {
            rule,
            property: 'runner.labels',
            problem: 'is empty, and no job would reach the runner',
            fix: "write labels: ['cluster']",
          },
        ]
      : []),
    ...(/^[1-9]\d*[smh]$/.test(timeout)
      ? []
      : [
          {
            rule,
            property: 'runner.timeout',
            problem: `must be a number with s, m or h, got ${describeValue(timeout)}`,
            fix: "write timeout: '90m'",
          },
        ]),
  ];
}

function unusedViolations({ registry, deployTo }: Partial<GiteaProps>): ConstructViolation[] {
  const given = Object.entries({ registry, deployTo }).filter(([, value]) => value !== undefined);
  return given.map(([property]) => ({
    rule: 'gitea-runner',
    property,
    problem: 'is what the runner uses, and runner is false',
    fix: `remove ${property}, or runner: false`,
  }));
}

function elsewhere({ name }: Namespace): ConstructViolation {
  return {
    rule: 'gitea-deploy',
    property: 'deployTo',
    problem: `names namespace ${name} of another cluster, whose API server the runner has no account of`,
    fix: 'name namespaces of this cluster; let Argo CD or Flux deploy to others',
  };
}

/** go-gitea/gitea@v1.26.4:models/user/user.go, reservedUsernames. */
const RESERVED = new Set(
  (
    'api metrics v2 assets attachments avatar avatars repo-avatars captcha login org repo user explore issues pulls milestones ' +
    'notifications ghost gitea-actions'
  ).split(' '),
);

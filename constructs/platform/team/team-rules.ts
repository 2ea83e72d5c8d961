import { isDnsLabel, isDnsSubdomain } from '../../../lib/cluster/names';
import { withExamples } from '../../../lib/late';
import { anyText, describeValue, flag, list, mapOf, object, oneOf, text } from '../../../lib/rules/shape';
import type { ConstructViolation } from '../../violations';
import type { TeamMembers, TeamProps } from './team-settings';

/** What is wrong with a team whose props have the right form. */
export function teamViolations(id: string, props: TeamProps): ConstructViolation[] {
  const { members, namespaces = {}, secrets = true, clusterRead = false, clusterAdmin } = props;
  return [
    ...(isDnsSubdomain(id)
      ? []
      : [misnamed('id', 'must be lower case letters, digits and -', id, "write 'shop'")]),
    ...memberViolations(members),
    ...Object.keys(namespaces)
      .filter((name) => !isDnsLabel(withExamples(name)))
      .map((name) =>
        misnamed('namespaces', 'has a key that cannot be a namespace', name, "write { shop: 'edit' }"),
      ),
    ...(Object.keys(namespaces).length > 0 || clusterRead || clusterAdmin !== undefined ? [] : [nothing()]),
    ...(clusterAdmin !== undefined && clusterAdmin.reason.trim().length < SHORTEST_REASON
      ? [
          misnamed(
            'clusterAdmin.reason',
            'must say why the team needs every right on the cluster',
            clusterAdmin.reason,
            "write such as reason: 'they run the cluster'",
          ),
        ]
      : []),
    ...(secrets ? [] : withoutSecrets(Object.entries(namespaces))),
  ];
}

function memberViolations({
  groups = [],
  users = [],
  serviceAccounts = [],
}: TeamMembers): ConstructViolation[] {
  const all = [
    ...groups.map((name, index) => ({ property: `members.groups[${index}]`, name })),
    ...users.map((name, index) => ({ property: `members.users[${index}]`, name })),
  ];
  return [
    ...(all.length + serviceAccounts.length > 0 ? [] : [nobody()]),
    ...all.flatMap(({ property, name }) => systemViolations(property, name)),
    ...serviceAccounts.flatMap(({ namespace, name }, index) =>
      isDnsLabel(withExamples(namespace)) && isDnsSubdomain(withExamples(name))
        ? []
        : [
            misnamed(
              `members.serviceAccounts[${index}]`,
              'must be the namespace and name of a service account',
              `${namespace}/${name}`,
              "write { namespace: 'ci', name: 'deployer' }",
            ),
          ],
    ),
  ];
}

/** Names that Kubernetes gives itself: all who are logged in, all who are not, or who is above all rules. */
function systemViolations(property: string, name: string): ConstructViolation[] {
  const isSystem = name.startsWith('system:') && !/^system:serviceaccounts:[a-z0-9-]+$/.test(name);
  if (!isSystem) return [];
  return [
    misnamed(
      property,
      'is a name of Kubernetes itself, which stands for more than a team',
      name,
      'write a group or user of your own',
    ),
  ];
}

/** `admin` may make Roles and bind them to itself, so that leaving Secrets out of it would change nothing. */
function withoutSecrets(namespaces: readonly (readonly [string, string])[]): ConstructViolation[] {
  return namespaces
    .filter(([, role]) => role === 'admin')
    .map(([name]) => ({
      rule: 'team',
      property: `namespaces.${name}`,
      problem: "is 'admin', which reads Secrets, and the team has secrets: false",
      fix: `write ${/^\w+$/.test(name) ? name : `'${name}'`}: 'edit'`,
    }));
}

function nobody(): ConstructViolation {
  return {
    rule: 'team',
    property: 'members',
    problem: 'names nobody',
    fix: "write members: { groups: ['shop'] }",
  };
}

function nothing(): ConstructViolation {
  return {
    rule: 'team',
    property: 'namespaces',
    problem: 'gives no right anywhere',
    fix: "write namespaces: { shop: 'edit' }",
  };
}

function misnamed(property: string, must: string, got: string, fix: string): ConstructViolation {
  return { rule: 'team', property, problem: `${must}, got ${describeValue(got)}`, fix };
}

/** Shorter than any reason. */
const SHORTEST_REASON = 8;

/** Form of the props, for programs without types. */
export const teamShape = object(
  {
    members: object({
      groups: list(text),
      users: list(text),
      serviceAccounts: list(object({ namespace: text, name: text }, 'namespace', 'name')),
    }),
    namespaces: mapOf(oneOf('view', 'edit', 'admin')),
    secrets: flag,
    clusterRead: flag,
    clusterAdmin: object({ reason: anyText }, 'reason'),
  },
  'members',
);

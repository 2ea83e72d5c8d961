import { k3sRules } from '../distributions/k3s/rules';
import { hostSetRuleTable } from '../hosts/host-set-rules';
import { hostRules } from '../hosts/rules';
import { objectNeedRules } from '../rules/object-needs';
import { placementRules } from '../rules/object-placement-rules';
import { quotaRules } from '../rules/object-quota';
import { routeRules } from '../rules/object-routes';
import { imageRules } from '../rules/object-images';
import { issuerRules } from '../rules/object-issuers';
import { nodePortRules } from '../rules/object-node-ports';
import { objectRules } from '../rules/object-rules';
import { transitionRuleTable } from '../rules/transition-rules';

/** The page `docs/rules.md`, made of the tables of rules. */
export function ruleReference(): string {
  const sections = [
    section('One K3s cluster', 'Checked by every command that reads a program.', k3sRules, 'synthesis'),
    section(
      'All objects of an environment',
      'Checked with the rules above.',
      [...objectRules, ...routeRules, ...quotaRules, ...nodePortRules],
      'synthesis',
    ),
    section(
      'What objects need of their cluster',
      'Checked with the rules above, as far as the program says what the cluster has; of an existing cluster it says nothing of the nodes.',
      [...objectNeedRules, ...placementRules, ...imageRules, ...issuerRules],
      'synthesis, or nothing',
    ),
    section(
      'From one state to the next',
      'Checked by `k3stack plan --against`, for an environment that was synthesized before.',
      transitionRuleTable,
      'hosts',
    ),
    section(
      'What a host reports',
      'Asked of each host before anything on it is changed, and by `k3stack check`.',
      [...hostRules, ...hostSetRuleTable],
      'hosts',
    ),
  ];
  return [INTRODUCTION, ...sections].join('\n');
}

/** What of a rule stands on the page. */
interface DocumentedRule {
  readonly id: string;
  readonly title: string;
  readonly reason: string;
  readonly source: string;
}

type Blocks = 'synthesis' | 'hosts' | 'nothing' | 'synthesis, or nothing' | 'hosts, or nothing';

function section(title: string, when: string, rules: readonly DocumentedRule[], blocks: Blocks): string {
  const rows = rules.map((rule) => row(rule, EXCEPTIONS[rule.id] ?? blocks));
  return `## ${title}\n\n${when}\n\n| Rule | Blocks | Why | Source |\n|---|---|---|---|\n${rows.join('\n')}\n`;
}

function row({ id, title, reason, source }: DocumentedRule, blocks: Blocks): string {
  return `| \`${id}\`<br>${cell(title)} | ${blocks} | ${cell(reason)} | ${cell(source)} |`;
}

/** Text as Markdown shows it. */
function cell(text: string): string {
  return text.replace(/[|<*]/g, '\\$&');
}

/** What does not block as the others of its section do. */
const EXCEPTIONS: Readonly<Record<string, Blocks>> = {
  'policy-needs-enforcement': 'nothing',
  'requests-fit-cluster': 'nothing',
  'route-needs-traefik': 'nothing',
  'service-needs-load-balancer': 'nothing',
  'k3s-agent-skew': 'synthesis, or nothing',
  'k3s-etcd-count': 'nothing',
  'k3s-option': 'synthesis, or nothing',
  'k3s-snapshot-s3': 'synthesis, or nothing',
  'agent-token-secret-changed': 'nothing',
  'auto-deploy-removed': 'nothing',
  'cluster-removed': 'nothing',
  'coordinator-removed': 'nothing',
  'datastore-changed': 'hosts, or nothing',
  'etcd-even-members': 'nothing',
  'etcd-replace-order': 'nothing',
  'flannel-backend-changed': 'hosts, or nothing',
  'k3s-downgrade': 'hosts, or nothing',
  'must-match-changed': 'hosts, or nothing',
  'pool-changed': 'nothing',
  'registration-address-changed': 'nothing',
  'secrets-encryption-changed': 'hosts, or nothing',
  'host-cpu': 'nothing',
  'host-memory': 'hosts, or nothing',
  'host-hostname': 'nothing',
  'host-swap': 'nothing',
  'host-tools': 'hosts, or nothing',
  'host-time-sync': 'nothing',
  'host-volume-tools': 'nothing',
  'host-proxy': 'nothing',
};

const INTRODUCTION = `# Rules

<!-- Made by scripts/update-rule-reference.ts from the tables of rules; do not edit. -->

Every rule by the id that a problem ends with. How to read a problem: [rules and errors](rules-and-errors.md).

| blocks | |
|---|---|
| synthesis | nothing of the environment is written |
| hosts | a warning at synthesis, a blocker in the plan: hosts should not be touched until it is mended |
| nothing | a warning only |
| …, or nothing | as grave as the case is: the problem says which |

Not in these tables: constructs check their own properties, each by a rule with its name such as \`traefik-middleware\`; every object is held
against the schema of its Kubernetes version (\`unknown-field\`, \`wrong-type\`, \`missing-field\`, \`invalid-value\`, \`removed-api-version\`,
\`unknown-kind\`, \`unknown-custom-resource\`); and what lies beside the program is compared (\`host-key\`, \`artifact-checksum\`, \`release-proof\`).
\`k3s-option\` reports under a more exact id: \`k3s-option-unknown\`, \`-role\`, \`-managed\`, \`-version\`, \`-type\`, \`-deprecated\`, \`-conflict\`.
`;

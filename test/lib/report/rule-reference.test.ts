import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { k3sRules } from '../../../lib/distributions/k3s/rules';
import { hostSetRuleTable } from '../../../lib/hosts/host-set-rules';
import { hostRules } from '../../../lib/hosts/rules';
import { ruleReference } from '../../../lib/report/rule-reference';
import { imageRules } from '../../../lib/rules/object-images';
import { issuerRules } from '../../../lib/rules/object-issuers';
import { objectNeedRules } from '../../../lib/rules/object-needs';
import { nodePortRules } from '../../../lib/rules/object-node-ports';
import { placementRules } from '../../../lib/rules/object-placement-rules';
import { quotaRules } from '../../../lib/rules/object-quota';
import { routeRules } from '../../../lib/rules/object-routes';
import { objectRules } from '../../../lib/rules/object-rules';
import { transitionRuleTable } from '../../../lib/rules/transition-rules';
import { clusterFactCases } from '../rules/transition-cases/cluster-facts';
import { identityCases } from '../rules/transition-cases/identity';
import { membershipCases } from '../rules/transition-cases/membership';
import { settingsCases } from '../rules/transition-cases/settings';
import { versionCases } from '../rules/transition-cases/versions';

test('docs/rules.md is what the tables give; write it with `npx jiti scripts/update-rule-reference.ts`', () => {
  expect(readFileSync('docs/rules.md', 'utf8')).toBe(ruleReference());
});

/** What the page says a rule blocks, by its id. */
const blocks = new Map(
  [...ruleReference().matchAll(/^\| `([a-z0-9-]+)`<br>.*? \| ([a-z, ]+) \| /gm)].map(
    ([, id = '', what = '']) => [id, what],
  ),
);

test('the page has a row for every rule', () => {
  const rules = [
    ...k3sRules,
    ...objectRules,
    ...routeRules,
    ...quotaRules,
    ...nodePortRules,
    ...objectNeedRules,
    ...placementRules,
    ...imageRules,
    ...issuerRules,
    ...transitionRuleTable,
    ...hostRules,
    ...hostSetRuleTable,
  ];
  expect([...blocks.keys()]).toEqual(rules.map(({ id }) => id));
});

test('rules about a change block what their cases say', () => {
  const cases = [
    ...identityCases,
    ...membershipCases,
    ...versionCases,
    ...clusterFactCases,
    ...settingsCases,
  ];
  const found = transitionRuleTable.map(({ id }) => {
    const hits = new Set(cases.flatMap(({ rule, hit }) => (rule === id && hit ? [hit.blocks] : [])));
    const parts = [...(hits.has('provision') ? ['hosts'] : []), ...(hits.has('nothing') ? ['nothing'] : [])];
    return [id, parts.join(', or ')];
  });
  expect(transitionRuleTable.map(({ id }) => [id, blocks.get(id)])).toEqual(found);
});

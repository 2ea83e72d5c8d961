import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { riskRules } from '../../../lib/diff/rules/risk-rules';
import { riskReference } from '../../../lib/report/risk-reference';

test('docs/risks.md is what the table gives; write it with `npx jiti scripts/update-risks.ts`', () => {
  expect(readFileSync('docs/risks.md', 'utf8')).toBe(riskReference());
});

test('the page has a section of its own for every rule', () => {
  const sections = [...riskReference().matchAll(/^### (.+)$/gm)].map(([, id]) => id);
  expect([...sections].sort()).toEqual(riskRules.map(({ id }) => id).sort());
  expect(new Set(sections).size).toBe(sections.length);
});

test('each rule says in sentences why, what happens and what to do', () => {
  for (const { id, title, reason, onApply, fix } of riskRules) {
    expect([id, title]).toEqual([id, expect.stringMatching(/^[A-Z].*[^.]$/s)]);
    for (const sentence of [reason, onApply, fix])
      expect([id, sentence]).toEqual([id, expect.stringMatching(/^.{8,}[.*`…]$/s)]);
  }
});

import { cautionRules } from '../../../../lib/diff/rules/caution-rules';
import { cautionFixtures } from '../../../support/risk-fixtures/caution-fixtures';
import { testRules } from '../../../support/risk-fixtures/rated-rules';

// Warnings of a synthesis decide on this one: pods-without-node.test.ts.
const OF_A_SYNTHESIS = ['pods-without-node'];

testRules(
  cautionRules.filter(({ id }) => !OF_A_SYNTHESIS.includes(id)),
  cautionFixtures,
);

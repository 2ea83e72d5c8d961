import { highRules } from '../../../../lib/diff/rules/high-rules';
import { highFixtures } from '../../../support/risk-fixtures/high-fixtures';
import { testRules } from '../../../support/risk-fixtures/rated-rules';

testRules(highRules, highFixtures);

// Writes docs/rules.md: npx jiti scripts/update-rule-reference.ts
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ruleReference } from '../lib/report/rule-reference';

writeFileSync(join(__dirname, '../docs/rules.md'), ruleReference());

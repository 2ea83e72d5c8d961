// Writes docs/risks.md: npx jiti scripts/update-risks.ts
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { riskReference } from '../lib/report/risk-reference';

writeFileSync(join(__dirname, '../docs/risks.md'), riskReference());

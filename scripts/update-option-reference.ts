// Writes docs/k3s-options.md: npx jiti scripts/update-option-reference.ts
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { optionReference } from '../lib/distributions/k3s/reference';

writeFileSync(join(__dirname, '../docs/k3s-options.md'), optionReference());

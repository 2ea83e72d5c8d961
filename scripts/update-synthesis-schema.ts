// Writes docs/schemas/synthesis.v1.schema.json: npx jiti scripts/update-synthesis-schema.ts
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { synthesisSchemaText } from '../lib/synthesis/synthesis-schema';

writeFileSync(join(__dirname, '../docs/schemas/synthesis.v1.schema.json'), synthesisSchemaText());

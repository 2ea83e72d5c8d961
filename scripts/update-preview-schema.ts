// Writes docs/schemas/preview.v1.schema.json: npx jiti scripts/update-preview-schema.ts
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { previewSchemaText } from '../lib/report/preview/preview-schema';

writeFileSync(join(__dirname, '../docs/schemas/preview.v1.schema.json'), previewSchemaText());

// Writes lib/report/preview/html/page.ts, the script and the style of the page of a preview: npx jiti scripts/update-preview-page.ts
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { previewPageText } from './preview-page';

writeFileSync(
  join(__dirname, '../lib/report/preview/html/page.ts'),
  previewPageText(join(__dirname, '../pages/preview')),
);

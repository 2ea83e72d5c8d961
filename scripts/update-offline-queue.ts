// Writes lib/workloads/offline-queue/program.ts, the program of EdgeApp as pods run it: npx jiti scripts/update-offline-queue.ts
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { offlineQueueProgramText } from './offline-queue-program';

writeFileSync(
  join(__dirname, '../lib/workloads/offline-queue/program.ts'),
  offlineQueueProgramText(join(__dirname, '../programs/offline-queue')),
);

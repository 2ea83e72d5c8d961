import { report } from './budget';
import { benchClusters } from './clusters';
import { benchColdStart } from './cold-start';
import { benchDiff } from './diff';
import { benchLoad } from './load';
import { benchPreview } from './preview';
import { benchSynth } from './synth';

/** Every budget, measured against the peers in the same run; exits 1 when one is broken. */
const kept = [
  ...benchSynth(),
  ...benchClusters(),
  ...benchColdStart(),
  ...benchLoad(),
  ...benchPreview(),
  ...benchDiff(),
].map(report);
process.stdout.write(`${kept.filter(Boolean).length} of ${kept.length} budgets kept\n`);
process.exitCode = kept.every(Boolean) ? 0 : 1;

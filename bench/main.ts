import { report } from './budget';
import { benchColdStart } from './cold-start';
import { benchSynth } from './synth';

/** Every budget, measured against the peers in the same run; exits 1 when one is broken. */
const kept = [...benchSynth(), ...benchColdStart()].map(report);
process.stdout.write(`${kept.filter(Boolean).length} of ${kept.length} budgets kept\n`);
process.exitCode = kept.every(Boolean) ? 0 : 1;

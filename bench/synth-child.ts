import { App } from 'cdk8s';
import { Dist } from '../adapters/dist';
import { loadSchemas } from '../adapters/schemas';
import { Environment } from '../constructs/environment';
import { synthesize } from '../constructs/synthesis/synthesize';
import { distFiles } from '../lib/synthesis/dist-files';
import { addCharts } from './charts';
import { addPresets } from './presets';

/** One measured synthesis, in a process of its own: `synth-child stock|ours charts|presets COUNT FOLDER`; prints CPU seconds and peak memory as JSON. */
const [kind, tree, count, folder] = process.argv.slice(2) as [
  'stock' | 'ours',
  'charts' | 'presets',
  string,
  string,
];
const addTo = { charts: addCharts, presets: addPresets }[tree];

const synthesizers = {
  stock: (): (() => void) => {
    const app = new App({ outdir: folder });
    addTo(app, Number(count));
    return () => app.synth();
  },
  ours: (): (() => void) => {
    const environment = new Environment('bench');
    addTo(environment, Number(count));
    return () => {
      const context = { schemas: loadSchemas(), checksum: () => undefined, hostKey: () => undefined };
      const dist = new Dist(folder);
      dist.open();
      dist.write('bench', distFiles(synthesize(environment, context)));
    };
  },
};

const synth = synthesizers[kind]();
const before = process.cpuUsage();
synth();
const { user, system } = process.cpuUsage(before);
const { maxRSS } = process.resourceUsage();
process.stdout.write(JSON.stringify({ cpu: (user + system) / 1e6, mebibytes: maxRSS / 1024 }));

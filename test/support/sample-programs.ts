import * as cdk8s from 'cdk8s';
import * as cdk8sPlus from 'cdk8s-plus-28';
import * as constructs from 'constructs';
import ts from 'typescript';
import * as testing from '../../adapters/testing';
import * as k3stack from '../../constructs';
import type { Fence } from './markdown';

/**
 * A sample with an `import` is a whole program. Any other one is taken as the inside of a function that has an environment, a cluster and a
 * namespace, with everything imported.
 */
export function wrapped({ code }: Fence): { text: string; offset: number } {
  if (/^import /m.test(code)) return { text: code, offset: 0 };
  const head = [
    "import * as k3stack from 'k3stack';",
    "import { k8s } from 'cdk8s-plus-28';",
    "import { ApiObject, App, Chart, Include } from 'cdk8s';",
    "import { Construct } from 'constructs';",
    `const { ${EXPORTED.join(', ')} } = k3stack;`,
    'export function sample(env: k3stack.Environment, cluster: k3stack.K3sCluster, namespace: k3stack.Namespace): void {',
    '{',
  ];
  return { text: [...head, code, '}', '}'].join('\n'), offset: head.length };
}

/** Everything that `import … from 'k3stack'` gives at run time. */
const EXPORTED = Object.keys(k3stack);

/** Every environment that a sample describes, built. */
export function environmentsOf(sample: Fence): k3stack.Environment[] {
  const { outputText } = ts.transpileModule(wrapped(sample).text, {
    compilerOptions: {
      module: ts.ModuleKind.CommonJS,
      target: ts.ScriptTarget.ES2022,
      esModuleInterop: true,
    },
  });
  const module = { exports: {} as { default?: k3stack.Environments; sample?: Sample } };
  // eslint-disable-next-line @typescript-eslint/no-implied-eval -- the samples are this repository's own
  const evaluate = new Function('module', 'exports', 'require', outputText) as Evaluate;
  evaluate(module, module.exports, (name) => IMPORTS[name]);
  const { default: program, sample: inside } = module.exports;
  if (program !== undefined) return program.names.map((name) => program.build(name));
  if (inside === undefined) return [];
  const [own, around] = [new k3stack.Environment('production'), new k3stack.Environment('production')];
  const cluster = new k3stack.K3sCluster(around, 'k3s', {
    version: 'v1.34.1+k3s1',
    servers: { alfa: { nodeIp: '10.0.1.11' } },
    agents: { delta: { nodeIp: '10.0.1.14' } },
  });
  inside(own, cluster, new k3stack.Namespace(cluster, 'sample'));
  return [own, around];
}

/** What samples import. */
const IMPORTS: Readonly<Record<string, object>> = {
  k3stack,
  'k3stack/testing': testing,
  cdk8s,
  'cdk8s-plus-28': cdk8sPlus,
  constructs,
  'node:test': { test: (_: string, body: () => void) => body() },
};

type Sample = (env: k3stack.Environment, cluster: k3stack.K3sCluster, namespace: k3stack.Namespace) => void;
type Evaluate = (module: object, exports: object, require: (name: string) => unknown) => void;

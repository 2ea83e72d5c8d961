import type { Graph, Step, StepKind, StepScript } from './graph';
import { disruption } from './host-schema';
import { list, name, oneOf, shape, text, texts, type JsonSchema } from './json-schema';

/** Every kind of step once; the compiler refuses the list when one is missing. */
const KINDS: Readonly<Record<StepKind, true>> = {
  prepare: true,
  bootstrap: true,
  credentials: true,
  retire: true,
  run: true,
  join: true,
  gate: true,
  roll: true,
  nodes: true,
  kubeconfig: true,
  workloads: true,
};

const wave: JsonSchema = { type: 'integer', minimum: 1 };

const script: JsonSchema = shape<StepScript>(
  { on: name, deadline: { type: 'integer', minimum: 1 }, values: texts, records: list(list(text)) },
  {},
);

const step: JsonSchema = shape<Step>(
  {
    id: name,
    kind: oneOf(...Object.keys(KINDS)),
    cluster: name,
    after: list(name),
    summary: name,
    checks: list(text),
    onChange: disruption,
  },
  { host: name, wave, script },
);

/** Order of work. */
export const graphSchema: JsonSchema = shape<Graph>(
  {
    steps: list(step),
    waves: list(shape<Graph['waves'][number]>({ cluster: name, pool: name, wave, hosts: list(name) }, {})),
  },
  {},
);

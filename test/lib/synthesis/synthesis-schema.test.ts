import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import Ajv2020 from 'ajv/dist/2020';
import { synthesisSchema, synthesisSchemaText } from '../../../lib/synthesis/synthesis-schema';
import type { Synthesis } from '../../../lib/synthesis/synthesis';
import { server, servers, type k3sModel } from '../../support/k3s-model';
import { k3sSynthesis } from '../../support/k3s-synthesis';
import { synthesisOf } from '../../support/synthesis-fixture';

const valid = new Ajv2020({ strict: true, allErrors: true }).compile(synthesisSchema);

/** What a synthesis in JSON breaks, one line each. */
function problems(synthesis: unknown): string[] {
  valid(JSON.parse(JSON.stringify(synthesis)));
  return (valid.errors ?? []).map(
    ({ instancePath, message, params }) => `${instancePath} ${message ?? ''} ${JSON.stringify(params)}`,
  );
}

test('docs/schemas/synthesis.v1.schema.json is what the types give; write it with `npx jiti scripts/update-synthesis-schema.ts`', () => {
  const file = join(__dirname, '../../../docs/schemas/synthesis.v1.schema.json');
  expect(readFileSync(file, 'utf8')).toBe(synthesisSchemaText());
});

describe('takes what k3stack makes:', () => {
  test.each<[string, Parameters<typeof k3sModel>[0]]>([
    ['one server', {}],
    ['three servers', { servers: servers('alfa', 'bravo', 'charlie') }],
    [
      'agents, pools, labels and the hardening profile',
      {
        servers: servers('alfa', 'bravo', 'charlie'),
        agents: {
          delta: { ...server(7), labels: { zone: 'a' }, taints: [{ key: 'gpu', effect: 'NoSchedule' }] },
        },
        pools: { edge: { nodes: { echo: server(8) }, maxUnavailable: '50%' } },
        hardening: 'cis',
      },
    ],
    ['the program’s own machine', { servers: { alfa: { local: true } } }],
  ])('%s', (_, props) => {
    expect(problems(k3sSynthesis(props))).toEqual([]);
  });

  test('manifests, secrets, late values and warnings', () => {
    const object = {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'a', namespace: 'b', uid: 'x' },
      data: { a: 'b' },
    };
    const over: Partial<Synthesis> = {
      manifests: [
        { file: '01-a.yaml', cluster: 'k3s', objects: [{ path: 'a', owner: 'workloads', object }] },
      ],
      secrets: [{ name: 'token', usedBy: ['alfa:/etc/token'] }],
      late: [{ name: 'ip', example: '10.0.0.1' }],
      warnings: [{ rule: 'r', path: 'p', property: 'x', problem: 'y', fix: 'z', blocks: 'nothing' }],
    };
    expect(problems(synthesisOf({ hosts: { alfa: {} }, over }))).toEqual([]);
  });
});

describe('refuses', () => {
  const good = synthesisOf({ hosts: { alfa: {} } });
  const host = good.hosts[0];

  test.each<[string, unknown, RegExp]>([
    ['an unknown property', { ...good, extra: 1 }, /additional properties.*extra/],
    [
      'an unknown property of a host',
      { ...good, hosts: [{ ...host, colour: 'red' }] },
      /\/hosts\/0 .*colour/,
    ],
    ['a missing property', { ...good, graph: undefined }, /required property 'graph'/],
    ['another version', { ...good, schema: 'k3stack.synthesis/v2' }, /\/schema must be equal/],
    [
      'a transport that is both',
      { ...good, hosts: [{ ...host, transport: { local: true, ssh: { host: 'a' } } }] },
      /\/hosts\/0\/transport/,
    ],
    [
      'a file mode that is no mode',
      {
        ...good,
        hosts: [
          {
            ...host,
            files: [
              {
                path: '/a',
                mode: '600',
                owner: 'root:root',
                content: '',
                encoding: 'raw',
                disruption: 'none',
              },
            ],
          },
        ],
      },
      /\/mode must match/,
    ],
    [
      'a step of an unknown kind',
      { ...good, graph: { ...good.graph, steps: [{ ...good.graph.steps[0], kind: 'dance' }] } },
      /\/kind/,
    ],
  ])('%s', (_, synthesis, problem) => {
    expect(problems(synthesis).join('\n')).toMatch(problem);
  });
});

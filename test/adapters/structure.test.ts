import { expect, test } from '@jest/globals';
import { structureProblem } from '../../adapters/structure';
import { synthesisSchema } from '../../lib/synthesis/synthesis-schema';
import { synthesisOf } from '../support/synthesis-fixture';

const synthesis = synthesisOf({ hosts: { alfa: {}, bravo: { role: 'agent', capacity: { cpu: 2 } } } });
const [alfa] = synthesis.hosts;

test('finds nothing in what synth writes, with or without properties that came later', () => {
  expect(structureProblem(synthesis, synthesisSchema)).toBeUndefined();
  const later = { ...synthesis, later: 1, hosts: [{ ...alfa, later: 1 }] };
  expect(structureProblem(later, synthesisSchema)).toBeUndefined();
});

test.each<[over: object, problem: string]>([
  [{ hosts: null }, 'hosts must be a list, got null'],
  [{ hosts: {} }, 'hosts must be a list, got {}'],
  [{ hosts: [alfa, { ...alfa, files: null }] }, 'hosts[1].files must be a list, got null'],
  [{ hosts: [{ ...alfa, labels: { tier: 1 } }] }, 'hosts[0].labels.tier must be text, got 1'],
  [{ hosts: [{ ...alfa, labels: [] }] }, 'hosts[0].labels must be a map, got []'],
  [
    { hosts: [{ ...alfa, role: 'x'.repeat(60) }] },
    `hosts[0].role must be one of server, agent, got "${'x'.repeat(39)}…`,
  ],
  [{ hosts: [{ ...alfa, transport: {} }] }, 'hosts[0].transport.ssh is missing'],
  [
    { hosts: [{ ...alfa, transport: { ssh: { host: 'a', port: 'b' } } }] },
    'hosts[0].transport.ssh.port must be a whole number, got "b"',
  ],
  [{ clusters: [{}] }, 'clusters[0].name is missing'],
  [{ schema: 'other' }, 'schema must be "k3stack.synthesis/v1", got "other"'],
  [{ graph: undefined }, 'graph must be a map, got nothing'],
])('names the place: %j', (over, problem) => {
  expect(structureProblem({ ...synthesis, ...over }, synthesisSchema)).toBe(problem);
});

test('names the whole when that is wrong', () => {
  expect(structureProblem([], synthesisSchema)).toBe('it must be a map, got []');
});

test('knows every keyword of the schema, apart from those it passes over', () => {
  const known = ['type', 'const', 'enum', 'oneOf', 'items', 'properties', 'required', 'additionalProperties'];
  const passedOver = ['$schema', '$id', 'title', 'description', 'pattern', 'minLength'];
  const limits = ['minimum', 'maximum', 'exclusiveMinimum'];
  const used = new Set<string>();
  const visit = (schema: Record<string, unknown>): void => {
    Object.keys(schema).forEach((keyword) => used.add(keyword));
    const { items, oneOf = [], properties = {}, additionalProperties } = schema;
    const below = [
      items,
      additionalProperties,
      ...(oneOf as unknown[]),
      ...Object.values(properties as object),
    ];
    below
      .filter((each): each is Record<string, unknown> => typeof each === 'object' && each !== null)
      .forEach(visit);
  };
  visit(synthesisSchema);
  expect([...used].filter((keyword) => ![...known, ...passedOver, ...limits].includes(keyword))).toEqual([]);
});

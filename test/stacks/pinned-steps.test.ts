import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as pulumi from '@pulumi/pulumi';
import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { K3sCluster } from 'k3stack';
import { K3sClusterStack } from '../../stacks/pulumi';
import { plain, type Registration } from '../support/pulumi-monitor';
import { provisionable, ran, recordingSide } from '../support/pulumi-program';

/*
 * The bytes that an engine compares. What differs here makes every host of every user run its steps at the next `pulumi up`, of a release that was to touch none
 * (docs/decisions/0007-what-a-step-is.md). So change it only where exactly that is meant, and say it in the changelog. What is only needed to do a step belongs to
 * its scripts or its context. K3STACK_UPDATE_FIXTURES=1 writes the file.
 */
const FILE = join(__dirname, '..', 'fixtures', 'steps', 'pinned.json');

// Resource by resource.
jest.setTimeout(60_000);

beforeEach(() => {
  for (const level of ['log', 'info', 'warn', 'error'] as const) jest.spyOn(console, level).mockReturnValue();
});
afterEach(() => void jest.restoreAllMocks());

test('a release alone changes nothing that an engine compares of a step', async () => {
  const text = `${JSON.stringify(await pinned(), undefined, 2)}\n`;
  if (process.env['K3STACK_UPDATE_FIXTURES'] === '1') writeFileSync(FILE, text);
  expect(text).toBe(existsSync(FILE) ? readFileSync(FILE, 'utf8') : '');
});

test('each kind of step that an engine runs is among them', () => {
  const pins = JSON.parse(readFileSync(FILE, 'utf8')) as Record<string, object>;
  const kinds = synthesis().graph.steps.filter(({ script }) => script !== undefined);
  expect(Object.keys(pins)).toEqual([...new Set(kinds.map(({ kind }) => kind))].sort());
});

/** A server, joining ones and agents, and nothing that is optional. */
function synthesis() {
  return provisionable((env) => {
    new K3sCluster(env, 'k3s', {
      version: 'v1.34.1+k3s1',
      servers: { alfa: host(11), bravo: host(12), charlie: host(13) },
      agents: { delta: host(14) },
    });
  });
}

/** Kind of step to the sums of what its first resource has. */
async function pinned(): Promise<Record<string, Record<string, string>>> {
  const { graph, ...made } = synthesis();
  const { resources } = await ran({
    program: () =>
      void new K3sClusterStack('k3s', {
        synthesis: { ...made, graph },
        access: { privateKey: 'key' },
        secrets: {
          'k3s-server-token': pulumi.secret('server-token'),
          'k3s-agent-token': pulumi.secret('agent-token'),
        },
        operatorSide: recordingSide([]),
      }),
  });
  const pins = new Map<string, Record<string, string>>();
  for (const { id, kind, script } of graph.steps) {
    const resource = resources.get(id);
    if (script !== undefined && resource !== undefined && !pins.has(kind)) pins.set(kind, sumsOf(resource));
  }
  return Object.fromEntries([...pins].sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** Of each input that is compared: the commands, what they are given, and the way to the host. Those of `bootstrap` never are. */
function sumsOf({ inputs, ignoreChanges }: Registration): Record<string, string> {
  const compared = Object.entries(inputs).filter(([name]) => !ignoreChanges.includes(name));
  const sums = compared.map(([name, value]) => [name, sha256(JSON.stringify(plain(value)))] as const);
  return Object.fromEntries(sums.sort(([a], [b]) => (a < b ? -1 : 1)));
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

function host(last: number) {
  return { nodeIp: `10.0.1.${last}`, ssh: { host: `10.0.1.${last}`, user: 'ops' } };
}

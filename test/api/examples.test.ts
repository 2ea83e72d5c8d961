import { existsSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Environments } from '../../constructs/environments';
import { acceptance } from './acceptance';
import { type ControlPlane, startControlPlane } from './control-plane';
import { policyProblems } from './policies';
import type { PolicyException } from './policy-exceptions';
import { objectsOfCluster, synthesisOf } from './synthesized-objects';

const examples = join(__dirname, '..', '..', 'examples');
const EXCEPTIONS: readonly PolicyException[] = [
  {
    object: 'Deployment git-runner/gitea-runner',
    policies: ['no-privileges', 'read-only-root', 'seccomp'],
    reason:
      'BuildKit without root makes user namespaces, by set-uid programs and calls that the usual profiles deny',
  },
];
const load = createRequire(__filename);
let plane: ControlPlane;

beforeAll(async () => {
  plane = await startControlPlane();
});

afterAll(() => plane.stop());

const programs = readdirSync(examples).filter((name) => existsSync(join(examples, name, 'environments.ts')));

describe.each(programs)('examples/%s', (name) => {
  const { default: program } = load(join(examples, name, 'environments.ts')) as {
    readonly default: Environments;
  };

  test.each(program.names)(
    '%s is accepted by the API server, and a second time nothing changes',
    async (environment) => {
      const synthesis = synthesisOf(program, environment);
      for (const cluster of synthesis.clusters) {
        const objects = objectsOfCluster(synthesis, cluster.name);
        expect(await acceptance(plane.api, objects)).toEqual([]);
      }
    },
  );

  test.each(program.names)('%s keeps the policies', (environment) => {
    const synthesis = synthesisOf(program, environment);
    const objects = synthesis.clusters.flatMap(({ name }) => objectsOfCluster(synthesis, name));
    expect(policyProblems(objects, EXCEPTIONS)).toEqual([]);
  });
});

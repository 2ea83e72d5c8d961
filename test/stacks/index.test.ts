import { existsSync, readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { parse } from 'yaml';
import { ran } from '../support/pulumi-program';

jest.setTimeout(60_000);

const project = parse(readFileSync('Pulumi.yaml', 'utf8')) as {
  readonly main: string;
  readonly config: { readonly 'k3stack:program': { readonly default: string } };
};
const program = project.config['k3stack:program'].default;

describe('the program of this repository', () => {
  beforeEach(() => {
    for (const level of ['log', 'info', 'warn', 'error'] as const)
      jest.spyOn(console, level).mockReturnValue();
  });
  afterEach(() => void jest.restoreAllMocks());

  test('is what Pulumi.yaml names, and a short one', () => {
    expect(project.main).toBe('stacks/index.ts');
    expect(existsSync(program)).toBe(true);
    expect(readFileSync(project.main, 'utf8').split('\n').length).toBeLessThan(60);
  });

  test('runs the environment that the stack is named after', async () => {
    const { order } = await ran({
      stack: 'staging',
      preview: true,
      config: { 'k3stack:program': program },
      secretConfig: SECRETS,
      program: () => jest.requireActual(`../../${project.main}`),
    });
    expect(order).toEqual(expect.arrayContaining(['alfa/prepare', 'k3s/kubeconfig', 'k3s/shop']));
    expect(order).not.toContain('bravo/prepare');
  });
});

const SECRETS = Object.fromEntries(
  ['backup-access-key', 'backup-secret-key', 'k3s-agent-token', 'k3s-server-token'].map((name) => [
    `project:${name}`,
    'canary',
  ]),
);

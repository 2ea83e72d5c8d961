import { describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { isProjectName, projectFiles, projectNameLike } from '../../../lib/init/project-files';
import { secretSteps } from '../../../lib/init/steps';

test.each([
  ['rack', true],
  ['home-lab-2', true],
  ['', false],
  ['-a', false],
  ['Rack', false],
  ['a_b', false],
])('%j as a project name: %s', (name, ok) => {
  expect(isProjectName(name)).toBe(ok);
});

test.each(['My Rack!', '---', '', 'äöü', 'x'.repeat(200), '2024_cluster'])(
  'a name like %j is one',
  (text) => {
    expect(isProjectName(projectNameLike(text))).toBe(true);
  },
);

describe('the files of a project', () => {
  const files = projectFiles({
    name: 'rack',
    description: "What: a 'rack'",
    packages: { dependencies: { k3stack: '^1.0.0' }, devDependencies: {} },
    program: { 'environments.ts': '' },
    readme: 'More.',
    steps: [],
    secrets: secretSteps('home', ['k3s-server-token']),
  });

  test('are YAML and JSON where they should be', () => {
    expect(parse(files['Pulumi.yaml'] ?? '')).toEqual({
      name: 'rack',
      description: "What: a 'rack'",
      runtime: 'nodejs',
      main: 'index.ts',
    });
    expect(parse(files['cdk8s.yaml'] ?? '')).toEqual({
      language: 'typescript',
      app: `node -e "require('k3stack/cdk8s-app')"`,
    });
    expect(JSON.parse(files['package.json'] ?? '')).toMatchObject({
      name: 'rack',
      private: true,
      dependencies: { k3stack: '^1.0.0' },
    });
    expect(JSON.parse(files['tsconfig.json'] ?? '')).toMatchObject({
      compilerOptions: { module: 'nodenext', noEmit: true },
    });
    expect(parse(files['.github/workflows/check.yaml'] ?? '')).toMatchObject({
      permissions: { contents: 'read' },
    });
  });

  test('say how secrets are made, and hold none', () => {
    expect(files['README.md']).toContain(
      'openssl rand -hex 32 | pulumi config set --stack home --secret k3s-server-token',
    );
  });
});

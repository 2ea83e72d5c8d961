// The chain of Gitea: a push builds an image, pushes it, and gives it to a Deployment. Real: Gitea, its runner, BuildKit and the registry, built as Go
// modules and started with the commands, variables, files, users and read-only roots of the manifests; and the API server with its RBAC. Stand-ins: Linux
// namespaces for containers, `unshare` for rootlesskit (it maps one user, so no `RUN` step is tried), relays for Services, one network that no policy
// divides, and a Deployment whose pods the test says are ready.
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { LiveObject } from './api-client';
import { type ControlPlane, startControlPlane, whyNoControlPlane } from './control-plane';
import { whyNoCell } from './gitea/cell';
import { Chain, PASSWORD } from './gitea/chain';

const reason = whyNoControlPlane() ?? whyNoCell();
const WEB = { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'web', namespace: 'shop' } };
const WHO = ['-c', 'user.name=maria', '-c', 'user.email=maria@example.org'];
let plane: ControlPlane;
let chain: Chain;

/** Asks Gitea's API as the administrator. */
function ask<T>(method: string, path: string, body?: unknown, password = PASSWORD): T {
  const data =
    body === undefined ? [] : ['--header', 'content-type: application/json', '--data', JSON.stringify(body)];
  const answer = chain.cell.outside(
    [
      'curl',
      '--silent',
      '--show-error',
      '--fail-with-body',
      '--config',
      '-',
      '--request',
      method,
      ...data,
      `http://127.0.0.1:3000/api/v1${path}`,
    ],
    `user = ${JSON.stringify(`owner:${password}`)}\n`,
  );
  return JSON.parse(answer) as T;
}

interface Run {
  readonly id: number;
  readonly status: string;
  readonly head_sha: string;
}

/** Pushes files as a new repository; gives the commit. */
function push(repository: string, files: Readonly<Record<string, string>>): string {
  ask('POST', '/user/repos', { name: repository, private: true, default_branch: 'main' });
  const folder = join(chain.cell.folder, 'work', repository);
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(join(folder, path, '..'), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  const git = (...args: string[]) => chain.cell.outside(['git', '-C', folder, ...WHO, ...args]);
  git('init', '--quiet', '--initial-branch', 'main');
  git('add', '.');
  git('commit', '--quiet', '--message', 'the shop');
  git(
    'push',
    '--quiet',
    `http://owner:${encodeURIComponent(PASSWORD)}@127.0.0.1:3000/owner/${repository}.git`,
    'main',
  );
  return git('rev-parse', 'HEAD').trim();
}

/** Waits for the end of the only run of a repository. */
async function endOf(
  repository: string,
  meanwhile: () => Promise<void> = async () => {},
): Promise<{ status: string; log: string }> {
  const path = `/repos/owner/${repository}/actions`;
  for (let tries = 0; tries < 200; tries++) {
    await meanwhile();
    const {
      workflow_runs: [run],
    } = ask<{ workflow_runs: Run[] }>('GET', `${path}/tasks`);
    if (run !== undefined && ['success', 'failure', 'cancelled'].includes(run.status))
      return { status: run.status, log: logOf(path) };
    await sleep(500);
  }
  throw new Error(`the workflow did not end\n${chain.logs}`);
}

function logOf(path: string): string {
  const { jobs } = ask<{ jobs: { id: number }[] }>('GET', `${path}/jobs`);
  return chain.cell.outside(
    ['curl', '--silent', '--config', '-', `http://127.0.0.1:3000/api/v1${path}/jobs/${jobs[0]?.id}/logs`],
    `user = ${JSON.stringify(`owner:${PASSWORD}`)}\n`,
  );
}

const deployment = () =>
  plane.api.get<LiveObject & { spec: { template: { spec: { containers: { image: string }[] } } } }>(WEB);
const imageOf = async () => (await deployment()).spec.template.spec.containers[0]?.image;

/** What the controllers and kubelets would come to. */
async function makeReady(): Promise<void> {
  const { metadata } = await deployment();
  await plane.api.patchStatus(WEB, {
    observedGeneration: metadata.generation,
    replicas: 1,
    updatedReplicas: 1,
    readyReplicas: 1,
    availableReplicas: 1,
  });
}

(reason === undefined ? describe : describe.skip)(
  `Gitea as the manifests start it${reason ? ` [${reason}]` : ''}`,
  () => {
    beforeAll(async () => {
      plane = await startControlPlane();
      chain = await Chain.start(plane);
    }, 1_800_000);

    afterAll(async () => {
      await chain?.stop();
      await plane?.stop();
    });

    test('has an administrator with the password of the Secret, made once', () => {
      expect(ask('GET', '/user')).toMatchObject({ login: 'owner', is_admin: true });
      expect(() => ask('GET', '/user', undefined, 'wrong')).toThrow(/401/);
      expect(chain.administrator[0]).toContain("New user 'owner' has been successfully created!");
      expect(chain.administrator[1]).toContain('there is an account owner');
    });

    test('knows the runner, which registered itself by the generated token', () => {
      const { runners } = ask<{ runners: object[] }>('GET', '/admin/actions/runners');
      expect(runners).toEqual([
        expect.objectContaining({
          name: 'git-runner',
          status: 'online',
          labels: [expect.objectContaining({ name: 'cluster' })],
        }),
      ]);
    });

    test('a push builds the image, pushes it to the registry and gives it to the Deployment', async () => {
      expect(await imageOf()).toBe('registry.local/shop:0');
      const commit = push('shop', {
        Dockerfile: 'FROM scratch\nCOPY index.html /\nCMD ["/index.html"]\n',
        'index.html': 'hello',
        '.gitea/workflows/build.yaml': chain.gitea.workflow({
          image: 'acme/shop',
          deployment: { namespace: 'shop', name: 'web' },
        }),
      });
      const { status, log } = await endOf('shop', async () => {
        if ((await imageOf()) !== 'registry.local/shop:0') await makeReady();
      });
      expect(`${status}\n${log}`).toMatch(/^success\n/);
      expect(log).toContain('all pods have it');
      expect(await imageOf()).toBe(`registry.local/acme/shop:${commit}`);
      const managers = (await deployment()).metadata['managedFields'] as { manager: string }[];
      expect(managers.map(({ manager }) => manager)).toContain('gitea-runner');
      const pull = [
        'curl',
        '-s',
        '-o',
        '/dev/null',
        '-w',
        '%{http_code}',
        '--config',
        '-',
        `http://127.0.0.1:5000/v2/acme/shop/manifests/${commit}`,
      ];
      const accept = 'header = "accept: application/vnd.oci.image.manifest.v1+json"\n';
      expect(chain.cell.outside(pull, accept)).toBe('401');
      expect(chain.cell.outside(pull, `${accept}user = ${JSON.stringify(`k3stack:${PASSWORD}`)}\n`)).toBe(
        '200',
      );
    }, 240_000);

    test('a job deploys nowhere else, and finds neither the token of registrations nor any password', async () => {
      push('spy', {
        '.gitea/workflows/spy.yaml': `on: push
jobs:
  spy:
    runs-on: cluster
    steps:
      - run: env | sort
      - run: deploy office web shop:1 || true
      - run: deploy shop web shop:1 other || true
      - run: id; touch /etc/x || true
`,
      });
      const { status, log } = await endOf('spy');
      expect(`${status}\n${log}`).toMatch(/^success\n/);
      expect(log).toMatch(
        /deployments.apps \\?"web\\?" is forbidden: User \\?"system:serviceaccount:git-runner:git-runner/,
      );
      expect(log).toContain('error: 422'); // the first container has another name
      expect(log).toContain("'/etc/x': Read-only file system");
      expect(log).not.toContain('REGISTRATION');
      expect(log).not.toContain('quoted');
      expect(log).toContain('DOCKER_CONFIG=/docker');
    }, 120_000);

    test('the account of the runner reads and changes Deployments of the shop, and nothing else', async () => {
      const token = await chain.tokenOf('git-runner', 'git-runner');
      const asked = ['-sk', '-o', '/dev/null', '-w', '%{http_code}', '--max-time', '10', '--config', '-'];
      const code = (method: string, path: string) =>
        execFileSync('curl', [...asked, '-X', method, `${plane.url}${path}`], {
          input: `header = "authorization: Bearer ${token}"\n`,
          encoding: 'utf8',
        });
      expect(code('GET', '/apis/apps/v1/namespaces/shop/deployments/web')).toBe('200');
      for (const path of [
        '/apis/apps/v1/namespaces/shop/deployments',
        '/apis/apps/v1/namespaces/office/deployments/web',
        '/api/v1/namespaces/shop/secrets',
        '/api/v1/namespaces/git-runner/secrets',
      ])
        expect(`${path} ${code('GET', path)}`).toBe(`${path} 403`);
      expect(code('DELETE', '/apis/apps/v1/namespaces/shop/deployments/web')).toBe('403');
    });
  },
);

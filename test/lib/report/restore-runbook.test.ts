import { spawnSync } from 'node:child_process';
import { describe, expect, test } from '@jest/globals';
import type { RestoreFacts } from '../../../lib/report/restore-facts';
import { restoreRunbook } from '../../../lib/report/restore-runbook';

const FACTS: RestoreFacts = {
  cluster: 'k3s',
  environment: 'production',
  isK3s: true,
  isArgoCd: false,
  version: 'v1.18.1',
  location: 's3://backups/production',
  endpoint: undefined,
  credentialsSecret: 'velero-s3-credentials',
  scheduleName: 'velero-daily',
  schedule: '0 3 * * *',
  retentionDays: 30,
  volumes: true,
  includedNamespaces: [],
  excludedNamespaces: [],
  namespaces: ['shop', 'git', 'kube-system'],
  storageClasses: ['local-path'],
};

const commandsOf = (text: string): string[] =>
  [...text.matchAll(/```sh\n([\s\S]*?)```/g)].map((match) => match[1]!);

describe('the restore runbook', () => {
  test('goes from what there is to a rehearsal', () => {
    expect(restoreRunbook(FACTS).match(/^#+ .*/gm)).toEqual([
      '# Restore from backups of cluster k3s',
      '## What is in a backup, and what is not',
      '## Before you start',
      '## Choose a backup',
      '## Restore one namespace',
      '## Restore everything into the same cluster',
      '## Restore into a new cluster',
      '## Verify',
      '## Without the velero command line',
      '## What can go wrong',
      '## Rehearse',
    ]);
  });

  test.each([
    ['everything', FACTS],
    ['a plain chart', { ...FACTS, cluster: undefined, environment: undefined, namespaces: [], isK3s: false }],
    ['Argo CD', { ...FACTS, isArgoCd: true, volumes: false, endpoint: 'https://minio:9000' }],
  ])('has only commands that a shell can read: %s', (_, facts) => {
    const commands = commandsOf(restoreRunbook(facts));
    expect(commands.length).toBeGreaterThan(7);
    for (const command of commands) {
      const { status, stderr } = spawnSync('sh', ['-n'], { input: command, encoding: 'utf8' });
      expect({ status, stderr, command }).toEqual({ status: 0, stderr: '', command });
    }
  });

  test('removes only namespaces of the program that are in the backups', () => {
    const loops = (over: Partial<RestoreFacts>) =>
      restoreRunbook({ ...FACTS, ...over }).match(/^for namespace in .*?;/gm);
    expect(loops({})).toEqual(['for namespace in shop git;', 'for namespace in shop git;']);
    expect(loops({ excludedNamespaces: ['g*'] })).toEqual([
      'for namespace in shop;',
      'for namespace in shop;',
    ]);
    expect(loops({ includedNamespaces: ['git'] })).toEqual([
      'for namespace in git;',
      'for namespace in git;',
    ]);
  });

  test('says what is not in a backup', () => {
    expect(restoreRunbook(FACTS)).toContain('Volumes of type `hostPath`');
    expect(restoreRunbook(FACTS)).toContain('K3s itself: its token');
    expect(restoreRunbook({ ...FACTS, volumes: false })).toContain('Any file in any volume');
    expect(restoreRunbook({ ...FACTS, isK3s: false })).not.toContain('K3s itself');
    expect(restoreRunbook({ ...FACTS, excludedNamespaces: ['ci'] })).toContain('all namespaces, except `ci`');
  });

  test('ends each procedure by applying the manifests of the environment, which is all that this release has', () => {
    const apply = 'kubectl apply --server-side --force-conflicts -f dist/production/manifests/';
    expect(
      restoreRunbook(FACTS)
        .split('\n')
        .filter((line) => line === apply),
    ).toHaveLength(3);
    expect(restoreRunbook(FACTS)).toContain('`k3stack plan --env production`');
    expect(restoreRunbook(FACTS)).not.toMatch(/pulumi|stack `/);
    expect(restoreRunbook({ ...FACTS, isK3s: false })).not.toContain('k3stack plan');
  });

  test('keeps Argo CD from undoing what the operator does', () => {
    expect(restoreRunbook(FACTS)).not.toContain('argocd');
    expect(restoreRunbook({ ...FACTS, isArgoCd: true })).toContain(
      'kubectl -n argocd patch applications.argoproj.io velero',
    );
  });
});

import { describe, expect, test } from '@jest/globals';
import { Job } from '../../constructs/workloads/job';
import { WebService } from '../../constructs/workloads/web-service';
import { Worker } from '../../constructs/workloads/worker';
import { withSyncWaves } from '../../stacks/workloads/sync-waves';
import { synthesisOfCluster } from '../support/synth';
import { shop } from '../support/workloads';

const IMAGE = 'ghcr.io/acme/web:1.4.2';

describe('waves of Argo CD', () => {
  test('follow what the program made depend on each other', () => {
    const namespace = shop();
    const migrate = new Job(namespace, 'migrate', { image: IMAGE });
    const api = new WebService(namespace, 'api', { image: IMAGE });
    api.node.addDependency(migrate);
    new Worker(namespace, 'worker', { image: IMAGE, connections: { api: api.connection } });
    const { manifests } = synthesisOfCluster(namespace.node.scope as never);
    const waves = withSyncWaves(manifests)
      .flatMap(({ objects }) => objects)
      .filter(({ object }) => ['Deployment', 'Job', 'Namespace'].includes(object.kind))
      .map(({ object: { kind, metadata } }) => [
        `${kind} ${metadata.name}`,
        metadata['annotations']?.['argocd.argoproj.io/sync-wave'],
      ]);
    expect(Object.fromEntries(waves)).toEqual({
      'Namespace shop': undefined,
      'Job migrate': undefined,
      'Deployment api': '1',
      'Deployment worker': '2',
    });
  });

  test('are not written where nothing depends on anything', () => {
    const namespace = shop();
    new WebService(namespace, 'web', { image: IMAGE });
    const { manifests } = synthesisOfCluster(namespace.node.scope as never);
    expect(withSyncWaves(manifests)).toEqual(manifests);
  });
});

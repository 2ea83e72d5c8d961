import { writeFileSync } from 'node:fs';
import { Chart } from 'cdk8s';
import { test } from '@jest/globals';
import { secret } from '../../../lib/secret';
import { Velero } from '../../../constructs/platform/velero/velero';
import { LocalPathStorage } from '../../../constructs/platform/local-path/local-path-storage';
import { existingCluster, k3sCluster, plainChart, synthesisOfCluster } from '../../support/synth';
import { App, Testing } from 'cdk8s';
import { KubeVip } from '../../../constructs/platform/kube-vip';

test('writes', () => {
  const out: string[] = [];
  for (const kubeVip of [{ address: '10.0.0.10' }, { address: 'fd00::1', interface: 'eth1' }]) {
    const cluster = k3sCluster({ api: { kubeVip, port: 7443 } });
    out.push(...cluster.model().autoDeploy.map(({ name, content }) => `${name}\n${content}`));
    out.push(JSON.stringify(synthesisOfCluster(cluster), null, 1));
  }
  const bucket = { name: 'backups', credentials: secret('velero-s3') };
  for (const volumes of [true, false]) {
    for (const make of [() => k3sCluster(), () => existingCluster()]) {
      const cluster = make();
      new Velero(cluster, 'velero', { bucket, volumes });
      new LocalPathStorage(cluster, 'fast', {
        className: 'fast',
        isDefault: volumes,
        pathsPerNode: { alfa: ['/a'] },
        ...(volumes && { reclaimPolicy: 'Retain', volumeBindingMode: 'Immediate', volumeType: 'hostPath' }),
      } as never);
      out.push(JSON.stringify(synthesisOfCluster(cluster), null, 1));
    }
  }
  const chart = plainChart('shop');
  new Velero(chart, 'velero', { bucket: { name: 'backups', credentials: { existingSecret: 's' } } });
  new LocalPathStorage(chart, 'fast');
  new KubeVip(chart, 'vip', { address: '10.0.0.9' });
  out.push(JSON.stringify(Testing.synth(chart), null, 1));
  const hashed = new Chart(new App(), 'hashed');
  new Velero(hashed, 'velero', { bucket: { name: 'backups', credentials: { existingSecret: 's' } } });
  new LocalPathStorage(hashed, 'fast');
  out.push(JSON.stringify(Testing.synth(hashed), null, 1));
  writeFileSync(process.env['SNAP_OUT'] ?? '/tmp/snap.txt', out.join('\n---\n'));
});

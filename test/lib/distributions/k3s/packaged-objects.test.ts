import { expect, test } from '@jest/globals';
import { PACKAGED_COMPONENTS } from '../../../../lib/distributions/k3s/model';
import { packagedObjects } from '../../../../lib/distributions/k3s/packaged-objects';
import { objectKey } from '../../../../lib/rules/object-rules';

test('objects that K3s makes in every cluster are always reserved, those of a component only with it', () => {
  const corefile = objectKey({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { namespace: 'kube-system', name: 'coredns' },
  });
  const controller = 'rbac.authorization.k8s.io|ClusterRole||system:k3s-controller';
  expect([...packagedObjects([]).keys()]).toContain(controller);
  expect(packagedObjects([]).has(corefile)).toBe(false);
  expect(packagedObjects(['coredns']).get(corefile)).toMatch('coredns-custom');
});

test('a custom ConfigMap of CoreDNS, and the configuration of Traefik, are for the user', () => {
  const reserved = packagedObjects(PACKAGED_COMPONENTS);
  expect(reserved.has('|ConfigMap|kube-system|coredns-custom')).toBe(false);
  expect(reserved.has('helm.cattle.io|HelmChartConfig|kube-system|traefik')).toBe(false);
  expect(reserved.has('storage.k8s.io|StorageClass||local-path')).toBe(true);
});

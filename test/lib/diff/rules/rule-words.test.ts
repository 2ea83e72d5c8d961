import { describe, expect, test } from '@jest/globals';
import { findRisks, riskRules, type FoundRisk } from '../../../../lib/diff/rules/risk-rules';
import type { KubernetesObject } from '../../../../lib/synthesis/synthesis';
import { comparisonOf } from '../../../support/comparison';
import { clusterObject, deployment, object, service } from '../../../support/risk-fixtures/risk-case';

function riskOf(
  id: string,
  before: readonly KubernetesObject[],
  after: readonly KubernetesObject[],
): FoundRisk | undefined {
  return findRisks(comparisonOf(before, after)).find(({ rule }) => rule.id === id);
}

const ruleOf = (id: string) => riskRules.find((rule) => rule.id === id);

describe('what a rule says fits the case at hand', () => {
  test('a Service whose workload is deleted is to go with it, not to get another selector', () => {
    const gone = riskOf('service-selects-nothing', [deployment(), service()], [service()]);
    expect(gone?.fix).toContain('Delete the Service with its pods');
    const mistaken = riskOf(
      'service-selects-nothing',
      [deployment(), service()],
      [deployment(), service({ selector: { app: 'wbe' } })],
    );
    expect(mistaken?.fix).toContain('selector and labels together');
  });

  test('a typing error in the labels of pods is one risk, of the workload that is refused', () => {
    const selector = { matchLabels: { app: 'web' } };
    const beside = [
      service(),
      service({}, 'other'),
      object('networking.k8s.io/v1', 'NetworkPolicy', 'web', {
        spec: { podSelector: selector, policyTypes: ['Ingress'] },
      }),
    ];
    const found = findRisks(
      comparisonOf([...beside, deployment()], [...beside, deployment({ labels: { app: 'wbe' } })]),
    );
    expect(found.map(({ rule }) => rule.id)).toEqual(['selector-mismatch']);
  });

  test('a large change of manifests without a cluster and without applications names neither', () => {
    const objects = Array.from({ length: 312 }, (_, index) => object('v1', 'ConfigMap', `c${index}`));
    expect(riskOf('large-change', [], objects)).toMatchObject({
      subject: { type: 'cluster', cluster: '' },
      what: '312 objects',
    });
  });

  test('a schedule of Velero that owns its backups takes them with it', () => {
    const schedule = (spec: object) => object('velero.io/v1', 'Schedule', 'daily', { spec });
    const owning = riskOf(
      'backup-schedule-lost',
      [schedule({ schedule: '0 3 * * *', useOwnerReferencesInBackup: true })],
      [],
    );
    expect(owning?.onApply).toContain('they are deleted with it');
    const other = riskOf('backup-schedule-lost', [schedule({ schedule: '0 3 * * *' })], []);
    expect(other?.onApply).toContain('Those that exist stay');
  });

  test('an APIService that is deleted holds no namespace back', () => {
    const service = clusterObject('apiregistration.k8s.io/v1', 'APIService', 'v1beta1.metrics.k8s.io', {
      spec: { group: 'metrics.k8s.io', version: 'v1beta1', groupPriorityMinimum: 1, versionPriority: 1 },
    });
    expect(riskOf('api-service-lost', [service], [])?.onApply).not.toContain('namespace');
  });

  test('a step that K3s takes by itself is not called impossible', () => {
    expect(ruleOf('datastore-becomes-etcd')?.reason).toContain('takes the state of sqlite over');
    expect(ruleOf('k3s-patch-downgrade')?.reason).toContain('the same minor');
    expect(ruleOf('datastore-changed')?.reason).toContain('moves no data');
  });

  test('the advice for a PersistentVolume keeps its data', () => {
    expect(ruleOf('volume-removed')?.fix).toMatch(/^Set persistentVolumeReclaimPolicy: Retain/);
  });
});

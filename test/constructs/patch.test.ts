import { JsonPatch, Testing } from 'cdk8s';
import { k8s } from 'cdk8s-plus-28';
import { describe, expect, test } from '@jest/globals';
import { type Environment, ExistingCluster, Namespace, patch } from 'k3stack';
import { problems, synthesized } from '../support/synthesized';

const labels = { app: 'web' };

function deployment(env: Environment, more: object = {}): k8s.KubeDeployment {
  const cluster = new ExistingCluster(env, 'cloud', {
    kubeconfig: { context: 'cloud' },
    kubernetesVersion: '1.34',
  });
  return new k8s.KubeDeployment(new Namespace(cluster, 'shop'), 'web', {
    metadata: { name: 'web' },
    spec: {
      selector: { matchLabels: labels },
      template: {
        metadata: { labels },
        spec: {
          containers: [
            { name: 'web', image: 'web:1' },
            { name: 'proxy', image: 'proxy:1' },
          ],
        },
      },
      ...more,
    },
  });
}

const containers = 'spec.template.spec.containers';
const written = (define: (object: k8s.KubeDeployment) => void): unknown =>
  synthesized((env) => define(deployment(env))).manifests.at(-1)?.objects[0]?.object['spec'];

describe('patch', () => {
  test('sets a field that the typed class does not know, and keeps the rest', () => {
    const spec = written((object) =>
      patch(object, `${containers}[name=proxy].restartPolicyRules`, [{ action: 'Restart' }]),
    );
    expect(spec).toMatchObject({
      template: {
        spec: {
          containers: [
            { name: 'web', image: 'web:1' },
            { name: 'proxy', restartPolicyRules: [{ action: 'Restart' }] },
          ],
        },
      },
    });
  });

  test('replaces, adds to a list, removes, and takes keys with other characters', () => {
    const spec = written((object) => {
      patch(object, `${containers}[0].image`, 'web:2');
      patch(object, `${containers}[2]`, { name: 'log', image: 'log:1' });
      patch(object, `${containers}[name=proxy]`, undefined);
      patch(object, 'spec.template.metadata.annotations', {});
      patch(object, 'spec.template.metadata.annotations["example.org/a"]', 'b');
    });
    expect(spec).toMatchObject({
      template: {
        metadata: { annotations: { 'example.org/a': 'b' } },
        spec: { containers: [{ image: 'web:2' }, { name: 'log', image: 'log:1' }] },
      },
    });
  });

  test('counts in stock cdk8s as well', () => {
    const chart = Testing.chart();
    patch(new k8s.KubeConfigMap(chart, 'c', { metadata: { name: 'c' }, data: { a: '1' } }), 'data.a', '2');
    expect(Testing.synth(chart)).toMatchObject([{ data: { a: '2' } }]);
  });

  test.each([
    ['spec.templat.spec', `spec has no "templat"; did you mean 'template'?`],
    [`${containers}[name=wb].image`, `${containers} has no item with name wb; did you mean 'web'?`],
    [`${containers}[7].image`, `${containers} has 2 items; write an index from 0 to 2`],
    ['spec..x', 'is no path: "spec..x"'],
    ['', 'is no path: ""'],
    ['spec.template.spec.restartPolicie', 'restartPolicy'],
  ])('fails when the path is %j', (path, message) => {
    expect(problems((env) => patch(deployment(env), path, 'x'))).toEqual([expect.stringContaining(message)]);
  });
});

describe('fields that the typed classes would drop without a word', () => {
  test('are refused when a program gives them', () => {
    expect(problems((env) => deployment(env, { replicaz: 2 }))).toEqual([
      expect.stringContaining(
        'Deployment spec.replicaz: is not known to the class of cdk8s-plus, which leaves it out',
      ),
    ]);
  });

  test('are refused when a JSON Patch sets them', () => {
    const found = problems((env) =>
      deployment(env).addJsonPatch(JsonPatch.add('/spec/template/spec/resources', { limits: { cpu: '1' } })),
    );
    expect(found).toEqual([
      expect.stringContaining("write patch(object, 'spec.template.spec.resources', …)"),
    ]);
  });

  test('are not seen where names differ in spelling only', () => {
    expect(
      problems((env) => {
        const cluster = new ExistingCluster(env, 'cloud', {
          kubeconfig: { context: 'cloud' },
          kubernetesVersion: '1.34',
        });
        const shop = new Namespace(cluster, 'shop');
        new k8s.KubeService(shop, 'a', {
          metadata: { name: 'a' },
          spec: {
            clusterIp: 'None',
            clusterIPs: ['None'],
            externalIPs: [],
            ports: [{ port: 80, targetPort: k8s.IntOrString.fromString('http') }],
          },
        });
        new k8s.KubeNetworkPolicy(shop, 'b', {
          metadata: { name: 'b' },
          spec: { podSelector: {}, ingress: [{ from: [{ ipBlock: { cidr: '10.0.0.0/8' } }] }] },
        });
        new k8s.KubePodDisruptionBudget(shop, 'c', {
          metadata: { name: 'c' },
          spec: { minAvailable: k8s.IntOrString.fromNumber(0), selector: {} },
        });
      }),
    ).toEqual([]);
  });
});

import { ApiObject, Chart } from 'cdk8s';
import { k8s } from 'cdk8s-plus-28';
import { Construct } from 'constructs';
import { describe, expect, test } from '@jest/globals';
import {
  AutoDeploy,
  Cluster,
  Datastore,
  Environment,
  ExistingCluster,
  ExternalHost,
  K3sCluster,
  type K3sClusterProps,
  late,
  Namespace,
  secret,
  secretHole,
} from 'k3stack';
import { hostOf, objectNames, problems, synthesized } from '../../support/synthesized';

const k3s = (env: Environment, props: Partial<K3sClusterProps> = {}, id = 'k3s'): K3sCluster =>
  new K3sCluster(env, id, { version: 'v1.34.1+k3s1', servers: { alfa: { nodeIp: '192.0.2.11' } }, ...props });

const existing = (env: Environment, id = 'cloud'): ExistingCluster =>
  new ExistingCluster(env, id, { kubeconfig: { context: 'cloud' }, kubernetesVersion: '1.33' });

const postgres = Datastore.external({ endpoint: secret('dsn') });

const configMap = (scope: Construct, name: string): ApiObject =>
  new k8s.KubeConfigMap(scope, name, { metadata: { name }, data: { a: 'b' } });

describe('a K3s cluster', () => {
  test('switches off what nothing in the program asks for', () => {
    const { settings } = hostOf(
      synthesized((env) => k3s(env)),
      'alfa',
    );
    expect(settings['disable']).toEqual(['servicelb', 'traefik', 'local-storage', 'metrics-server']);
  });

  test('gives its nodes by name, in a pool or not', () => {
    const cluster = k3s(new Environment('test'), {
      agents: { bravo: {} },
      pools: { edge: { nodes: { charlie: {} } } },
    });
    expect(cluster.allNodes.map((node) => `${node.role} ${node.name}`)).toEqual([
      'server alfa',
      'agent bravo',
      'agent charlie',
    ]);
    expect(cluster.agent('charlie').node.path).toBe('k3s/pools/edge/charlie');
  });

  test('fails when a node is not declared, naming the nearest', () => {
    const cluster = k3s(new Environment('test'), { agents: { bravo: {} } });
    expect(() => cluster.server('alpha')).toThrow(`k3s has no server "alpha"; did you mean 'alfa'?`);
    expect(() => cluster.agent('alfa')).toThrow(`k3s has no agent "alfa"`);
  });

  test('takes labels, taints, options and files that other constructs add to its nodes', () => {
    class Gpu extends Construct {
      constructor(cluster: K3sCluster, node: string) {
        super(cluster, `gpu-${node}`);
        const agent = cluster.agent(node);
        agent.addLabel('example.org/gpu', 'true');
        agent.addAnnotation('example.org/rack', '7');
        agent.addTaint({ key: 'gpu', effect: 'NoSchedule' });
        agent.addConfig({ 'kubelet-arg': { 'cpu-manager-policy': 'static' } });
        agent.addFile('/etc/modprobe.d/gpu.conf', { content: 'options gpu fast=1\n' });
        configMap(this, 'gpu');
      }
    }
    const synthesis = synthesized((env) => {
      const cluster = k3s(env, { agents: { bravo: { labels: { zone: 'a' } } } });
      new Gpu(cluster, 'bravo');
    });
    const { labels, annotations, taints, settings, files } = hostOf(synthesis, 'bravo');
    expect(labels).toEqual({ 'example.org/gpu': 'true', zone: 'a' });
    expect(annotations).toEqual({ 'example.org/rack': '7' });
    expect(taints).toEqual(['gpu=:NoSchedule']);
    expect(JSON.stringify(settings['kubelet-arg'])).toContain('cpu-manager-policy');
    expect(files).toContainEqual({
      path: '/etc/modprobe.d/gpu.conf',
      content: 'options gpu fast=1\n',
      mode: '0644',
      owner: 'root:root',
      encoding: 'raw',
      disruption: 'restart',
    });
    expect(synthesis.manifests.map(({ file }) => file)).toEqual(['00-gpu-bravo.yaml']);
  });

  test('says what a construct of the program brings to the cluster', () => {
    const { topology, documents } = synthesized((env) => {
      const cluster = k3s(env);
      cluster.addIngressClass('nginx');
      cluster.addStorageClass('longhorn', { isDefault: true });
      cluster.addBackupTarget('s3://backups');
      cluster.addDocument('operations.md', () => '# Operations\n');
      expect([cluster.ingressClass, cluster.defaultStorageClass]).toEqual(['nginx', 'longhorn']);
    });
    expect(topology.clusters[0]).toMatchObject({
      ingress: ['nginx'],
      storage: [{ name: 'longhorn', isDefault: true }],
      backups: ['s3://backups'],
    });
    expect(documents).toEqual([{ cluster: 'k3s', file: 'operations.md', content: '# Operations\n' }]);
  });

  test('adds settings to one node', () => {
    const synthesis = synthesized((env) => {
      const agent = k3s(env, { agents: { bravo: { sysctls: { 'vm.swappiness': '60' } } } }).agent('bravo');
      agent.addSettings({ sysctls: { 'fs.inotify.max_user_instances': '512' }, maxPods: 20 });
    });
    const content = hostOf(synthesis, 'bravo')
      .files.map((file) => file.content)
      .join('');
    expect(content).toContain('vm.swappiness');
    expect(content).toContain('fs.inotify.max_user_instances');
    expect(content).toContain('maxPods: 20');
  });

  test('adds to options and taints, and does not take their place', () => {
    const synthesis = synthesized((env) => {
      const taints = [{ key: 'a', value: '1', effect: 'NoSchedule' as const }];
      const agent = k3s(env, {
        agents: { bravo: { taints, config: { 'kubelet-arg': { 'max-pods': 60 } } } },
      }).agent('bravo');
      agent.addConfig({ 'kubelet-arg': { v: 2 } });
      agent.addConfig({ 'kubelet-arg': { 'node-status-update-frequency': '20s' } });
      agent.addTaint({ key: 'a', value: '2', effect: 'NoSchedule' });
    });
    const { settings, taints } = hostOf(synthesis, 'bravo');
    expect(settings['kubelet-arg']).toEqual({ 'max-pods': 60, 'node-status-update-frequency': '20s', v: 2 });
    expect(taints).toEqual(['a=2:NoSchedule']);
  });

  test('writes auto-deploy objects to every server, and to no manifest', () => {
    const synthesis = synthesized((env) => {
      const cluster = k3s(env, { agents: { bravo: {} } });
      configMap(new AutoDeploy(cluster, 'early'), 'early');
    });
    const path = '/var/lib/rancher/k3s/server/manifests/early.yaml';
    expect(hostOf(synthesis, 'alfa').files.find((file) => file.path === path)?.content).toContain(
      'name: early',
    );
    expect(hostOf(synthesis, 'bravo').files.map((file) => file.path)).not.toContain(path);
    expect(objectNames(synthesis)).toEqual([]);
  });

  test('names the secrets that its hosts and its Kubernetes Secrets need, and where', () => {
    const { secrets, kubernetesSecrets } = synthesized((env) => {
      const cluster = k3s(env);
      const data = { password: secretHole(secret('db')) };
      cluster.addSecret(cluster, { namespace: 'shop', name: 'db', data });
    });
    expect(secrets.map(({ name }) => name)).toEqual(['db', 'k3s-agent-token', 'k3s-server-token']);
    expect(secrets[0]?.usedBy).toEqual(['k3s:shop/db']);
    expect(kubernetesSecrets).toEqual([
      { cluster: 'k3s', path: 'k3s', namespace: 'shop', name: 'db', data: { password: '«secret:db»' } },
    ]);
  });
});

describe('the cluster of a construct', () => {
  test('is the nearest around it, else the only one of its environment', () => {
    const env = new Environment('test');
    const cluster = k3s(env);
    expect(Cluster.of(new Namespace(cluster, 'shop'))).toBe(cluster);
    expect(Cluster.of(new Chart(env, 'beside'))).toBe(cluster);
  });

  test('fails when there is none, or several', () => {
    const env = new Environment('test');
    const chart = new Chart(env, 'beside');
    expect(() => Cluster.of(chart)).toThrow('beside belongs to no cluster');
    k3s(env);
    existing(env);
    expect(() => Cluster.of(chart)).toThrow("make it inside of one: new Chart(cluster, 'beside')");
    expect(Cluster.tryOf(chart)).toBeUndefined();
  });
});

describe('an environment', () => {
  test('writes files in apply order, one for each chart and add-on', () => {
    const { manifests } = synthesized((env) => {
      const cluster = k3s(env);
      const shop = new Namespace(cluster, 'shop');
      configMap(new Chart(env, 'beside'), 'beside');
      configMap(shop, 'one');
      configMap(new Construct(shop, 'inner'), 'two');
    });
    expect(
      manifests.map(
        ({ file, objects }) => `${file}: ${objects.map(({ object }) => object.metadata.name).join(' ')}`,
      ),
    ).toEqual(['00-namespaces.yaml: shop', '01-shop.yaml: one two', '02-beside.yaml: beside']);
  });

  test('keeps two clusters apart', () => {
    const { manifests, clusters } = synthesized((env) => {
      configMap(new Namespace(k3s(env), 'shop'), 'x');
      configMap(new Namespace(existing(env), 'shop'), 'x');
    });
    expect(clusters.map(({ name, distribution }) => `${name} ${distribution}`)).toEqual([
      'k3s k3s',
      'cloud existing',
    ]);
    expect(manifests.map(({ file, cluster }) => `${cluster} ${file}`)).toEqual([
      'k3s 00-k3s-namespaces.yaml',
      'cloud 01-cloud-namespaces.yaml',
      'k3s 02-k3s-shop.yaml',
      'cloud 03-cloud-shop.yaml',
    ]);
  });

  test('shows late values by their name and checks them by their example', () => {
    const synthesis = synthesized((env) => {
      const cluster = k3s(env);
      const address = late('gpu-ip', { example: '198.51.100.4' });
      new ExternalHost(env, 'workstation', { address, ports: { ollama: 11434 } });
      new k8s.KubeEndpointSlice(new Namespace(cluster, 'ai'), 'slice', {
        metadata: { name: 'ollama' },
        addressType: 'IPv4',
        endpoints: [{ addresses: [address] }],
      });
    });
    expect(synthesis.late).toEqual([{ name: 'gpu-ip', example: '198.51.100.4' }]);
    expect(synthesis.topology.externalHosts).toEqual([
      { name: 'workstation', address: '«gpu-ip»', serves: ['ollama:11434'], accelerators: [] },
    ]);
    expect(JSON.stringify(synthesis)).not.toContain('late:');
  });

  test('is the same each time', () => {
    const define = (env: Environment): void => {
      configMap(new Namespace(k3s(env, { agents: { b: {}, a: {} } }), 'shop'), 'x');
    };
    expect(JSON.stringify(synthesized(define))).toBe(JSON.stringify(synthesized(define)));
  });

  test('fails with every problem at once', () => {
    const found = problems((env) => {
      const cluster = k3s(env, { version: '1.34' });
      const shop = new Namespace(cluster, 'shop');
      new ApiObject(shop, 'typo', {
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { name: 'typo' },
        dta: { a: 'b' },
      });
      new ApiObject(shop, 'again', { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'typo' } });
      new k8s.KubeSecret(shop, 'secret', {
        metadata: { name: 'secret' },
        stringData: { password: 'hunter2' },
      });
      new ApiObject(shop, 'leak', {
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { name: 'leak' },
        data: { a: secret('x') },
      });
    });
    expect(found).toEqual([
      expect.stringMatching(/^\[test\/k3s] version: .*"?1\.34/),
      expect.stringMatching(/^\[test\/k3s\/shop\/leak] ConfigMap: holds a secret/),
      expect.stringMatching(
        /^\[test\/k3s\/shop\/again] metadata.name: makes ConfigMap shop\/typo, which k3s\/shop\/typo makes as well; remove one/,
      ),
      expect.stringMatching(
        /^\[test\/k3s\/shop\/secret] stringData: Secret shop\/secret carries values in the manifest \(password\)/,
      ),
      expect.stringMatching(/^\[test\/k3s\/shop\/typo] ConfigMap dta: .*data/),
    ]);
  });

  test('fails when an object lies beside several clusters', () => {
    const found = problems((env) => {
      k3s(env);
      existing(env);
      configMap(new Chart(env, 'beside'), 'x');
    });
    expect(found).toEqual([
      expect.stringContaining('[test/beside/x] scope: lies beside the clusters k3s, cloud, in none of them'),
    ]);
  });

  test('fails when hosts of two clusters share a name or a machine', () => {
    const found = problems((env) => {
      k3s(env, { servers: { alfa: { ssh: { host: '192.0.2.1' } } } }, 'one');
      k3s(
        env,
        {
          servers: { alfa: { ssh: { host: '192.0.2.2' } }, bravo: { ssh: { host: '192.0.2.1' } } },
          datastore: postgres,
        },
        'two',
      );
    });
    expect(found).toEqual([
      "[test/two/servers/alfa] servers: alfa is the name of one/servers/alfa as well; give one of the two another name, such as 'alfa-two' (host-name-unique)",
      '[test/two/servers/bravo] ssh.host: 192.0.2.1:22 is the machine of one/servers/alfa as well; name another machine, or remove one of the two (host-machine-unique)',
    ]);
  });

  test('takes the objects of a list one by one', () => {
    const item = (name: string): object => ({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name, namespace: 'default' },
    });
    const list = { apiVersion: 'v1', kind: 'List', metadata: {}, items: [item('a'), item('b')] };
    const synthesis = synthesized((env) => new ApiObject(k3s(env), 'list', list));
    expect(objectNames(synthesis)).toEqual(['ConfigMap default/a', 'ConfigMap default/b']);
    const secretItem = { apiVersion: 'v1', kind: 'Secret', metadata: { name: 's' }, stringData: { p: 'x' } };
    const found = problems(
      (env) => new ApiObject(k3s(env), 'list', { ...list, items: [item('a'), item('a'), secretItem] }),
    );
    expect(found.map((line) => line.slice(line.lastIndexOf('(')))).toEqual([
      '(one-owner)',
      '(secret-in-manifest)',
    ]);
  });

  test('fails when a secret or a late key stands in an object, however it came there', () => {
    const found = problems((env) => {
      const data = { a: secretHole(secret('x')), [late('k', { example: 'v' })]: 'b' };
      new k8s.KubeConfigMap(new Namespace(k3s(env), 'shop'), 'c', { metadata: { name: 'c' }, data });
    });
    expect(found).toEqual([
      expect.stringContaining(
        '[test/k3s/shop/c] ConfigMap data.a: holds a secret, which would be written into the manifest',
      ),
      expect.stringContaining('ConfigMap data.«k»: is a key with a late value'),
    ]);
  });

  test('fails when a Secret is declared without a secret in it, with a wrong name, or twice', () => {
    const found = problems((env) => {
      const cluster = k3s(env);
      const hole = secretHole(secret('x'));
      cluster.addSecret(cluster, { namespace: 'shop', name: 'db', data: { password: 'hunter2' } });
      cluster.addSecret(cluster, { namespace: 'shop', name: 'db', data: { password: hole } });
      cluster.addSecret(cluster, { namespace: 'No NS', name: 'S P', data: { password: hole } });
    });
    expect(found.map((line) => line.slice(0, line.indexOf(';')))).toEqual([
      '[test/k3s] addSecret data.password: Secret db has a value without a secret in it, which would be written into synthesis.json',
      '[test/k3s] addSecret name: declares Secret shop/db, which k3s declares as well',
      '[test/k3s] addSecret namespace: must be the name of a namespace, got "No NS"',
      `[test/k3s] addSecret name: must be lower case letters, digits, '-' and '.', got "S P"`,
    ]);
    expect(JSON.stringify(found)).not.toContain('hunter2');
  });

  test('fails when the version of a cluster that exists is not supported, or its kubeconfig is not a reference', () => {
    const found = problems(
      (env) =>
        new ExistingCluster(env, 'cloud', {
          kubeconfig: 'apiVersion: v1' as never,
          kubernetesVersion: '1.28',
        }),
    );
    expect(found).toEqual([
      '[test/cloud] kubernetesVersion: must be a Kubernetes minor from 1.32 to 1.36, got "1.28"; write kubernetesVersion: \'1.34\' (kubernetes-version)',
      "[test/cloud] kubeconfig: must be a reference, not a kubeconfig; write kubeconfig: { context: 'my-cluster' } or { secret: secret('kubeconfig') } (kubeconfig-reference)",
    ]);
  });
});

test('instanceof tells clusters, namespaces and other charts apart', () => {
  const env = new Environment('test');
  const charts = [k3s(env), existing(env), new Namespace(env, 'shop'), new Chart(env, 'chart')];
  const classes = [Cluster, K3sCluster, ExistingCluster, Namespace];
  expect(charts.map((chart) => classes.map((type) => chart instanceof type))).toEqual([
    [true, true, false, false],
    [true, false, true, false],
    [false, false, false, true],
    [false, false, false, false],
  ]);
});

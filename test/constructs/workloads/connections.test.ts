import { describe, expect, test } from '@jest/globals';
import { Namespace } from '../../../constructs/cluster/namespace';
import { connectionTo } from '../../../constructs/workloads/connection';
import { WebService } from '../../../constructs/workloads/web-service';
import { Worker } from '../../../constructs/workloads/worker';
import { Environment } from '../../../constructs/environment';
import { SecretRef } from '../../../lib/secret';
import { k3sCluster, synthesisOfCluster } from '../../support/synth';
import { containerOf, data, refusals, shop } from '../../support/workloads';

const IMAGE = 'ghcr.io/acme/api:2.0.0';

describe('a connection', () => {
  test('becomes variables, by its name among the connections', () => {
    const namespace = shop();
    const api = new WebService(namespace, 'api', { image: IMAGE });
    const web = new WebService(namespace, 'web', {
      image: IMAGE,
      connections: { 'orders-api': api.connection },
    });
    expect(containerOf(web.deployment).env).toEqual([
      { name: 'ORDERS_API_HOST', value: 'api.shop' },
      { name: 'ORDERS_API_PORT', value: '80' },
      { name: 'ORDERS_API_URL', value: 'http://api.shop' },
    ]);
  });

  test('opens the port of the container in both policies, and nothing else', () => {
    const namespace = shop();
    const api = new WebService(namespace, 'api', { image: IMAGE, port: 3000 });
    const web = new WebService(namespace, 'web', { image: IMAGE, connections: { api: api.connection } });
    const peer = (name: string) => ({ podSelector: { matchLabels: { 'app.kubernetes.io/name': name } } });
    const ports = [{ port: 3000, protocol: 'TCP' }];
    expect(data(api.network.policy).spec.ingress).toEqual([{ from: [peer('web')], ports }]);
    expect(data(web.network.policy).spec.egress).toEqual([expect.anything(), { to: [peer('api')], ports }]);
    expect(data(web.network.policy).spec.ingress).toBeUndefined();
  });

  test('into another namespace names both', () => {
    const namespace = shop();
    const jobs = new Namespace(namespace.node.scope as never, 'jobs');
    const api = new WebService(namespace, 'api', { image: IMAGE });
    const mailer = new Worker(jobs, 'mailer', { image: IMAGE, connections: { api: api.connection } });
    const of = (name: string) => ({ matchLabels: { 'kubernetes.io/metadata.name': name } });
    expect(data(api.network.policy).spec.ingress[0].from[0].namespaceSelector).toEqual(of('jobs'));
    expect(data(mailer.network.policy).spec.egress[1].to[0].namespaceSelector).toEqual(of('shop'));
    expect(refusals(namespace)).toEqual([]);
  });

  test('applies what it leads to first, also when that is declared later', () => {
    const namespace = shop();
    const web = new WebService(namespace, 'web', { image: IMAGE });
    const api = new WebService(namespace, 'api', { image: IMAGE });
    const front = new WebService(namespace, 'a-front', {
      image: IMAGE,
      connections: { api: api.connection },
    });
    const objects = synthesisOfCluster(namespace.node.scope as never).manifests.flatMap(
      (file) => file.objects,
    );
    const of = (path: string) => objects.find((object) => object.path === path)!;
    expect(of(front.deployment.node.path).after).toContain(api.deployment.node.path);
    expect(of(web.deployment.node.path).after).toBeUndefined();
  });

  test('in both directions needs one without order', () => {
    const mutual = (startOrder: boolean) => {
      const namespace = shop();
      const a = new WebService(namespace, 'a', { image: IMAGE });
      const b = new WebService(namespace, 'b', { image: IMAGE, connections: { a: a.connection } });
      new Worker(namespace, 'c', { image: IMAGE, connections: { b: { ...b.connection, startOrder } } });
      a.node.addDependency(namespace.node.findChild('c'));
      return refusals(namespace);
    };
    expect(mutual(true).join()).toContain('dependency-cycle');
    expect(mutual(false)).toEqual([]);
  });

  test('to an address outside lets out exactly there', () => {
    const namespace = shop();
    const mailer = new Worker(namespace, 'mailer', {
      image: IMAGE,
      connections: { smtp: connectionTo({ host: '192.0.2.25', port: 587 }) },
    });
    expect(data(mailer.network.policy).spec.egress[1]).toEqual({
      to: [{ ipBlock: { cidr: '192.0.2.25/32' } }],
      ports: [{ port: 587, protocol: 'TCP' }],
    });
    expect(containerOf(mailer.deployment).env[0]).toEqual({ name: 'SMTP_HOST', value: '192.0.2.25' });
  });

  test('hands a secret over by reference; in another namespace, of a copy made there', () => {
    const namespace = shop();
    const other = new Namespace(namespace.node.scope as never, 'other');
    const api = new WebService(namespace, 'api', { image: IMAGE });
    const connection = {
      ...api.connection,
      secret: {
        namespace: 'shop',
        name: 'api-key',
        variables: { KEY: { key: 'key', value: SecretRef.fromConfig('api-key') } },
      },
    };
    const near = new Worker(namespace, 'near', { image: IMAGE, connections: { api: connection } });
    const far = new Worker(other, 'far', { image: IMAGE, connections: { api: connection } });
    const keyOf = (worker: Worker) => (containerOf(worker.deployment).env as object[]).at(-1);
    expect(keyOf(near)).toEqual({
      name: 'API_KEY',
      valueFrom: { secretKeyRef: { name: 'api-key', key: 'key' } },
    });
    expect(keyOf(far)).toEqual({
      name: 'API_KEY',
      valueFrom: { secretKeyRef: { name: 'far-api', key: 'key' } },
    });
    const { kubernetesSecrets } = synthesisOfCluster(namespace.node.scope as never);
    expect(kubernetesSecrets).toMatchObject([
      { namespace: 'other', name: 'far-api', data: { key: '«secret:api-key»' } },
    ]);
  });
});

describe('a connection is refused', () => {
  test('into a namespace that lets in others only', () => {
    const namespace = shop({ allowFrom: ['jobs'] });
    const api = new WebService(namespace, 'api', { image: IMAGE });
    const web = new Namespace(namespace.node.scope as never, 'web');
    new WebService(web, 'web', { image: IMAGE, connections: { api: api.connection } });
    expect(refusals(namespace).join('\n')).toContain(
      "leads into namespace shop, which lets in nothing from web; write allowFrom: ['jobs', 'web']",
    );
  });

  test('when its secret is made by something else, in another namespace', () => {
    const namespace = shop();
    const other = new Namespace(namespace.node.scope as never, 'other');
    const api = new WebService(namespace, 'api', { image: IMAGE });
    const value = SecretRef.existing({ name: 'api-key', key: 'key' });
    const secret = { namespace: 'shop', name: 'api-key', variables: { KEY: { key: 'key', value } } };
    new Worker(other, 'far', { image: IMAGE, connections: { api: { ...api.connection, secret } } });
    expect(refusals(namespace).join('\n')).toContain('which pods of other namespaces cannot read');
  });

  test('to a name, without the addresses where it leads', () => {
    const namespace = shop();
    const db = connectionTo({ host: 'db.example.org', port: 5432 });
    new Worker(namespace, 'w', { image: IMAGE, connections: { db } });
    expect(refusals(namespace).join('\n')).toContain("cidrs: ['192.0.2.5/32']");
  });

  test('into another cluster', () => {
    const namespace = shop();
    const second = k3sCluster({
      servers: { delta: { ssh: { host: '10.0.9.1' }, nodeIp: '10.0.9.1' } },
      agents: {},
    });
    const api = new WebService(new Namespace(second, 'there'), 'api', { image: IMAGE });
    new WebService(namespace, 'web', {
      image: IMAGE,
      connections: { api: { ...api.connection, startOrder: false } },
    });
    expect(second.node.root).toBeInstanceOf(Environment);
    expect(refusals(namespace).join('\n')).toContain('which is in another cluster');
  });

  test('when its variables are set by env as well', () => {
    const namespace = shop();
    const api = new WebService(namespace, 'api', { image: IMAGE });
    new Worker(namespace, 'w', {
      image: IMAGE,
      env: { API_HOST: 'x' },
      connections: { api: api.connection },
    });
    expect(refusals(namespace).join('\n')).toContain('env.API_HOST');
  });

  test('when it leaves a namespace that denies by default, and has no policy that opens the way', () => {
    const namespace = shop({ defaultDeny: true });
    const api = new WebService(namespace, 'api', { image: IMAGE, networkPolicy: false });
    new WebService(namespace, 'web', { image: IMAGE, connections: { api: api.connection } });
    expect(refusals(namespace).join('\n')).toContain('networkPolicy');
  });
});

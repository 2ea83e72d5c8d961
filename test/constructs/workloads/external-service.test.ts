import { spawnSync } from 'node:child_process';
import { describe, expect, test } from '@jest/globals';
import { ExternalService, type ExternalServiceProps } from '../../../constructs/workloads/external-service';
import { WebService } from '../../../constructs/workloads/web-service';
import { late } from '../../../lib/late';
import { containerOf, data, podSpecOf, refusals, shop } from '../../support/workloads';

const ollama = (props: Partial<ExternalServiceProps> = {}, namespace = shop()) =>
  new ExternalService(namespace, 'ollama', { address: '192.168.10.50', port: 11434, ...props });

describe('something outside of the cluster', () => {
  test('is a Service without a selector, and an EndpointSlice that leads there', () => {
    const { service, endpointSlices, route, healthWatch } = ollama();
    expect(data(service).spec).toEqual({ ports: [{ name: 'http', port: 11434, targetPort: 'http' }] });
    expect(endpointSlices.map(data)).toMatchObject([
      {
        metadata: { name: 'ollama-ipv4', labels: { 'kubernetes.io/service-name': 'ollama' } },
        addressType: 'IPv4',
        endpoints: [{ addresses: ['192.168.10.50'], conditions: { ready: true } }],
        ports: [{ name: 'http', port: 11434, protocol: 'TCP' }],
      },
    ]);
    expect(route).toBeUndefined();
    expect(healthWatch).toBeUndefined();
  });

  test('several addresses: one EndpointSlice for each family', () => {
    const { endpointSlices } = ollama({ address: ['192.168.10.50', 'fd00::50', '192.168.10.51'] });
    expect(
      endpointSlices.map((slice) => `${data(slice).addressType} ${data(slice).endpoints.length}`),
    ).toEqual(['IPv4 2', 'IPv6 1']);
  });

  test('lets its consumers out to exactly there', () => {
    const namespace = shop();
    const model = ollama({ servicePort: 80 }, namespace);
    const web = new WebService(namespace, 'web', {
      image: 'ghcr.io/acme/web:1',
      connections: { model: model.connection },
    });
    expect(data(web.network.policy).spec.egress[1]).toEqual({
      to: [{ ipBlock: { cidr: '192.168.10.50/32' } }],
      ports: [{ port: 11434, protocol: 'TCP' }],
    });
    expect(containerOf(web.deployment).env).toContainEqual({
      name: 'MODEL_URL',
      value: 'http://ollama.shop',
    });
    expect(refusals(namespace)).toEqual([]);
  });

  test.each([
    [{}, 'http://ollama.shop:11434'],
    [{ appProtocol: 'https' as const, servicePort: 443 }, 'https://ollama.shop'],
  ])('%j has an address in its URL', (props, url) => {
    expect(ollama(props).connection.variables).toEqual({ URL: url });
  });

  test('plain TCP has no URL', () => {
    const { connection, service } = ollama({ appProtocol: 'tcp' });
    expect(connection.variables).toBeUndefined();
    expect(data(service).spec.ports[0].name).toBe('tcp');
  });

  test('https: Traefik is told to speak it', () => {
    expect(data(ollama({ appProtocol: 'https' }).service).metadata.annotations).toEqual({
      'traefik.ingress.kubernetes.io/service.serversscheme': 'https',
    });
  });

  test('host: served from outside like any other service', () => {
    const { route } = ollama({ host: 'ai.example.org', path: '/v1', tls: { secretName: 'ai' } });
    expect(data(route).spec).toMatchObject({
      rules: [
        {
          host: 'ai.example.org',
          http: { paths: [{ path: '/v1', backend: { service: { name: 'ollama' } } }] },
        },
      ],
      tls: [{ secretName: 'ai' }],
    });
  });

  test('health: a pod that is ready while all addresses answer', () => {
    const { healthWatch } = ollama({
      address: ['192.168.10.50', 'fd00::50'],
      health: { path: '/api/version', periodSeconds: 30 },
    });
    const { readinessProbe } = containerOf(healthWatch!.deployment);
    expect(readinessProbe).toMatchObject({ periodSeconds: 30, timeoutSeconds: 11 });
    expect(readinessProbe.exec.command).toEqual([
      'sh',
      '-c',
      'for url; do wget -q -T 4 -O /dev/null "$url" || exit 1; done',
      'health',
      'http://192.168.10.50:11434/api/version',
      'http://[fd00::50]:11434/api/version',
    ]);
    expect(data(healthWatch!.deployment).metadata.name).toBe('ollama-health');
    expect(podSpecOf(healthWatch!.deployment).securityContext.runAsUser).toBe(65534);
  });

  test('health without a path: the port is open', () => {
    const { healthWatch } = ollama({ health: {} });
    expect(containerOf(healthWatch!.deployment).readinessProbe.exec.command).toEqual([
      'sh',
      '-c',
      'port=$1; shift; for address; do nc -z -w 4 "$address" "$port" || exit 1; done',
      'health',
      '11434',
      '192.168.10.50',
    ]);
  });

  test('health: a path that only a run knows is an argument, which no shell reads', () => {
    const { healthWatch } = ollama({ health: { path: late('path', { example: '/healthz' }) } });
    const [, , script, , url] = containerOf(healthWatch!.deployment).readinessProbe.exec.command;
    expect(script).not.toContain('healthz');
    expect(url).toBe('http://192.168.10.50:11434«late:path=/healthz»');
  });

  test.each([
    [['true', 'true'], 0],
    [['true', 'false'], 1],
    [['false', 'true'], 1],
  ])('health: with programs that are %j the probe ends with %d', (answers, status) => {
    const { healthWatch } = ollama({ address: answers, health: { path: '/' } });
    const [, , script] = containerOf(healthWatch!.deployment).readinessProbe.exec.command;
    const stub = `wget() { for last; do :; done; "$last"; }; ${script}`;
    expect(spawnSync('sh', ['-c', stub, 'health', ...answers]).status).toBe(status);
  });

  test('takes an address that only a run knows', () => {
    const namespace = shop();
    ollama({ address: late('gpu', { example: '203.0.113.9' }), health: {} }, namespace);
    expect(refusals(namespace)).toEqual([]);
  });

  test.each<[string, Partial<ExternalServiceProps>, string]>([
    ['a name', { address: 'gpu.lan' }, 'must be an IP address, got "gpu.lan"'],
    ['no address at all', { address: [] }, 'is an empty list'],
    ['an address of the machine itself', { address: '127.0.0.1' }, 'the API server refuses it'],
    ['a link-local address', { address: 'fe80::1' }, 'the API server refuses it'],
    ['a path for its health with a quote in it', { health: { path: "/'; id" } }, "write path: '/healthz'"],
    [
      'a host of plain TCP',
      { appProtocol: 'tcp', host: 'db.example.org' },
      'and make a TraefikTcpRoute to this service',
    ],
    [
      'a path for the health of plain TCP',
      { appProtocol: 'tcp', health: { path: '/healthz' } },
      'write health: {}, which tries the port',
    ],
    ['a port that is none', { port: 0 }, 'from 1 to 65535'],
  ])('refuses %s', (_, props, message) => {
    const namespace = shop();
    ollama(props, namespace);
    expect(refusals(namespace).join('\n')).toContain(message);
  });
});

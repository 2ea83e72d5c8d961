// A stand-in for an API server, over TLS: it knows ConfigMaps only, takes each of them, refuses any request that it does not expect, and can go down.
import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:https';
import type { ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterEach, expect, test } from '@jest/globals';
import { stringify } from 'yaml';
import { liveColumn } from '../../adapters/live-cluster/live-column';
import { loadSchemas } from '../../adapters/schemas';
import type { ColumnAnswer } from '../../lib/diff/column';
import { HiddenValues } from '../../lib/diff/hidden-value';
import type { KubernetesObject } from '../../lib/synthesis/synthesis';
import { folderWith } from '../support/cli';
import { comparisonOf } from '../support/comparison';

const tls = (file: string): string => readFileSync(join(__dirname, '../fixtures/tls', file), 'utf8');
const OBJECTS = 20;
let server: Server | undefined;

afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

test('a cluster that goes down half way leaves what it has said, and says how much is missing', async () => {
  const { says, notes, failed } = await askStandIn((name, response) => {
    // The client asks for eight at a time: when it asks for this one, it has had the answer to another.
    if (name === 'settings-15') response.socket?.destroy();
    else json(response, 404, {});
  });
  expect(failed).toBeUndefined();
  expect(notes).toHaveLength(2);
  const [, left = ''] =
    /the cluster ends the connection: (\d+) objects without an answer/.exec(notes[1] ?? '') ?? [];
  expect(Number(left)).toBeGreaterThan(0);
  expect(says.size + Number(left)).toBe(OBJECTS);
  expect([...new Set(says.values())]).toEqual(['would be created']);
});

test('a server that is overloaded says nothing of the objects', async () => {
  const { says } = await askStandIn((_, response) => json(response, 404, {}), { patched: 503 });
  expect([...new Set(says.values())]).toEqual(['not tried: try later']);
});

test('a cluster that answers no more is given up after the time for one answer', async () => {
  const { failed } = await askStandIn(() => undefined, { timeout: 200 });
  expect(failed).toBe('test: the cluster does not answer');
});

test('no more than eight things are asked at a time', async () => {
  let [now, most] = [0, 0];
  await askStandIn((_, response) => {
    most = Math.max(most, ++now);
    setImmediate(() => {
      now -= 1;
      json(response, 404, {});
    });
  });
  expect(most).toBeLessThanOrEqual(8);
  expect(most).toBeGreaterThan(1);
});

async function askStandIn(
  onGet: (name: string, response: ServerResponse) => void,
  { timeout, patched = 201 }: { readonly timeout?: number; readonly patched?: number } = {},
): Promise<ColumnAnswer> {
  const port = await standIn(onGet, patched);
  const folder = folderWith({ config: kubeconfig(port) });
  const objects = Array.from({ length: OBJECTS }, (_, index) => configMap(`settings-${index}`));
  return liveColumn([{ comparison: comparisonOf([], objects), kubeconfig: 'config' }], {
    cwd: folder,
    schemas: loadSchemas(),
    hidden: new HiddenValues(),
    ...(timeout !== undefined && { timeout }),
  });
}

async function standIn(
  onGet: (name: string, response: ServerResponse) => void,
  patched: number,
): Promise<number> {
  const started = createServer({ key: tls('server.key'), cert: tls('server.crt') }, (request, response) => {
    const { method, url = '' } = request;
    const [, name, query] = /^\/api\/v1\/namespaces\/shop\/configmaps\/([\w-]+)(\?.*)?$/.exec(url) ?? [];
    if (request.headers.authorization !== 'Bearer right') json(response, 401, {});
    else if (url === '/version') json(response, 200, { gitVersion: 'v1.34.1+k3s1' });
    else if (url === '/api/v1')
      json(response, 200, { resources: [{ name: 'configmaps', kind: 'ConfigMap', namespaced: true }] });
    else if (name !== undefined && method === 'GET') onGet(name, response);
    else if (
      name !== undefined &&
      method === 'PATCH' &&
      query === '?dryRun=All&force=true&fieldManager=k3stack'
    )
      request.resume().on('end', () => json(response, patched, { ...configMap(name), message: 'try later' }));
    else json(response, 400, { message: `${method} ${url} is not expected` });
  });
  server = started;
  await new Promise<void>((resolve) => void started.listen(0, '127.0.0.1', resolve));
  return (started.address() as AddressInfo).port;
}

function json(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

function kubeconfig(port: number): string {
  return stringify({
    'current-context': 'a',
    contexts: [{ name: 'a', context: { cluster: 'a', user: 'a' } }],
    clusters: [
      {
        name: 'a',
        cluster: {
          server: `https://127.0.0.1:${port}`,
          'certificate-authority-data': Buffer.from(tls('ca.crt')).toString('base64'),
        },
      },
    ],
    users: [{ name: 'a', user: { token: 'right' } }],
  });
}

function configMap(name: string): KubernetesObject {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace: 'shop' }, data: { a: 'b' } };
}

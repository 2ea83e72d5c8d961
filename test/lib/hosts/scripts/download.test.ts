import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { ScriptHost, type StepRun } from '../../../support/script-host';

jest.setTimeout(60_000);

const content = Buffer.alloc(300_000, 'k3s ');
const sha256 = createHash('sha256').update(content).digest('hex');

let host: ScriptHost;
let server: Server;
let answer: (request: IncomingMessage, response: ServerResponse) => void;
let ranges: (string | undefined)[];

beforeEach(async () => {
  host = new ScriptHost();
  host.step(
    'get',
    'use download\nstep() { mkdir -p "$STATE/artifacts"; download k3s "$IN_URL" "$IN_SHA" "$STATE/artifacts/$IN_SHA"; }',
  );
  ranges = [];
  server = createServer((request, response) => {
    ranges.push(request.headers.range);
    answer(request, response);
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
});
afterEach(() => {
  server.close();
  host.remove();
});

const artifact = `/var/lib/k3stack/artifacts/${sha256}`;
const port = () => (server.address() as AddressInfo).port;

function get(more: Record<string, string> = {}, tries = '2'): Promise<StepRun> {
  const values = { URL: `http://user:canary@127.0.0.1:${port()}/v1%2Bk3s1/k3s`, SHA: sha256, ...more };
  return host.run('create', { step: 'get', values }, { K3STACK_DOWNLOAD_TRIES: tries });
}

test('what comes is verified, then takes its name', async () => {
  answer = (_, response) => response.end(content);
  expect(await get()).toMatchObject({ code: 0 });
  expect(host.list('/var/lib/k3stack/artifacts')).toEqual([sha256]);
});

test('a download that broke off goes on where it stopped', async () => {
  answer = ({ headers }, response) => {
    const from = Number(/bytes=(\d+)-/.exec(headers.range ?? '')?.[1] ?? 0);
    if (from === 0) {
      response.writeHead(200, { 'content-length': content.length });
      response.write(content.subarray(0, 100_000), () => setTimeout(() => response.destroy(), 100));
      return;
    }
    response.writeHead(206, { 'content-range': `bytes ${from}-${content.length - 1}/${content.length}` });
    response.end(content.subarray(from));
  };
  expect(await get()).toMatchObject({ code: 0 });
  expect(ranges).toEqual([undefined, 'bytes=100000-']);
});

test('a server without ranges is asked from the start', async () => {
  host.write(`${artifact}.part`, 'something else');
  answer = (_, response) => response.end(content);
  expect(await get({}, '3')).toMatchObject({ code: 0 });
});

test('what is not what the lock file says is dropped, and both sums are told', async () => {
  answer = (_, response) => response.end('tampered');
  const run = await get();
  expect(run).toMatchObject({ code: 20 });
  expect(run.stderr).toContain(
    `expected sha256 ${sha256}, got ${createHash('sha256').update('tampered').digest('hex')}`,
  );
  expect(host.list('/var/lib/k3stack/artifacts')).toEqual([]);
});

test('attempts come to an end, and no message holds the password', async () => {
  answer = (_, response) => response.writeHead(404).end();
  const run = await get();
  expect(run).toMatchObject({
    code: 22,
    stderr: expect.stringMatching(/could not be downloaded from http:\/\/\*\*\*@127.* in 2 attempts: .*404/),
  });
  expect(run.stderr).not.toContain('canary');
});

import { createServer, type AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { ScriptHost } from '../../../support/script-host';

// Processes by the dozen, on machines that do other things too.
jest.setTimeout(60_000);

let host: ScriptHost;
beforeEach(() => {
  host = new ScriptHost();
});
afterEach(() => host.remove());

const ADDRESS = '127.0.0.1';
const probe = async (port = 1): Promise<unknown> => {
  const { result } = await host.run('run', { step: 'ports', records: [['probe', ADDRESS, String(port)]] });
  return result?.['probes'];
};

test('a port is open, or refused by the host itself', async () => {
  // Ends what it is connected to: nobody speaks HTTP here.
  const server = createServer((socket) => void socket.destroy());
  await new Promise<void>((done) => server.listen(0, ADDRESS, done));
  const { port } = server.address() as AddressInfo;
  try {
    expect(await probe(port)).toEqual([{ address: ADDRESS, port, state: 'open' }]);
  } finally {
    server.close();
  }
  expect(await probe()).toEqual([{ address: ADDRESS, port: 1, state: 'refused' }]);
});

test.each([
  ['refused', 'Connection refused'],
  ['timeout', 'No route to host'],
])('curl and bash end alike, and it is %s when they say %s', async (state, says) => {
  host.program('curl', `echo '* connect to ${ADDRESS} port 1 failed: ${says}' >&2; printf 0.000000; exit 7`);
  expect(await probe()).toEqual([{ address: ADDRESS, port: 1, state }]);
  host.program('bash', `echo 'bash: connect: ${says}' >&2; exit 1`);
  const { stdout } = host.source(['ports'], `has() { [ "$1" = bash ]; }; probe ${ADDRESS} 1`);
  expect(JSON.parse(stdout)).toEqual({ address: ADDRESS, port: 1, state });
});

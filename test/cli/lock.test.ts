import { readFileSync } from 'node:fs';
import { createServer as createPlainServer, type RequestListener } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { addFiles, cli, existingProgram, folderWith, k3sProgram, type CliResult } from '../support/cli';
import { k3stack } from '../support/built-cli';

const TLS = join(__dirname, '../fixtures/tls');
const sum = (digit: string): string => digit.repeat(64);
const list = (arch: string, binary: string, digit: string): string =>
  `${sum(digit)}  ${binary}\n${sum('0')}  k3s-airgap-images-${arch}.tar\n${sum('9')}  k3s-airgap-images-${arch}.tar.zst\n`;

let server: Server;
let plain: ReturnType<typeof createPlainServer>;
let port: number;
let plainPort: number;
let trusted: ReturnType<typeof createPlainServer>;
let trustedPort: number;

const listening = (each: Server | ReturnType<typeof createPlainServer>): Promise<number> =>
  new Promise((done) => each.listen(0, 'localhost', () => done((each.address() as AddressInfo).port)));

beforeAll(async () => {
  plain = createPlainServer((_, response) => response.end(list('amd64', 'k3s', 'a')));
  plainPort = await listening(plain);
  const answer: RequestListener = (request, response) => {
    const [, mirror = '', version, file = ''] = decodeURIComponent(request.url ?? '').split('/');
    const arch = /^sha256sum-(\w+)\.txt$/.exec(file)?.[1] ?? '';
    const binary = { amd64: 'k3s', arm64: 'k3s-arm64', arm: 'k3s-armhf' }[arch] ?? '';
    const answers: Record<string, () => unknown> = {
      good: () =>
        version === 'v1.34.1+k3s1'
          ? response.end(list(arch, binary, 'a'))
          : response.writeHead(404).end('Not Found'),
      tampered: () => response.end(list(arch, binary, 'f')),
      'cut-off': () =>
        response
          .writeHead(200, { 'content-length': '5000' })
          .write(list(arch, binary, 'a'), () => response.destroy()),
      'half-line': () => response.end(list(arch, binary, 'a').slice(0, -10)),
      page: () => response.end('<html>please log in</html>\n'),
      other: () => response.end(`${sum('1')}  something-else\n`),
      moved: () => response.writeHead(302, { location: `/good/${version}/${file}` }).end(),
      downgrade: () => response.writeHead(302, { location: `http://localhost:${plainPort}/x` }).end(),
      loop: () => response.writeHead(302, { location: request.url }).end(),
      huge: () => response.end('x'.repeat(5_000_000)),
      forbidden: () => response.writeHead(403).end(),
      silent: () => {},
    };
    answers[mirror]?.();
  };
  server = createServer(
    { cert: readFileSync(join(TLS, 'server.crt')), key: readFileSync(join(TLS, 'server.key')) },
    answer,
  );
  trusted = createPlainServer(answer);
  trustedPort = await listening(trusted);
  port = await listening(server);
});

afterAll(async () => {
  const all = [server, trusted, plain];
  all.forEach((each) => each.closeAllConnections());
  await Promise.all(all.map((each) => new Promise((done) => each.close(done))));
});

/** In this process, which cannot be made to trust the certificate: its requests go to the same server without TLS. */
const lock = async (mirror: string, args: readonly string[], cwd: string): Promise<CliResult> => {
  const real = globalThis.fetch;
  const [secure, insecure] = [`https://localhost:${port}/`, `http://localhost:${trustedPort}/`];
  const fetched = jest
    .spyOn(globalThis, 'fetch')
    .mockImplementation((url, init) => real((url as string).replace(secure, insecure), init));
  try {
    return await cli(['lock', '--from', `${secure}${mirror}`, ...args], { cwd });
  } finally {
    fetched.mockRestore();
  }
};

const lockFile = (cwd: string): unknown => JSON.parse(readFileSync(join(cwd, 'k3stack.lock.json'), 'utf8'));

test('pins what the environments use, and tells what it added', async () => {
  const cwd = folderWith({ 'environments.ts': k3sProgram(['staging', 'production']) });

  const result = await lock('good', [], cwd);

  expect(result).toMatchObject({ code: 0, stderr: '' });
  expect(result.stdout).toBe('k3stack.lock.json\n  +  v1.34.1+k3s1  k3s  aaaaaaaaaaaa…\n');
  expect(lockFile(cwd)).toEqual({
    schema: 'k3stack.lock/v1',
    k3s: {
      'v1.34.1+k3s1': {
        k3s: {
          sha256: sum('a'),
          source: `https://localhost:${port}/good/v1.34.1%2Bk3s1/sha256sum-amd64.txt`,
        },
      },
    },
  });
  expect((await cli(['synth'], { cwd })).stdout).not.toContain('no checksum');
  expect((await lock('good', [], cwd)).stdout).toBe('k3stack.lock.json is up to date\n');
});

test('pins releases and architectures that are named, binary and images', async () => {
  const cwd = folderWith({ 'environments.ts': existingProgram(['a']) });

  const result = await lock('good', ['--version', 'v1.34.1+k3s1', '--arch', 'arm64,arm', '--json'], cwd);

  expect(result.code).toBe(0);
  const { changes } = JSON.parse(result.stdout) as { changes: { artifact: string }[] };
  expect(changes.map((change) => change.artifact)).toEqual([
    'k3s-airgap-images-arm.tar.zst',
    'k3s-airgap-images-arm64.tar.zst',
    'k3s-arm64',
    'k3s-armhf',
  ]);
});

test("takes checksums of the user's own archives from the files", async () => {
  const airGap = `new K3sCluster(env, 'other', { version: 'v1.34.1+k3s1', datastore: Datastore.forServers(servers), airGap: { archives: ['images/app.tar'] },
    servers: { bravo: { ssh: { host: '10.0.0.12' }, nodeIp: '10.0.0.12' } } });`;
  const cwd = folderWith({
    'environments.ts': k3sProgram(['a'], undefined, airGap),
    'images/app.tar': 'app',
  });

  expect((await lock('good', [], cwd)).code).toBe(0);

  expect(lockFile(cwd)).toMatchObject({
    k3s: {
      'v1.34.1+k3s1': {
        'images/app.tar': {
          sha256: 'a172cedcae47474b615c54d510a5d84a8dea3032e958587430b413538be3f333',
          source: 'file:images/app.tar',
        },
        'k3s-airgap-images-amd64.tar.zst': { sha256: sum('9') },
      },
    },
  });
});

test('refuses a checksum that has changed, until it is told to take it', async () => {
  const cwd = folderWith({ 'environments.ts': k3sProgram(['a']) });
  await lock('good', [], cwd);
  const before = readFileSync(join(cwd, 'k3stack.lock.json'), 'utf8');

  const refused = await lock('tampered', [], cwd);
  expect(refused.code).toBe(3);
  expect(refused.stderr).toMatch(
    /a release was replaced, or somebody tampers with it\n {2}v1\.34\.1\+k3s1 k3s\n {4}locked a{64} .*\n {4}now {4}f{64} /,
  );
  expect(readFileSync(join(cwd, 'k3stack.lock.json'), 'utf8')).toBe(before);

  const accepted = await lock('tampered', ['--accept-changed'], cwd);
  expect(accepted).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('~  v1.34.1+k3s1  k3s  aaaaaaaaaaaa… -> ffffffffffff…'),
  });
});

test('follows a redirect to https', async () => {
  const cwd = folderWith({ 'environments.ts': k3sProgram(['a']) });
  expect(await lock('moved', [], cwd)).toMatchObject({ code: 0 });
});

test.each([
  [
    'forbidden',
    [],
    /the server answers 403: it refuses; wait if it limits requests, or use a mirror with --from/,
  ],
  ['cut-off', [], /cannot download .*: (other side closed|aborted|terminated).*; .*try again/],
  ['half-line', [], /cannot be used: it ends in the middle of a line/],
  ['page', [], /cannot be used: line 1 is not a checksum and a name: "<html>please log in<\/html>"/],
  ['other', [], /has no k3s, and there is no such file beside the program/],
  ['downgrade', [], /it redirects to http:\/\/localhost:\d+\/x, and only https:\/\/ is allowed/],
  ['loop', [], /it redirects more than 5 times/],
  ['huge', [], /it is larger than 1048576 bytes, so it is no list of checksums/],
  ['silent', ['--timeout', '0.1234'], /no answer within 0\.124 s; try again/],
])('fails when the mirror is %s, and writes nothing', async (mirror, args, problem) => {
  const cwd = folderWith({ 'environments.ts': k3sProgram(['a']) });

  const result = await lock(mirror, args, cwd);

  expect(result.code).toBe(1);
  expect(result.stderr).toMatch(problem);
  expect(() => lockFile(cwd)).toThrow();
});

test('fails at a release that does not exist', async () => {
  const cwd = folderWith({ 'environments.ts': k3sProgram(['a'], 'v1.34.99+k3s1') });
  expect((await lock('good', [], cwd)).stderr).toMatch(
    /v1\.34\.99%2Bk3s1\/sha256sum-amd64\.txt: the server answers 404: there is no such release/,
  );
});

test('trusts the authorities that NODE_EXTRA_CA_CERTS adds, and no other', async () => {
  const cwd = folderWith({ 'environments.ts': k3sProgram(['a']) });
  const args = ['lock', '--from', `https://localhost:${port}/good`];

  const refused = await cli(args, { cwd });
  expect(refused.code).toBe(1);
  expect(refused.stderr).toMatch(/UNABLE_TO_.*set NODE_EXTRA_CA_CERTS to its certificate/);

  const env = { NODE_EXTRA_CA_CERTS: join(TLS, 'ca.crt') };
  expect(await k3stack(args, { cwd, env })).toMatchObject({ code: 0, stderr: '' });
  expect(lockFile(cwd)).toMatchObject({ k3s: { 'v1.34.1+k3s1': { k3s: { sha256: sum('a') } } } });
});

test('fails at a server without TLS, and at one that is not there', async () => {
  const cwd = folderWith({ 'environments.ts': k3sProgram(['a']) });
  const problemAt = async (url: string): Promise<string> =>
    (await cli(['lock', '--from', url], { cwd })).stderr;
  expect(await problemAt(`https://localhost:${plainPort}`)).toMatch(/does not speak TLS there/);
  const gone = createPlainServer();
  const closed = await listening(gone);
  await new Promise((done) => gone.close(done));
  expect(await problemAt(`https://localhost:${closed}`)).toMatch(/ECONNREFUSED.*; try again/);
});

test.each([
  [['--from', 'http://mirror'], "--from must start with https://, got 'http://mirror'"],
  [['--version', '1.34'], "--version must be a K3s release, got '1.34'; write v1.34.1+k3s1"],
  [['--version', 'v1.34.1+k3s1', '--arch', 'riscv'], "--arch must be one of amd64, arm64, arm, got 'riscv'"],
  [['--arch', 'arm64'], '--arch goes with --version'],
  [['--timeout', 'soon'], "--timeout must be a number of seconds, at most 3600, got 'soon'"],
  [['--timeout', '0'], "--timeout must be a number of seconds, at most 3600, got '0'"],
  [['--timeout', '5000000'], "--timeout must be a number of seconds, at most 3600, got '5000000'"],
  [['--timeout', 'Infinity'], "--timeout must be a number of seconds, at most 3600, got 'Infinity'"],
  [['--version', ''], 'It has an empty name; write the name, or leave the option out.'],
])('refuses %j', async (args, message) => {
  const cwd = folderWith({ 'environments.ts': existingProgram(['a']) });
  expect(await cli(['lock', ...args], { cwd })).toMatchObject({
    code: 1,
    stderr: expect.stringContaining(message),
  });
});

test('fails at an environment that cannot be synthesized and at a lock file that is damaged', async () => {
  const cwd = folderWith({ 'environments.ts': existingProgram(['a'], "throw new Error('no');") });
  expect(await cli(['lock'], { cwd })).toMatchObject({ code: 1, stderr: expect.stringContaining('✗ a') });
  addFiles(cwd, { 'environments.ts': existingProgram(['a']), 'k3stack.lock.json': '{' });
  expect(await cli(['lock'], { cwd })).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('k3stack.lock.json is not JSON'),
  });
});

test('has nothing to do without hosts', async () => {
  const cwd = folderWith({ 'environments.ts': existingProgram(['a']) });
  expect(await cli(['lock'], { cwd })).toMatchObject({
    code: 0,
    stdout: 'k3stack.lock.json is up to date\n',
  });
});

import { expect, test } from '@jest/globals';
import { KnownHosts } from '../../adapters/known-hosts';

/** A key as OpenSSH writes it: the length and name of its type, then anything. */
const key = (type: string, seed = 'a'): string => {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(type.length);
  return `${type} ${Buffer.concat([length, Buffer.from(type), Buffer.from(seed.repeat(36))]).toString('base64')}`;
};
const ED = key('ssh-ed25519');
const ED2 = key('ssh-ed25519', 'b');
const EC = key('ecdsa-sha2-nistp256');
const RSA = key('ssh-rsa');

const hostKey = (text: string, host = 'web', port = 22): string | undefined =>
  KnownHosts.parse(text, 'known_hosts').hostKey(host, port);

test.each<[what: string, text: string, host: string, port: number, expected: string | undefined]>([
  ['finds a plain name', `web ${ED} root@web\n`, 'web', 22, ED],
  ['takes names without regard to case', `Web ${ED}`, 'wEB', 22, ED],
  ['finds one of several names and addresses', `web,10.0.0.1 ${ED}`, '10.0.0.1', 22, ED],
  ['finds an IPv6 address', `fd00::1 ${ED}`, 'fd00::1', 22, ED],
  ['finds a name with a port', `[web]:2222 ${ED}`, 'web', 2222, ED],
  ['does not take another port', `[web]:2222 ${ED}`, 'web', 22, undefined],
  ['does not take the standard port for another', `web ${ED}`, 'web', 2222, undefined],
  ['takes wildcards', `*.example.org ${ED}`, 'a.example.org', 22, ED],
  ['takes a question mark for one character', `web? ${ED}`, 'web12', 22, undefined],
  ['takes dots as they are', `w.b ${ED}`, 'web', 22, undefined],
  ['takes negation', `*.example.org,!bad.example.org ${ED}`, 'bad.example.org', 22, undefined],
  ['prefers ed25519', `web ${EC}\nweb ${ED}`, 'web', 22, ED],
  ['takes ecdsa where there is no ed25519', `web ${RSA}\nweb ${EC}`, 'web', 22, EC],
  ['takes no RSA key', `web ${RSA}`, 'web', 22, undefined],
  ['skips comments and blank lines', `# web\n\n  \nweb ${ED}\r\n`, 'web', 22, ED],
  ['never takes a revoked key', `web ${ED}\n@revoked web ${ED}`, 'web', 22, undefined],
  ['takes another key than the revoked one', `@revoked * ${ED}\nweb ${ED2}`, 'web', 22, ED2],
  ['does not take the key of an authority', `@cert-authority * ${ED}`, 'web', 22, undefined],
  ['takes two lines with one key', `web ${ED}\nweb,other ${ED} again`, 'web', 22, ED],
])('%s', (_, text, host, port, expected) => {
  expect(hostKey(text, host, port)).toBe(expected);
});

test('finds names that ssh-keygen -H has hashed, with and without a port', () => {
  const text = `|1|dUeqlV5w3yFe0/dMgdkjH5r2Rgg=|Oo60JY6ztXuyP/8zZaDcATiHK8E= ${ED}
|1|716Ycvw/KEu8ficcNJTFMPUEOFU=|BZfnFjcLOhajkAkr45966+iXzUk= ${ED2}
`;
  expect(hostKey(text, 'web')).toBe(ED);
  expect(hostKey(text, 'web', 2222)).toBe(ED2);
  expect(hostKey(text, 'other')).toBeUndefined();
});

test('knows no host without a file', () => {
  expect(KnownHosts.read('/nowhere/known_hosts').hostKey('web', 22)).toBeUndefined();
});

test('fails when two lines give different keys, naming both', () => {
  expect(() => hostKey(`web ${ED}\n\n* ${ED2}`)).toThrow(
    /^known_hosts:1 and line 3 give different ssh-ed25519 keys for web/,
  );
});

test.each([
  ['web ssh-ed25519', 'a line needs a host, a key type and a key'],
  [`web ssh-ed25519 ${ED.split(' ')[1]?.slice(0, 6)}`, 'the key is not of type "ssh-ed25519"'],
  [`web ssh-ed25519 ${EC.split(' ')[1]}`, 'the key is not of type "ssh-ed25519"'],
  [`@trusted web ${ED}`, 'the marker "@trusted" is unknown'],
  [`|1|abc|def ${ED}`, 'the hashed host name is not of the form |1|salt|hash'],
])('fails at a line it cannot read, naming file and line: %s', (line, problem) => {
  expect(() => hostKey(`# first\n${line}\n`)).toThrow(`known_hosts:2: ${problem}`);
});

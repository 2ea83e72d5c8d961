import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { ScriptHost } from '../../../../support/script-host';

// Processes by the dozen, on machines that do other things too.
jest.setTimeout(60_000);

let host: ScriptHost;
beforeEach(() => {
  host = new ScriptHost();
});
afterEach(() => host.remove());

const masked = (text: string) =>
  host.source(['mask'], `printf '%s\\n' "$TEXT" | masked_tokens`, { TEXT: text }).stdout.trimEnd();

test.each([
  'token K10abcdef01::server:canary in a line',
  '"K10abcdef01::node:canary"',
  'token: canary',
  'agent-token: "canary canary"',
  '    password: canary',
  'AWS_SECRET_ACCESS_KEY="canary"',
  'K3S_DATASTORE_ENDPOINT=postgres://k3s:canary@db:5432/k3s',
  'mysql://k3s:canary@tcp(db:3306)/k3s',
  'postgres://k3s:p@canary@db:5432/k3s',
  'k3s:p@canary@tcp(db:3306)/k3s',
  'k3s etcd-snapshot save --etcd-s3-secret-key canary --name x',
  'ExecStart=/usr/local/bin/k3s server --token=canary',
  'level=info msg="joined with token=canary, going on"',
  'level=info msg="Adding secrets-encryption key: [{aescbckey canary}]"',
  'level=info msg="Removing aescbc key: {aescbckey canary}"',
  'Authorization: Bearer canary',
  '{"password": "canary"}',
])('no secret is left of %s', (line) => {
  expect(masked(line)).not.toContain('canary');
});

test.each(['node-name: alfa', 'msg="Node is Ready"', 'server: https://10.0.0.1:6443', 'option:node-ip'])(
  '%s stays',
  (line) => {
    expect(masked(line)).toBe(line);
  },
);

import { Buffer } from 'node:buffer';
import type { Bastion } from '../../../cluster/node';
import { isHost, isPort } from '../../../cluster/names';
import type { Finding } from '../../../rules/rule';
import type { K3sModel } from '../model';
import { k3sRule } from './k3s-rule';
import { quoted } from './quoted';

/** Rules about reaching hosts. */
export const sshRules = [
  k3sRule({
    id: 'host-key-type',
    title: 'Pinned host keys are ed25519 or ecdsa',
    reason:
      'The SSH library of @pulumi/command offers no RSA host key when one is pinned, so the connection fails as if the key had changed.',
    source: 'github.com/pulumi/pulumi-command remote/connection.go; golang.org/x/crypto/ssh',
    check: (model) =>
      hops(model).flatMap(({ path, property, hop }) =>
        hop.hostKey === undefined ? [] : hostKeyFindings(path, `${property}.hostKey`, hop.host, hop.hostKey),
      ),
  }),
  k3sRule({
    id: 'ssh-address',
    title: 'SSH hosts are addresses or names, with port and user apart',
    reason: 'A user, port or scheme inside of the host is looked up as a name.',
    source: 'ssh_config(5), HostName',
    check: (model) => hops(model).flatMap(({ path, property, hop }) => addressFindings(path, property, hop)),
  }),
];

interface Hop {
  readonly path: string;
  readonly property: string;
  readonly hop: Bastion;
}

function hops({ nodes }: K3sModel): Hop[] {
  return nodes.flatMap(({ path, transport }): Hop[] => {
    if (!('ssh' in transport)) return [];
    const { bastion, ...host } = transport.ssh;
    return [
      { path, property: 'ssh', hop: host },
      ...(bastion ? [{ path, property: 'ssh.bastion', hop: bastion }] : []),
    ];
  });
}

function hostKeyFindings(path: string, property: string, host: string, hostKey: string): Finding[] {
  const [type = '', blob = '', ...rest] = hostKey.trim().split(/\s+/);
  const fix = `write the output of ssh-keyscan -t ed25519 ${host}, without the address in front, after comparing the fingerprint with the host's own`;
  if (!KEY_TYPES.includes(type)) {
    const problem = type.includes('rsa')
      ? `RSA host keys do not work, got ${quoted(type)}`
      : `must be one of ${KEY_TYPES.join(', ')} and the key, got ${quoted(type)}`;
    return [{ path, property, problem, fix }];
  }
  const isComplete = rest.length <= 1 && blob !== '' && keyTypeIn(blob) === type;
  return isComplete ? [] : [{ path, property, problem: `is not a whole ${type} key`, fix }];
}

/** The key's own name of its type: length and text, at the beginning (RFC 4253, 6.6). */
function keyTypeIn(blob: string): string | undefined {
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(blob)) return undefined;
  const bytes = Buffer.from(blob, 'base64');
  return bytes.length < 40 ? undefined : bytes.subarray(4, 4 + bytes.readUInt32BE(0)).toString('latin1');
}

function addressFindings(path: string, property: string, { host, port, user }: Bastion): Finding[] {
  const findings: Finding[] = [];
  if (!isHost(host)) {
    const bare = /^(?:\w+:\/\/)?(?:[^@]*@)?\[?([^/\]]*?)\]?(?::\d+)?(?:\/.*)?$/.exec(host)?.[1];
    const fix =
      bare !== undefined && isHost(bare)
        ? `write host: ${quoted(bare)}, and port and user beside it`
        : "write host: '10.0.0.11'";
    findings.push({
      path,
      property: `${property}.host`,
      problem: `must be an address or a DNS name, got ${quoted(host)}`,
      fix,
    });
  }
  if (port !== undefined && !isPort(port)) {
    findings.push({
      path,
      property: `${property}.port`,
      problem: `must be 1 to 65535, got ${port}`,
      fix: 'write port: 22',
    });
  }
  if (user !== undefined && !/^[A-Za-z_][A-Za-z0-9_.@-]{0,254}\$?$/.test(user)) {
    findings.push({
      path,
      property: `${property}.user`,
      problem: `must be the name of a user, got ${quoted(user)}`,
      fix: "write user: 'root'",
    });
  }
  return findings;
}

const KEY_TYPES: readonly string[] = [
  'ssh-ed25519',
  'ecdsa-sha2-nistp256',
  'ecdsa-sha2-nistp384',
  'ecdsa-sha2-nistp521',
];

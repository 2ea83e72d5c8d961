import { expect, test } from '@jest/globals';
import type { HostKnowledge } from '../../../adapters/hosts/host-knowledge';
import { preflight } from '../../../adapters/hosts/preflight';
import { PreflightBatch } from '../../../adapters/hosts/preflight-batch';
import type { HostFacts } from '../../../lib/hosts/facts';
import { hostNamed, k3sModel } from '../../support/k3s-model';

const sound: HostFacts = {
  system: 'Linux',
  machine: 'x86_64',
  hostname: 'alfa',
  machineId: 'a',
  init: 'systemd',
  cgroupControllers: ['memory', 'pids'],
  memory: 3900,
  cpus: 4,
  diskFree: 20_000,
  clockSkew: 0,
  sudo: 'root',
  swap: false,
  portsInUse: [],
  defaultRoute: 'eth0',
};

test('a host that does not run Linux is refused for that alone', () => {
  const host = hostNamed(k3sModel({}), 'alfa');
  const run = { environment: 'production', adopt: false };
  const facts = { ...sound, system: 'FreeBSD', init: 'unknown', memory: 0, cpus: 0, diskFree: 0 };
  expect(
    preflight([{ host, run, access: { sudo: 'root' }, facts }]).map(
      ({ rule, problem, blocks }) => `${rule} ${blocks}: ${problem}`,
    ),
  ).toEqual(['host-system provision: the host runs FreeBSD']);
});

/** What the operator is told when `alfa` is looked at, and whether it may be changed. */
async function pass(facts: Partial<HostFacts>): Promise<{ told: string[]; ready: boolean }> {
  const host = hostNamed(k3sModel({}), 'alfa');
  const run = { environment: 'production', adopt: false };
  const knowledge = {
    environment: 'production',
    host: () => host,
    first: () => Promise.resolve({ host, run, access: { sudo: 'root' }, facts: { ...sound, ...facts } }),
  } as unknown as HostKnowledge;
  const told: string[] = [];
  const ready = await new PreflightBatch(knowledge, (line) => told.push(line)).pass('alfa').then(
    () => true,
    () => false,
  );
  return { told, ready };
}

test('a host that is fit is changed without a word, whatever it could do better', async () => {
  expect(await pass({ timeSync: false, iscsi: false, nfs: false })).toEqual({ told: [], ready: true });
});

test('where something stops it, what stops nothing is told as well', async () => {
  const { told, ready } = await pass({ timeSync: false, memory: 100 });
  expect(ready).toBe(false);
  expect(told).toEqual([
    'production/k3s/servers/alfa: it follows no time server; switch it on: timedatectl set-ntp true',
  ]);
});

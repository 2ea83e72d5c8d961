import { server, servers } from '../k3s-model';
import { k3sSynthesis } from '../k3s-synthesis';
import type { HostRiskFixture } from './host-fixture';

const base = {
  servers: servers('alfa', 'bravo', 'charlie'),
  agents: { delta: server(7), echo: server(8) },
};
const only = { servers: servers('alfa') };
const before = k3sSynthesis(base);
const at = (version: string) => k3sSynthesis({ ...base, version });

/** Releases that go up, and what is downloaded for them. */
export const upgradeFixtures: readonly HostRiskFixture[] = [
  {
    rule: 'k3s-minor-upgrade',
    name: 'one minor',
    before,
    after: at('v1.35.2+k3s1'),
    hits: ['v1.34.1+k3s1 -> v1.35.2+k3s1 on alfa, bravo, charlie, delta, echo: drains 5 nodes'],
  },
  {
    rule: 'k3s-minor-upgrade',
    name: 'without a drain',
    before,
    after: k3sSynthesis({ ...base, version: 'v1.35.2+k3s1', upgrade: { drain: false } }),
    hits: ['restarts K3s without draining'],
  },
  { rule: 'k3s-minor-upgrade', name: 'a patch', before, after: at('v1.34.2+k3s1'), hits: [] },
  {
    rule: 'k3s-minor-upgrade',
    name: 'a skip, which is refused',
    before,
    after: at('v1.36.1+k3s1'),
    hits: [],
  },
  { rule: 'k3s-minor-upgrade', name: 'back', before: at('v1.35.2+k3s1'), after: before, hits: [] },
  { rule: 'k3s-minor-upgrade', name: 'a new environment', before: undefined, after: before, hits: [] },
  {
    rule: 'k3s-patch-upgrade',
    name: 'another revision of the same patch',
    before,
    after: at('v1.34.1+k3s2'),
    hits: ['v1.34.1+k3s1 -> v1.34.1+k3s2 on alfa, bravo, charlie, delta, echo: drains 5 nodes'],
  },
  {
    rule: 'k3s-patch-upgrade',
    name: 'of an only node, which is not drained',
    before: k3sSynthesis(only),
    after: k3sSynthesis({ ...only, version: 'v1.34.2+k3s1' }),
    hits: ['v1.34.1+k3s1 -> v1.34.2+k3s1 on alfa: restarts K3s without draining'],
  },
  { rule: 'k3s-patch-upgrade', name: 'a minor', before, after: at('v1.35.2+k3s1'), hits: [] },
  { rule: 'k3s-patch-upgrade', name: 'an older patch', before, after: at('v1.34.0+k3s1'), hits: [] },

  {
    rule: 'artifact-without-checksum',
    name: 'a release that the lock file does not know',
    before,
    after: withChecksum(at('v1.34.2+k3s1'), undefined),
    hits: ['k3s of v1.34.2+k3s1 on alfa, bravo, charlie, delta, echo'],
  },
  {
    rule: 'artifact-without-checksum',
    name: 'not known before either',
    before: withChecksum(before, undefined),
    after: withChecksum(before, undefined),
    hits: [],
  },
  {
    rule: 'artifact-without-checksum',
    name: 'a release that it knows',
    before,
    after: at('v1.34.2+k3s1'),
    hits: [],
  },
  {
    rule: 'artifact-checksum-changed',
    name: 'other bytes under the same name',
    before,
    after: withChecksum(before, 'b'.repeat(64)),
    hits: ['k3s of v1.34.1+k3s1: aaaaaaaaaaaa -> bbbbbbbbbbbb on alfa'],
  },
  {
    rule: 'artifact-checksum-changed',
    name: 'another release',
    before,
    after: withChecksum(at('v1.34.2+k3s1'), 'b'.repeat(64)),
    hits: [],
  },
];

function withChecksum(synthesis: typeof before, sha256: string | undefined): typeof before {
  const hosts = synthesis.hosts.map((host) => ({
    ...host,
    artifacts: host.artifacts.map(({ sha256: old, ...artifact }) => {
      void old;
      return sha256 === undefined ? artifact : { ...artifact, sha256 };
    }),
  }));
  return { ...synthesis, hosts };
}

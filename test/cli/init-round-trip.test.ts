import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { compareImport } from '../../cli/init/k3s/compare';
import { buildImport } from '../../cli/init/k3s/build-import';
import { gatherHosts } from '../../cli/init/k3s/gather';
import { importHosts } from '../../cli/init/k3s/hosts';
import type { HostSource } from '../../cli/init/sources';
import * as k3stack from '../../constructs';
import { renderConfig } from '../../lib/distributions/k3s/config';
import { k3s } from '../../lib/distributions/k3s/k3s';
import type { Settings } from '../../lib/distributions/k3s/options';
import { printProgram } from '../../lib/init/program';
import { anySettings } from '../lib/distributions/k3s/option-arbitraries';

const VERSION = 'v1.36.3+k3s1';

function host(name: string, config: string, role: 'server' | 'agent'): HostSource {
  const file = (path: string, text: string) => ({ path: `${name}/${path}`, name: path, folder: name, text });
  const unit = `[Service]\nExecStart=/usr/local/bin/k3s ${role}\n`;
  return {
    name,
    folder: name,
    files: [file('config.yaml', config), file(role === 'server' ? 'k3s.service' : 'k3s-agent.service', unit)],
  };
}

/** Runs the text of a program that imports from k3stack alone. */
function evaluate(text: string): k3stack.Environments {
  const [, names = '', body = ''] =
    /import \{([^}]*)\} from 'k3stack';\s*export default (.*)$/s.exec(text) ?? [];
  // eslint-disable-next-line @typescript-eslint/no-implied-eval, @typescript-eslint/no-unsafe-call -- the program is the test's own
  return new Function('k3stack', `const {${names}} = k3stack; return ${body}`)(
    k3stack,
  ) as k3stack.Environments;
}

/** What the program of some hosts renders otherwise than they were told. */
function differences(...sources: HostSource[]): ReturnType<typeof compareImport> {
  const built = buildImport(importHosts(gatherHosts(sources), { version: VERSION, roles: new Map() }));
  const program = printProgram({ ...built.program, environment: 'test', comment: [] });
  const cluster = evaluate(program).build('test').node.findChild(built.program.cluster) as k3stack.K3sCluster;
  const rendered = k3s.hosts(cluster.model(), { checksum: () => undefined, hostKey: () => undefined });
  return compareImport(built.draft, rendered);
}

/** Actions of one time, switches without a property, and S3 without a bucket. */
const WITHOUT_WORDS =
  /^(?:cluster-reset.*|with-node-id|private-registry|disable|disable-kube-proxy|disable-network-policy|etcd-s3-.*)$/;

/** What switches something off that a component needs is told, and changes the list of components. */
const NEEDED = ['disable-helm-controller', 'disable-cloud-controller'];

/** Directories that stand in units too, which cannot hold any text, are plain ones. */
function rendered(settings: Settings): string {
  const isPlain = ([name, value]: [string, unknown]): boolean =>
    !IN_UNITS.has(name) || /^\/[\w/.-]+$/.test(String(value));
  return renderConfig(Object.fromEntries(Object.entries(settings).filter(isPlain)));
}

const IN_UNITS = new Set(['data-dir', 'etcd-snapshot-dir']);

describe('any settings, written to config.yaml, imported, and rendered again', () => {
  test('are the same where users may set them by their key', () => {
    const settings = (role: 'server' | 'agent') => anySettings({ role, unmanaged: true });
    fc.assert(
      fc.property(settings('server'), settings('agent'), (server, agent) => {
        const found = differences(
          host('alfa', rendered(server), 'server'),
          host('bravo', rendered({ ...agent, server: 'https://alfa:6443' }), 'agent'),
        );
        const switches = NEEDED.some((name) => (server as Record<string, unknown>)[name] === true);
        expect(found.filter(({ subject }) => !(switches && subject === 'disable'))).toEqual([]);
      }),
      { numRuns: 60 },
    );
  });

  test('are the same on a single server, but for what k3stack has no words for', () => {
    fc.assert(
      fc.property(anySettings({ role: 'server' }), (settings) => {
        const config = rendered({ ...settings, 'node-name': undefined, config: undefined });
        const found = differences(host('alfa', config, 'server')).map(({ subject }) => subject);
        expect(found.filter((subject) => !WITHOUT_WORDS.test(subject))).toEqual([]);
      }),
      { numRuns: 60 },
    );
  });

  test('differ, of all options, only where it is said why', () => {
    fc.assert(
      fc.property(
        anySettings({ role: 'server' }),
        anySettings({ role: 'server' }),
        anySettings({ role: 'agent' }),
        (one, two, agent) => {
          const names = { 'node-name': undefined, config: undefined };
          const sources = [
            host('alfa', rendered({ ...one, ...names }), 'server'),
            host('bravo', rendered({ ...two, ...names }), 'server'),
          ];
          const found = differences(...sources, host('charlie', rendered({ ...agent, ...names }), 'agent'));
          expect(found.filter(({ reason }) => reason === '')).toEqual([]);
        },
      ),
      { numRuns: 60 },
    );
  });
});

// A stand-in for the k3s binary: answers what a test has told it, in any order, and ends with 97 on anything else.
import { readFileSync } from 'node:fs';
import type { ScriptHost } from '../../../../support/script-host';

/** An answer to every call whose arguments hold all of `to`. */
export interface Answer {
  readonly to: readonly string[];
  readonly says?: string;
  readonly code?: number;

  /** Shell text run before it answers; `$*` is its arguments. */
  readonly does?: string;
}

export class FakeK3s {
  constructor(
    private readonly host: ScriptHost,
    answers: readonly Answer[],
  ) {
    const cases = answers.map(({ to, says = '', code = 0, does = ':' }, index) => {
      host.write(`/fake/${index}`, says);
      const pattern = to.map((word) => `*${quote(word)}`).join('');
      return `  ${pattern}*) ${does}; cat ${quote(host.path(`/fake/${index}`))}; exit ${code} ;;`;
    });
    host.executable(
      host.path('/usr/local/bin/k3s'),
      [
        // The last ones are the same in every call.
        `args=$(printf '%s ' "$@" | sed -E 's# --kubeconfig [^ ]*##; s# --request-timeout=20s##')`,
        `printf '%s\\n' "$args" >>${quote(host.path('/fake/calls'))}`,
        'case "$args" in',
        ...cases,
        'esac',
        'echo "unexpected: $args" >&2',
        'exit 97',
      ].join('\n'),
    );
  }

  /** Every call so far that holds `word`. */
  calls(word = ''): string[] {
    if (!this.host.has('/fake/calls')) return [];
    return readFileSync(this.host.path('/fake/calls'), 'utf8')
      .split('\n')
      .filter((line) => line !== '' && line.includes(word))
      .map((line) => line.trim());
  }
}

function quote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

/** A Node as `node_lines` has it. */
export function nodeLine(node: {
  readonly name: string;
  readonly ready?: string;
  readonly cordoned?: boolean;
  readonly etcd?: boolean;
  readonly address?: string;
  readonly owner?: string;
  readonly drained?: string;
  readonly retiring?: string;
}): string {
  const { name, ready = 'True', cordoned, etcd, address = '10.0.0.1', owner = 'prod/k3s' } = node;
  const fields = [
    name,
    ready,
    'v1.36.3+k3s1',
    cordoned ? 'true' : '',
    etcd ? 'true' : '',
    etcd ? 'True' : '',
    address,
    'machine',
    '',
    owner,
    '',
    node.drained ?? '',
    node.retiring ?? '',
    '',
  ];
  return `${fields.join('|')}\n`;
}

/** Values that every step of the cluster gets on its coordinator. */
export const onCoordinator = {
  NODE: 'alfa',
  ROLE: 'server',
  OWNER: 'prod/k3s',
  CLUSTER: 'k3s',
  UNIT: 'k3s',
  DATA_DIR: '/var/lib/rancher/k3s',
  API_PORT: '6443',
  DATASTORE: 'embedded-etcd',
};

/** Marks a host as the one that {@link onCoordinator} names. */
export function ownedHost(host: ScriptHost): void {
  host.write('/var/lib/k3stack/owner', "OWNER='prod/k3s'\nNODE='alfa'\nROLE='server'\n");
}

export const READY: Answer = { to: ['get --raw /readyz'], says: 'ok' };

import type { HostOperator, ReachHosts } from '../../cli/hosts/host-operator';
import type { StepInput } from '../../lib/hosts/step-input';
import type { StepResult } from '../../lib/hosts/step-result';

/** What a script reports on a host; it may throw what a host that fails would make a command throw. */
export type FakeScript = (input: StepInput, on: string) => Readonly<Record<string, unknown>>;

/** Hosts that are none: scripts by name. Whatever a test does not expect throws. */
export class FakeHosts {
  /** `script on host`, in order. */
  readonly calls: string[] = [];
  readonly inputs: StepInput[] = [];
  open = 0;

  constructor(private readonly scripts: Readonly<Record<string, FakeScript>>) {}

  readonly reach: ReachHosts = (synthesis) => {
    this.open++;
    const known = new Set(synthesis.hosts.map(({ name }) => name));
    return {
      runStep: (on, operation, _, input) => {
        if (!known.has(on)) throw new Error(`no host ${on}`);
        return this.runStep(on, operation, input);
      },
      download: (on, path, _, file) => {
        this.calls.push(`download ${path} of ${on} to ${file}`);
        return Promise.resolve();
      },
      close: () => void this.open--,
    } satisfies HostOperator;
  };

  private async runStep(on: string, operation: string, input: StepInput): Promise<StepResult> {
    await Promise.resolve();
    if (operation !== 'run') throw new Error(`operation ${operation}`);
    const script = this.scripts[input.step];
    const stage = input.values['STAGE'];
    this.calls.push(`${input.step}${stage === undefined ? '' : ` ${stage}`} on ${on}`);
    this.inputs.push(input);
    if (script === undefined) throw new Error(`no script ${input.step}`);
    return { k3stack: 1, step: input.step, node: on, did: [], ...script(input, on) };
  }
}

/** What `status` reports of nodes that are all well. */
export function wellStatus(
  names: readonly string[],
  over: Readonly<Record<string, unknown>> = {},
): FakeScript {
  return () => ({
    now: '2026-11-21T12:00:00Z',
    api: true,
    etcd: null,
    nodes: names.map((name) => ({
      name,
      ready: true,
      version: 'v1.34.1+k3s1',
      versionSince: '2026-11-20T08:00:00Z',
      since: '2026-11-20T08:00:30Z',
      cordoned: false,
      owner: 'staging/k3s',
    })),
    ...over,
  });
}

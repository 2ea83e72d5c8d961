import { K3stackError } from '../../lib/errors';
import type { HostFacts } from '../../lib/hosts/facts';
import { directCommand, type Operation } from '../../lib/hosts/launcher';
import { framed, inputText, type StepInput } from '../../lib/hosts/step-input';
import type { StepResult } from '../../lib/hosts/step-result';
import type { Step } from '../../lib/synthesis/graph';
import type { HostSynthesis, Synthesis } from '../../lib/synthesis/synthesis';
import { readLockFile } from '../lock-file';
import type { HostLogin } from '../ssh/host-connection';
import { uploadArtifact } from './artifact-upload';
import { Connections } from './connections';
import { directProgram } from './direct-program';
import { becomesRoot } from './facts';
import { Gates } from './gates';
import { HostKnowledge } from './host-knowledge';
import { HostNotReadyError } from './host-not-ready';
import { stagingProgram } from './host-scripts';
import { refuseMissingChecksums } from './lock-complete';
import { OperatorArtifacts } from './operator-artifacts';
import { preflight, stopsHost } from './preflight';
import { PreflightBatch } from './preflight-batch';
import { runStagedStep } from './run-step';
import { downloadSnapshot } from './snapshot-download';
import { contextText, type ServerContext } from './server-context';
import { serverStates } from './server-states';

/** Where an operator works from. */
export interface OperatorSideOptions {
  /** Folder of the program: the lock file, and `artifacts/<version>/<name>` are beside it. */
  readonly folder: string;

  /** Late values that addresses hold. @default - they hold none */
  readonly late?: Readonly<Record<string, string>>;

  /** Lines for people about what is going on. @default - nothing is told */
  readonly tell?: (line: string) => void;

  /** Seconds that a host which cannot be reached is waited for. @default 120 */
  readonly patience?: number;
}

/**
 * What the operator's machine does around steps on hosts: all that is needed to do a step and must never make one run
 * (docs/decisions/0007-what-a-step-is.md).
 */
export class OperatorSide {
  private readonly connections: Connections;
  private readonly knowledge: HostKnowledge;
  private readonly batch: PreflightBatch;
  private readonly artifacts: OperatorArtifacts;
  private readonly gates: Gates;
  private readonly staged = new Map<string, Promise<void>>();
  private readonly tell: (line: string) => void;

  /** @throws K3stackError `INVALID_LOCK_FILE`. */
  constructor(
    private readonly synthesis: Synthesis,
    private readonly login: HostLogin,
    options: OperatorSideOptions,
  ) {
    const { folder, late = {}, tell = () => {}, patience } = options;
    this.tell = tell;
    this.connections = new Connections(login, patience);
    this.knowledge = new HostKnowledge(synthesis, login, this.connections, late);
    this.batch = new PreflightBatch(this.knowledge, tell);
    this.artifacts = new OperatorArtifacts(folder, readLockFile(folder));
    this.gates = new Gates(synthesis, folder, tell);
  }

  /**
   * What has to happen before an engine carries out a step. Never before a `delete`.
   *
   * @throws K3stackError saying on which host, what was found, and what to do.
   */
  async beforeStep(step: Step, operation?: 'create' | 'update'): Promise<void> {
    const { script, kind } = step;
    if (script === undefined) return;
    refuseMissingChecksums(this.synthesis);
    await this.gates.pass(step, operation, async (host) => (await this.knowledge.first(host)).facts);
    if (kind === 'prepare') await this.batch.pass(script.on);
    if (kind === 'retire') await this.refuseOthers(step.cluster);
    await this.stage(script.on);
    if (kind === 'prepare') await this.upload(script.on);
    if (kind === 'bootstrap') await this.tellAboutServers(script.on);
  }

  /**
   * Runs a staged script on a host, with scripts and context put there before.
   *
   * @throws HostStepError, and K3stackError of the connection.
   */
  async runStep(on: string, operation: Operation, summary: string, input: StepInput): Promise<StepResult> {
    await this.stage(on);
    const { sudoPassword } = this.login;
    return runStagedStep(this.knowledge.on(on), {
      on,
      operation,
      summary,
      input,
      tell: (line) => this.tell(`${on}: ${line.replace(/^k3stack: /, '')}`),
      ...(sudoPassword !== undefined && { sudoPassword }),
    });
  }

  /**
   * Brings the file of a snapshot from a host to this machine.
   *
   * @throws K3stackError `SNAPSHOT_NOT_DOWNLOADED`, and K3stackError of the connection.
   */
  async download(on: string, path: string, sha256: string, file: string): Promise<void> {
    const host = this.knowledge.host(on);
    const input = this.knowledge.input(host, 'snapshot-read');
    const text = inputText({ ...input, values: { ...input.values, PATH: path } });
    const { sudoPassword } = this.login;
    await downloadSnapshot(this.knowledge.on(on), {
      program: directProgram(this.knowledge.scripts(host), 'snapshot-read', text),
      path,
      sha256,
      file,
      ...(sudoPassword !== undefined && { sudoPassword }),
    });
  }

  /** Puts scripts of this release and context on a host, once. */
  stage(on: string): Promise<void> {
    let staging = this.staged.get(on);
    if (staging === undefined) {
      staging = this.stageNow(on, this.servers(this.knowledge.host(on)));
      this.staged.set(on, staging);
      staging.catch(() => this.staged.delete(on));
    }
    return staging;
  }

  /**
   * What a host reported when it was first asked.
   *
   * @throws HostNotReadyError where the user does not become root.
   */
  async facts(on: string): Promise<HostFacts> {
    const seen = await this.knowledge.first(on);
    if (seen.facts === undefined) throw new HostNotReadyError(preflight([seen]).filter(stopsHost));
    return seen.facts;
  }

  /** Ends all connections. */
  close(): void {
    this.connections.close();
  }

  private async stageNow(on: string, servers: readonly ServerContext[]): Promise<void> {
    const host = this.knowledge.host(on);
    const seen = await this.knowledge.access(on);
    if (!becomesRoot(seen.access)) throw new HostNotReadyError(preflight([seen]).filter(stopsHost));
    const context = contextText(this.knowledge.apiPort(on), servers);
    const program = stagingProgram(this.knowledge.scripts(host), context);
    const { code, stderr } = await this.knowledge.on(on)((connection) =>
      connection.exec(directCommand(), { stdin: framed(program, this.login.sudoPassword), timeout: 120 }),
    );
    if (code === 0) return;
    throw new K3stackError(
      'STAGING_FAILED',
      `cannot put the scripts of k3stack on ${on}: ${stderr.trim().split('\n').slice(-3).join('; ') || `it ended with ${code}`}; see room and rights of /var/lib on it`,
    );
  }

  /** A machine that is declared under another name is still the node that it was: that one is not removed, as its new name is refused. */
  private async refuseOthers(cluster: string): Promise<void> {
    const hosts = this.synthesis.hosts.filter((host) => host.cluster === cluster);
    // One that cannot be asked has its own step to fail in.
    const answers = await Promise.all(
      hosts.map(({ name }) => this.knowledge.first(name).catch(() => undefined)),
    );
    const seen = answers.flatMap((answer) => (answer?.facts === undefined ? [] : [answer]));
    const others = preflight(seen).filter((found) => stopsHost(found) && found.rule === 'host-installed');
    if (others.length > 0) throw new HostNotReadyError(others);
  }

  private async upload(on: string): Promise<void> {
    const host = this.knowledge.host(on);
    for (const artifact of host.artifacts.filter(({ from }) => from === 'operator')) {
      const file = await this.artifacts.find(artifact);
      const sent = await uploadArtifact(this.knowledge.on(on), file, {
        ...(this.login.sudoPassword !== undefined && { sudoPassword: this.login.sudoPassword }),
        onProgress: tenths((percent) => this.tell(`${on}: ${artifact.name} ${percent} %`)),
      });
      if (sent) this.tell(`${on}: ${artifact.name} is uploaded`);
    }
  }

  /** The coordinator decides by what all servers say now whether a cluster is made. */
  private async tellAboutServers(on: string): Promise<void> {
    const host = this.knowledge.host(on);
    const servers = this.servers(host);
    const states = await serverStates(servers, (name) => this.knowledge.ask(name));
    await this.stageNow(on, states);
  }

  private servers({ cluster }: HostSynthesis): ServerContext[] {
    return this.synthesis.hosts
      .filter((host) => host.cluster === cluster && host.role === 'server')
      .map(({ name }) => {
        const { nodeIp, transport } = this.knowledge.host(name);
        return {
          name,
          address: nodeIp ?? ('ssh' in transport ? transport.ssh.host : '127.0.0.1'),
          state: 'unknown',
        };
      });
  }
}

/** Called with each further tenth, as percent. */
function tenths(told: (percent: number) => void): (done: number, total: number) => void {
  let last = 0;
  return (done, total) => {
    const tenth = Math.floor((done / total) * 10);
    if (tenth > last) told((last = tenth) * 10);
  };
}

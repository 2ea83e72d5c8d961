import * as pulumi from '@pulumi/pulumi';
import { K3stackError } from '../lib/errors';
import { GENERATED_ROOT, SET_GENERATED_ROOT } from '../lib/generated-secret';
import { quoteShell } from '../lib/hosts/shell';
import type { Synthesis } from '../lib/synthesis/synthesis';
import type { HostAccess } from './host-access';
import type { RunInputs } from './run-inputs';

/** What a stack's configuration gives to a run. */
export interface StackConfig extends Required<RunInputs> {
  readonly access: HostAccess;
}

/**
 * Reads what an environment needs from the configuration of its stack: secrets and late values under their own names in the project's namespace,
 * settings of this package under `k3stack:`.
 *
 * @param more Names of further secrets that are needed, such as kubeconfigs of existing clusters.
 * @param late Late values that the program of the stack gives.
 * @throws K3stackError `MISSING_CONFIGURATION` with everything that is missing, each with the command that sets it.
 */
export function stackConfig(
  synthesis: Synthesis,
  more: readonly string[],
  late: Readonly<Record<string, pulumi.Input<string>>>,
): StackConfig {
  const reader = new Reader();
  const names = [...new Set([...synthesis.secrets.map(({ name }) => name), ...more])].sort();
  const secrets = Object.fromEntries(names.map((name) => [name, reader.secret(name)]));
  const values = Object.fromEntries(
    synthesis.late.map(({ name, example }) => {
      const given = late[name];
      if (given !== undefined) refuseNoText(name, given, example);
      return [name, given ?? reader.plain(name, example)];
    }),
  );
  const access = reader.access(synthesis.hosts.some(({ transport }) => 'ssh' in transport));
  reader.refuseMissing(synthesis.environment);
  return { secrets, late: values, access };
}

/** A late value of the program itself; what an output becomes is known to nobody yet. */
function refuseNoText(name: string, value: unknown, example: string): void {
  if (pulumi.Output.isInstance(value) || value instanceof Promise) return;
  if (typeof value === 'string' && isLine(value)) return;
  throw new K3stackError(
    'INVALID_STACK_SETTING',
    `run(environments, { late: { '${name}': … } }) must give text on one line, such as ${JSON.stringify(example)}, got ${JSON.stringify(value) ?? typeof value}`,
  );
}

function isLine(text: string): boolean {
  return text.trim() !== '' && !/\p{Cc}/u.test(text);
}

/** Notes what is missing, so that all of it is told at once. */
class Reader {
  private readonly own = new pulumi.Config();
  private readonly settings = new pulumi.Config('k3stack');
  private readonly missing: string[] = [];

  secret(name: string): pulumi.Output<string> {
    const value = this.own.getSecret(name);
    const isEmpty = textOf(this.own, name)?.trim() === '';
    if (value !== undefined && !isEmpty && isEncrypted(this.own, name)) return value;
    const there = isEmpty ? '  (it is empty)' : '  (it is there in plain text: take another value)';
    const why = value === undefined ? '' : there;
    const set = name === GENERATED_ROOT ? SET_GENERATED_ROOT : `pulumi config set --secret ${name}`;
    return this.miss(`${set}${why}`);
  }

  plain(name: string, example: string): pulumi.Input<string> {
    const value = isEncrypted(this.own, name) ? this.own.getSecret(name) : this.own.get(name);
    const text = textOf(this.own, name);
    if (value !== undefined && (text === undefined || isLine(text))) return value;
    const why = text === undefined ? 'write its true value' : 'it is empty, or has several lines';
    return this.miss(`pulumi config set ${name} ${quoteShell(example)}  (${why})`);
  }

  access(overSsh: boolean): HostAccess {
    const privateKey = this.setting('sshPrivateKey');
    const passphrase = this.setting('sshPassphrase');
    const sudoPassword = this.setting('sudoPassword');
    if (overSsh && privateKey === undefined && !process.env['SSH_AUTH_SOCK'] && !pulumi.runtime.isDryRun()) {
      this.miss(
        'pulumi config set --secret k3stack:sshPrivateKey < ~/.ssh/id_ed25519  (or start an SSH agent)',
      );
    }
    return {
      ...(privateKey !== undefined && { privateKey }),
      ...(passphrase !== undefined && { passphrase }),
      ...(sudoPassword !== undefined && { sudoPassword }),
    };
  }

  /** A secret that need not be there, but not in plain text. */
  private setting(name: string): pulumi.Output<string> | undefined {
    const value = this.settings.getSecret(name);
    if (value === undefined || isEncrypted(this.settings, name)) return value;
    return this.miss(
      `pulumi config set --secret k3stack:${name}  (it is there in plain text: take another value)`,
    );
  }

  refuseMissing(environment: string): void {
    if (this.missing.length === 0) return;
    throw new K3stackError(
      'MISSING_CONFIGURATION',
      `the stack ${pulumi.getStack()} lacks values that ${environment} needs; run\n` +
        this.missing.map((command) => `  ${command}`).join('\n'),
    );
  }

  /** Stands for a value until {@link refuseMissing} ends the run. */
  private miss(command: string): pulumi.Output<string> {
    this.missing.push(command);
    return pulumi.secret('');
  }
}

/** The value itself, of a secret too, without waiting for an output. */
function textOf({ name }: pulumi.Config, key: string): string | undefined {
  return pulumi.runtime.getConfig(`${name}:${key}`);
}

/** Whether a value is encrypted in the stack's file; taken as such where the SDK does not tell. */
function isEncrypted({ name }: pulumi.Config, key: string): boolean {
  const runtime = pulumi.runtime as unknown as { isConfigSecret?: (fullKey: string) => boolean };
  return runtime.isConfigSecret?.(`${name}:${key}`) ?? true;
}

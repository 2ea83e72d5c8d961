import type * as command from '@pulumi/command';
import * as pulumi from '@pulumi/pulumi';
import type { Bastion, Ssh } from '../lib/cluster/node';
import { mapStrings } from '../lib/late';
import { fillHoles } from '../lib/synthesis/fill';
import type { HostAccess } from './host-access';
import { valuesFor, type RunInputs } from './run-inputs';

type ConnectionArgs = command.types.input.remote.ConnectionArgs;

/** How the engine reaches a host: the same addresses and pinned keys as everything else of this package. */
export function connectionOf(
  ssh: Ssh,
  { privateKey, passphrase, agentSocket }: HostAccess,
  inputs: RunInputs,
): pulumi.Input<ConnectionArgs> {
  const login: Login = {
    ...(privateKey !== undefined && { privateKey }),
    ...(passphrase !== undefined && { privateKeyPassword: passphrase }),
    ...(agentSocket !== undefined && { agentSocketPath: agentSocket }),
  };
  if (!JSON.stringify(ssh).includes('«')) return connection(ssh, login);
  return pulumi.all([valuesFor(ssh, inputs), pulumi.output(login)]).apply(([values, plainLogin]) =>
    connection(
      mapStrings(ssh, (text) => fillHoles(text, values)),
      plainLogin,
    ),
  );
}

type Login = Pick<ConnectionArgs, 'privateKey' | 'privateKeyPassword' | 'agentSocketPath'>;

function connection({ bastion, ...ssh }: Ssh, login: Login): ConnectionArgs {
  return {
    ...hop(ssh, login),
    ...(bastion !== undefined && {
      proxy: hop(
        { ...bastion, ...((bastion.user ?? ssh.user) && { user: bastion.user ?? ssh.user }) },
        login,
      ),
    }),
  };
}

function hop({ host, port, user, hostKey }: Bastion, login: Login): ConnectionArgs {
  return {
    host,
    port: port ?? 22,
    user: user ?? 'root',
    ...(hostKey !== undefined && { hostKey }),
    dialErrorLimit: DIAL_ERRORS,
    perDialTimeout: SECONDS_PER_DIAL,
    ...login,
  };
}

/** The hook before a step has waited for the host already; what is left is a link that falters. */
const DIAL_ERRORS = 10;
const SECONDS_PER_DIAL = 15;

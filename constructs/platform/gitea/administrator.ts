import { secret } from '../../../lib/secret';
import { workloadSecret } from '../../workloads/secrets/workload-secret';
import type { Workload } from '../../workloads/workload';
import type { GiteaAdmin } from './gitea-settings';

/**
 * The container that runs before the server: makes the tables of the database, and the first administrator where there is no account of that name. A password
 * that was changed in Gitea stays.
 *
 * The command takes the password as an argument and in no other way (go-gitea/gitea@v1.26.4:cmd/admin_user_create.go). It can be seen in this container while
 * it runs, and by root of the node, who can read the Secret as well.
 *
 * @param server The server's container, whose image, configuration and volumes it shares.
 */
export function administratorContainer(
  workload: Workload,
  server: Readonly<Record<string, unknown>> & { readonly env: readonly object[] },
  { user = 'owner', email = `${user}@gitea.local`, password = secret('gitea-admin-password') }: GiteaAdmin,
): object {
  const { password: key } = workloadSecret(workload, {
    namespace: workload.namespace,
    name: `${workload.name}-admin`,
    data: { password },
  });
  const { image, imagePullPolicy, resources, securityContext, volumeMounts } = server;
  return {
    name: 'administrator',
    image,
    imagePullPolicy,
    command: [ENTRY_POINT, '/bin/bash', '-euc', SCRIPT],
    env: [
      ...server.env,
      { name: 'ADMIN_USER', value: user },
      { name: 'ADMIN_EMAIL', value: email },
      { name: 'ADMIN_PASSWORD', valueFrom: { secretKeyRef: key } },
    ],
    resources,
    securityContext,
    volumeMounts,
  };
}

/** Writes app.ini from the variables, then runs what follows it (docker/rootless/usr/local/bin). */
const ENTRY_POINT = '/usr/local/bin/docker-entrypoint.sh';

const SCRIPT = `gitea() { command gitea --config "$GITEA_APP_INI" "$@"; }
gitea migrate
if gitea admin user list | awk -v user="$ADMIN_USER" 'NR > 1 && tolower($2) == tolower(user) { found = 1 } END { exit !found }'
then echo "there is an account $ADMIN_USER"
else gitea admin user create --admin --must-change-password=false --username "$ADMIN_USER" --email "$ADMIN_EMAIL" --password "$ADMIN_PASSWORD"
fi
`;

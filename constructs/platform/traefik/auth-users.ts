import type { Construct } from 'constructs';
import { GeneratedSecret } from '../../../lib/generated-secret';
import { describeValue } from '../../../lib/rules/shape';
import { isSecretSource, SecretText } from '../../../lib/secret';
import type { ConstructViolation } from '../../violations';
import { workloadSecret } from '../../workloads/secrets/workload-secret';
import type { BasicAuth, TraefikObjectName } from './middleware-settings';

/** Settings of basicAuth or digestAuth as `Middleware.spec` has them; makes the Secret with the users, unless something else does. */
export function authSettings(
  scope: Construct,
  { namespace, name }: TraefikObjectName,
  { users, ...settings }: BasicAuth,
): object {
  if (!isUsable(users) || settings.secret !== undefined) return settings;
  // Traefik takes the only key, whatever its name (traefik/traefik@v3.6.12:pkg/provider/kubernetes/crd/kubernetes.go loadAuthCredentials).
  const made = workloadSecret(scope, { namespace, name: `${name}-users`, data: { users } });
  return { ...settings, secret: made['users']?.name };
}

/** What is wrong with where the users are. */
export function authViolations(kind: string, { secret, users }: BasicAuth): ConstructViolation[] {
  const violation = (property: string, problem: string, fix: string): ConstructViolation[] => [
    { rule: 'traefik-middleware', property: `${kind}${property}`, problem, fix },
  ];
  const byReference = `write users: secret('${kind === 'digestAuth' ? 'digest' : 'basic'}-auth-users')`;
  if (secret !== undefined && users !== undefined)
    return violation('.users', 'says once more where the users are, beside secret', 'remove one of the two');
  if (secret === undefined && users === undefined)
    return violation('', 'says nobody who may pass', byReference);
  if (users === undefined || isUsable(users)) return [];
  if ((users as unknown) instanceof GeneratedSecret) {
    const problem = 'is made up, and Traefik wants lines of a name and the hash of a password';
    return violation('.users', problem, `${byReference}, with the output of htpasswd as its value`);
  }
  return violation(
    '.users',
    `must be a reference to lines of htpasswd, got ${typeof users === 'string' ? 'text' : describeValue(users)}`,
    `${byReference}, or SecretRef.existing({ name: 'users', key: 'users' })`,
  );
}

function isUsable(users: unknown): users is NonNullable<BasicAuth['users']> {
  return (isSecretSource(users) && !(users instanceof GeneratedSecret)) || users instanceof SecretText;
}

import { SecretRef } from '../../../lib/secret';
import type { EnvironmentVariables } from '../../workloads/environment-variables';
import type { Connection } from '../../workloads/connection';

/** What the server's configuration depends on. */
export interface ServerSettings {
  /** Address that people and Git clients use, with a `/` at its end. */
  readonly rootUrl: string;
  readonly database: Connection | undefined;
  readonly sshPort: number | undefined;
  readonly registration: boolean;
  readonly actions: boolean;
}

/** Port of the web server in the container. */
export const HTTP_PORT = 3000;

/** Port of the SSH server in the container. */
export const SSH_PORT = 2222;

/**
 * The whole configuration, as variables that the image writes into its app.ini at each start: nothing of it is kept, so the program is all there is to it.
 * Sections and keys: go-gitea/gitea@v1.26.4:custom/conf/app.example.ini.
 */
export function serverEnvironment(settings: ServerSettings): EnvironmentVariables {
  const { rootUrl, registration, actions } = settings;
  return {
    GITEA__server__ROOT_URL: rootUrl,
    GITEA__server__DOMAIN: new URL(rootUrl).hostname,
    GITEA__server__HTTP_PORT: HTTP_PORT,
    GITEA__server__LFS_START_SERVER: true,
    GITEA__server__OFFLINE_MODE: true,
    ...sshEnvironment(settings, rootUrl),
    ...databaseEnvironment(settings.database),
    GITEA__security__INSTALL_LOCK: true,
    GITEA__service__DISABLE_REGISTRATION: !registration,
    GITEA__actions__ENABLED: actions,
    GITEA__cron_0X2E_update_checker__ENABLED: false,
    ...secrets(),
  };
}

function sshEnvironment({ sshPort }: ServerSettings, rootUrl: string): EnvironmentVariables {
  if (sshPort === undefined)
    return { GITEA__server__DISABLE_SSH: true, GITEA__server__START_SSH_SERVER: false };
  return {
    GITEA__server__DISABLE_SSH: false,
    GITEA__server__START_SSH_SERVER: true,
    GITEA__server__SSH_DOMAIN: new URL(rootUrl).hostname,
    GITEA__server__SSH_PORT: sshPort,
    GITEA__server__SSH_LISTEN_PORT: SSH_PORT,
  };
}

/** The password stands in a variable of the connection, and Kubernetes puts it in. */
function databaseEnvironment(database: Connection | undefined): EnvironmentVariables {
  if (database === undefined)
    return {
      GITEA__database__DB_TYPE: 'sqlite3',
      GITEA__database__PATH: `${DATA_FOLDER}/data/gitea.db`,
      GITEA__database__SQLITE_JOURNAL_MODE: 'WAL', // readers do not wait for the one writer
    };
  return {
    GITEA__database__DB_TYPE: 'postgres',
    GITEA__database__HOST: '$(DATABASE_HOST):$(DATABASE_PORT)',
    GITEA__database__NAME: '$(DATABASE_NAME)',
    GITEA__database__USER: '$(DATABASE_USER)',
    GITEA__database__PASSWD: '$(DATABASE_PASSWORD)',
    GITEA__database__SSL_MODE: 'disable',
  };
}

/** Where the image keeps everything (its Dockerfile.rootless). */
export const DATA_FOLDER = '/var/lib/gitea';

/** 32 bytes in 43 characters, as keys of tokens have to be (modules/generate/generate.go, DecodeJwtSecretBase64); any text does for the others. */
function secrets(): EnvironmentVariables {
  return {
    GITEA__security__SECRET_KEY: SecretRef.generated({ length: 64 }),
    GITEA__security__INTERNAL_TOKEN: SecretRef.generated({ length: 64 }),
    GITEA__server__LFS_JWT_SECRET: SecretRef.generated({ length: 43 }),
    GITEA__oauth2__JWT_SECRET: SecretRef.generated({ length: 43 }),
  };
}

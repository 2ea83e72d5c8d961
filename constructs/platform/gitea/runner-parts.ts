import type { SecretSource } from '../../../lib/secret';
import type { Namespace } from '../../cluster/namespace';
import type { Connection } from '../../workloads/connection';
import type { GiteaRunnerSettings, RegistryTarget } from './gitea-settings';

/** What a runner is made of, beside its own settings. */
export interface RunnerParts extends GiteaRunnerSettings {
  readonly gitea: Connection;

  /** By which it registers itself. */
  readonly registration: SecretSource;

  /** Image with bash, git and curl in which jobs run. */
  readonly toolImage: string;
  readonly registry: RegistryTarget | undefined;
  readonly deployTo: readonly Namespace[];
}

import type { GiteaRunnerSettings } from './gitea-settings';

/** Where the runner remembers who it is. */
export const STATE_FOLDER = '/data';
export const RUNNER_FILE = `${STATE_FOLDER}/.runner`;

/** Where jobs keep their files; also their home. */
export const WORK_FOLDER = '/work';

/**
 * Configuration of the runner: every label runs jobs in the runner's own container, as there is no Docker (gitea.com/gitea/runner@v1.0.6:
 * internal/pkg/config/config.example.yaml).
 */
export function runnerConfig(
  { capacity = 1, timeout = '1h' }: GiteaRunnerSettings,
  labels: readonly string[],
): string {
  return `runner:
  file: ${RUNNER_FILE}
  capacity: ${capacity}
  timeout: ${timeout}
  shutdown_timeout: 50s
  labels: ${JSON.stringify(labels.map((label) => `${label}:host`))}
cache:
  enabled: false
host:
  workdir_parent: ${WORK_FOLDER}/jobs
metrics:
  enabled: true
  addr: ":9101"
`;
}

/** What a run knows beside the program and the host, and rules about hosts ask for. */
export interface HostRun {
  /** Name of the environment. */
  readonly environment: string;

  /** Whether a K3s that something else installed is taken over. */
  readonly adopt: boolean;
}

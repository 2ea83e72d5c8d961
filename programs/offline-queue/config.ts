import { readFileSync } from 'node:fs';

/** A header whose value comes from the environment, where Kubernetes puts it from a Secret. */
export interface SecretHeader {
  readonly env: string;

  /** Text in front of the value, such as `Bearer `. */
  readonly prefix: string;
}

/** Everything the program is told. Times in milliseconds, sizes in bytes. */
export interface QueueConfig {
  readonly directory: string;

  /** Where the program listens for the app: loopback only. */
  readonly port: number;

  /** Where it answers probes and metrics, on all addresses. */
  readonly monitorPort: number;
  readonly limits: {
    /** Of all files of the queue together. */
    readonly bytes: number;
    readonly messageBytes: number;
    readonly maxAge: number;
  };
  readonly upstream: {
    readonly url: string;
    readonly headers: Readonly<Record<string, string | SecretHeader>>;
    readonly timeout: number;
    readonly format: 'batch' | 'single';
  };

  /** `source` of the events: a reference that names the app. */
  readonly source: string;
  readonly syncInterval: number;
  readonly maxRetryDelay: number;
  readonly batch: { readonly messages: number; readonly bytes: number };

  /** Bytes of bodies a second, both ways together; 0 for as fast as it goes. */
  readonly bandwidth: number;
  readonly cache?: {
    readonly url: string;
    readonly bytes: number;

    /** How long a copy answers when upstream does not. */
    readonly lifetime: number;

    /** How long a copy answers without asking upstream. */
    readonly freshFor: number;
  };
}

/** Reads the file that the preset wrote. */
export function readConfig(file: string): QueueConfig {
  return JSON.parse(readFileSync(file, 'utf8')) as QueueConfig;
}

/** Headers with their secrets in place. @throws Error naming a variable that is not set */
export function headersOf(
  headers: QueueConfig['upstream']['headers'],
  environment: Readonly<Record<string, string | undefined>>,
): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => {
      if (typeof value === 'string') return [name, value];
      const text = environment[value.env];
      if (text === undefined) throw new Error(`variable ${value.env} is not set, which header ${name} needs`);
      return [name, value.prefix + text.trim()];
    }),
  );
}

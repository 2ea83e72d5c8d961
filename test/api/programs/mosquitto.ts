import { execFileSync } from 'node:child_process';
import { connect } from 'node:net';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePorts } from '../component';
import { removeFolder, serverFolder, ServerProcess, whyMissing } from './server-process';

/** Why there is no MQTT broker here; `undefined` when there is. */
export function whyNoMosquitto(): string | undefined {
  return whyMissing(BROKER, 'mosquitto') ?? whyMissing('mosquitto_passwd', 'mosquitto');
}

/** An MQTT broker on 127.0.0.1. */
export interface Mosquitto {
  readonly host: string;
  readonly port: number;

  /** Who may connect; `undefined` when everybody may. */
  readonly user: string | undefined;
  readonly password: string | undefined;

  /** Ends it as a power cut would, or stops it well. */
  down(signal?: NodeJS.Signals): Promise<void>;

  /** Starts it again at the same port, with what it kept. */
  up(): Promise<void>;

  /** Stops it and removes what it has. */
  stop(): Promise<void>;
}

export interface MosquittoOptions {
  /** Ask for a name and a password. @default false */
  readonly auth?: boolean;
}

/** Starts Debian's mosquitto, which keeps sessions and messages on disk. */
export async function startMosquitto({ auth = false }: MosquittoOptions = {}): Promise<Mosquitto> {
  const folder = serverFolder('mqtt');
  const [port = 0] = await freePorts(1);
  const account = auth
    ? { user: 'test', password: 'test-password' }
    : { user: undefined, password: undefined };
  if (auth) execFileSync('mosquitto_passwd', ['-b', '-c', join(folder, 'users'), 'test', 'test-password']);
  const settings = [
    `listener ${port} 127.0.0.1`,
    ...(auth
      ? ['allow_anonymous false', `password_file ${join(folder, 'users')}`]
      : ['allow_anonymous true']),
    'persistence true',
    `persistence_location ${folder}/`,
    'autosave_interval 1',
    // Root is given up for this user, who could not write here.
    ...(process.getuid?.() === 0 ? ['user root'] : []),
  ];
  writeFileSync(join(folder, 'mosquitto.conf'), `${settings.join('\n')}\n`);
  const server = new ServerProcess(folder, { file: BROKER, args: ['-c', join(folder, 'mosquitto.conf')] });
  const up = (): Promise<void> => server.start(() => accepts(port));
  const stop = async (): Promise<void> => {
    await server.stop();
    removeFolder(folder);
  };
  try {
    await up();
  } catch (error) {
    await stop();
    throw error;
  }
  return { host: '127.0.0.1', port, ...account, down: (signal) => server.stop(signal), up, stop };
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}

/** Debian puts it beside the other servers, which is not on everybody's PATH. */
const BROKER = '/usr/sbin/mosquitto';

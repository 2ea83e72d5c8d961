import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { goProgram } from '../../support/go-program';
import type { ControlPlane } from '../control-plane';
import { HttpClient } from './client';
import { Sandbox } from './sandbox';

/** Path of the real Traefik, built when its module changed: some minutes where Go's build cache is empty. */
export function traefikBinary(): string {
  return goProgram({
    title: 'Traefik',
    sources: join(__dirname, '../traefik'),
    folder: 'traefik',
    name: 'traefik',
    package: 'github.com/traefik/traefik/v3/cmd/traefik',
  });
}

/** Traefik in a network of its own, reading the objects of a control plane. */
export class TraefikProxy {
  readonly client: HttpClient;

  private constructor(readonly sandbox: Sandbox) {
    this.client = new HttpClient({ http: sandbox.socketOf('web'), https: sandbox.socketOf('websecure') });
  }

  static async start({ url, kubeconfig }: ControlPlane): Promise<TraefikProxy> {
    const sandbox = await Sandbox.start({
      range: BACKENDS,
      reach: Number(new URL(url).port),
      offer: { web: 80, websecure: 443, postgres: 5432, ping: 8080 },
      program: { file: traefikBinary(), args: OPTIONS, env: { KUBECONFIG: kubeconfig } },
    });
    const proxy = new TraefikProxy(sandbox);
    try {
      await proxy.ready();
    } catch (error) {
      await sandbox.stop();
      throw error;
    }
    return proxy;
  }

  stop(): Promise<void> {
    return this.sandbox.stop();
  }

  /**
   * Asks until the answer holds, as it takes a moment until Traefik has read what was applied.
   *
   * @throws Error with the last answer, or failure, and the end of Traefik's log.
   */
  async eventually<T>(ask: () => Promise<T>, holds: (answer: T) => boolean, seconds = 15): Promise<T> {
    const deadline = Date.now() + seconds * 1000;
    for (;;) {
      this.sandbox.assertRunning();
      const answer = await ask().catch((error: unknown) => error as Error);
      if (!(answer instanceof Error) && holds(answer)) return answer;
      if (Date.now() > deadline) {
        const last = answer instanceof Error ? answer.message : JSON.stringify(answer, undefined, 1);
        throw new Error(
          `not within ${seconds} seconds; the last answer:\n${last}\nTraefik says:\n${this.sandbox.log()}`,
        );
      }
      await sleep(50);
    }
  }

  private async ready(): Promise<void> {
    const ping = new HttpClient({ http: this.sandbox.socketOf('ping'), https: '' });
    await this.eventually(
      () => ping.get('http://traefik/ping'),
      ({ status }) => status === 200,
      60,
    );
  }
}

/** Where backends are: an address of the network of pods that K3s would give. */
export const BACKENDS = '10.42.7.0/24';

/**
 * As the chart of K3s starts it (traefik/traefik-helm-chart@v39.0.7:traefik/templates/_podtemplate.tpl), but quick to take up changes, and with a port
 * for TCP.
 */
const OPTIONS = [
  '--global.checknewversion=false',
  '--global.sendanonymoususage=false',
  '--entrypoints.web.address=127.0.0.1:80',
  '--entrypoints.websecure.address=127.0.0.1:443',
  '--entrypoints.websecure.http.tls=true',
  '--entrypoints.postgres.address=127.0.0.1:5432',
  '--entrypoints.traefik.address=127.0.0.1:8080',
  '--ping=true',
  '--providers.kubernetescrd',
  '--providers.kubernetescrd.allowemptyservices=true',
  '--providers.kubernetesingress',
  '--providers.kubernetesingress.allowemptyservices=true',
  '--providers.kubernetesgateway',
  '--providers.providersthrottleduration=100ms',
  '--log.level=INFO',
  '--log.nocolor=true',
];

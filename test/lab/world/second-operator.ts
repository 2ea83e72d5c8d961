import { readFileSync } from 'node:fs';
import { environments, K3sCluster } from 'k3stack';
import { run } from 'k3stack/pulumi';
import type { LabHost } from '../hosts/host';
import { labStack } from './choose-stack';
import type { LabStack } from './lab-stack';
import { Project } from './project';
import { type ClusterProps, ENVIRONMENT, type World } from './world';

/** Somebody else who works on the hosts of a world: a project and a state of their own, the same secrets. */
export class SecondOperator {
  private constructor(
    readonly stack: LabStack,
    private readonly project: Project,
  ) {}

  /** @param props What their program says. */
  static async come(world: World, props: () => ClusterProps): Promise<SecondOperator> {
    const project = new Project();
    project.trust(world.lab.hosts);
    project.lock(Object.values(world.releases));
    const stack = await labStack({
      folder: project.folder,
      environment: ENVIRONMENT,
      program: () =>
        run(
          environments({ [ENVIRONMENT]: {} }, (env) => {
            new K3sCluster(env, 'k3s', world.propsOf(props()));
          }),
          { folder: project.folder },
        ),
      config: {
        'k3stack:sshPrivateKey': { value: readFileSync(world.lab.keys.privateKeyFile, 'utf8'), secret: true },
        ...Object.fromEntries(
          Object.entries(world.secrets).map(([name, value]) => [name, { value, secret: true }]),
        ),
      },
    });
    return new SecondOperator(stack, project);
  }

  /** Pins the keys that hosts have now. */
  trust(hosts: readonly LabHost[]): void {
    this.project.trust(hosts);
  }

  async leave(): Promise<void> {
    await this.stack.dispose();
    this.project.remove();
  }
}

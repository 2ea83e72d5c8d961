import type { SecretSource } from '../../../lib/secret';
import type { Namespace } from '../../cluster/namespace';
import type { Connection } from '../../workloads/connection';
import type { EnvironmentVariables } from '../../workloads/environment-variables';
import type { PodSettings } from '../../workloads/pod';
import type { ContainerResources } from '../../workloads/resources';
import type { WebServiceProps } from '../../workloads/web-service';
import type { IngressFrom } from '../../workloads/workload-network';

/** What {@link Gitea} is told. */
export interface GiteaProps
  extends
    Pick<WebServiceProps, 'tls' | 'ingress' | 'middlewares'>,
    Pick<PodSettings, 'nodeSelector' | 'tolerations' | 'podAnnotations'> {
  /** Name it is served under from outside of the cluster. @default - only reached inside of it */
  readonly host?: string;

  /** Registry that builds push to; without it the runner builds no images. @default - none */
  readonly registry?: RegistryTarget;

  /** Namespaces whose Deployments a workflow may give another image. @default - none */
  readonly deployTo?: readonly Namespace[];

  /** Runs the workflows; `false` for none. @default {} */
  readonly runner?: GiteaRunnerSettings | false;

  /** The first administrator, made when there is no account of that name. @default {} */
  readonly admin?: GiteaAdmin;

  /** Connection of a `PostgresDatabase`. @default - SQLite on the volume */
  readonly database?: Connection;

  /** Size of the volume of repositories, packages and SQLite. @default '20Gi' */
  readonly size?: string;

  /** @default - the cluster's default class */
  readonly storageClass?: string;

  /** Git over SSH on a port of every node, 30000 to 32767. @default - off, Git over HTTP only */
  readonly ssh?: { readonly nodePort: number };

  /** Whether visitors may make accounts for themselves. @default false */
  readonly registration?: boolean;

  /** More settings, `GITEA__section__KEY` as in its app.ini; they win over those made here. @default - none */
  readonly env?: EnvironmentVariables;

  /** Rootless image of Gitea. @default - the release that the tests of this package run */
  readonly image?: string;

  /** @default - requests of 50m and 192Mi, a memory limit of 768Mi */
  readonly resources?: ContainerResources;

  /** Who may connect besides consumers of `connection`, the runner and the ingress controller. @default - nobody */
  readonly allowFrom?: readonly IngressFrom[];
}

/** An account of Gitea. */
export interface GiteaAdmin {
  /** @default 'owner' */
  readonly user?: string;

  /** @default - the user at `gitea.local` */
  readonly email?: string;

  /** @default secret('gitea-admin-password') */
  readonly password?: SecretSource;
}

/** What a runner is told. */
export interface GiteaRunnerSettings extends Pick<PodSettings, 'nodeSelector' | 'tolerations' | 'egress'> {
  /** Where it runs. With a registry it has to enforce no Pod Security level below `privileged`. @default - a namespace of its own, `NAMESPACE-runner` */
  readonly namespace?: Namespace;

  /** What workflows write in `runs-on`. @default ['cluster'] */
  readonly labels?: readonly string[];

  /** Jobs at a time, all in one container. @default 1 */
  readonly capacity?: number;

  /** Time that a job may take, such as `90m`. @default '1h' */
  readonly timeout?: string;

  /** Space that jobs share for their files. @default '5Gi' */
  readonly workspace?: string;

  /** Size of the volume of the build cache. @default '20Gi' */
  readonly cacheSize?: string;

  /** Of both its volumes. @default - the cluster's default class */
  readonly storageClass?: string;

  /** Image of the runner. @default - the release that the tests of this package run */
  readonly image?: string;

  /** Rootless image of BuildKit. @default - the release that the tests of this package run */
  readonly builderImage?: string;

  /** Of the container that jobs run in. @default - requests of 50m and 128Mi, a memory limit of 1Gi */
  readonly resources?: ContainerResources;

  /** Of the container that builds images. @default - requests of 100m and 128Mi, a memory limit of 2Gi */
  readonly builderResources?: ContainerResources;
}

/** A registry inside of the cluster, such as `LocalRegistry`. */
export interface RegistryTarget {
  /** What the nodes call its images by. */
  readonly host: string;

  /** How pods push: `USER` among its variables, `PASSWORD` among its secrets. */
  readonly connection: Connection;
}

import type { ApiObject } from 'cdk8s';
import { Construct } from 'constructs';
import { withExamples } from '../../../lib/late';
import { checkProps, dataMap, describeValue, flag, object, text } from '../../../lib/rules/shape';
import { CHARTS } from '../../helm/chart-catalogue';
import { mergeValues, type HelmValues } from '../../helm/helm-values';
import { sumRequests, type AddOnRequests, type Resources } from '../../helm/requests';
import { resourceValues } from '../../helm/resource-values';
import { addCheck, type ConstructViolation } from '../../violations';
import { completeSource, gitSourceShape, sourceViolations, type GitSource } from './git-source';
import { installGitopsController, selfDelivery, type GitopsObject } from './gitops-controller';

export interface FluxProps {
  /** What it applies. */
  readonly source: GitSource;

  /** Remove what is no longer in Git. @default true */
  readonly prune?: boolean;

  /** How often it looks, such as `5m`. @default '5m' */
  readonly interval?: string;

  /** Name of the Secret with the age key (`age.agekey`) by which Secrets that SOPS encrypted are opened. @default - nothing is encrypted */
  readonly sopsSecret?: string;

  /** HelmRelease, for charts that are delivered by Flux. @default true */
  readonly helm?: boolean;

  /** Messages about what it does, and calls of webhooks. @default false */
  readonly notifications?: boolean;

  /** Anything else, as the chart's `values.yaml` spells it; wins over the props. @default - none */
  readonly values?: HelmValues;
}

/** Flux, and the Kustomization that applies this environment's objects from Git. */
export class Flux extends Construct {
  /** Namespace it runs in. */
  readonly namespace = NAMESPACE;

  /** What its pods ask for, summed. */
  readonly requests: AddOnRequests;

  /** Where the objects lie; `undefined` when the props cannot be read. */
  readonly repository: ApiObject | undefined;

  /** What applies them; `undefined` when the props cannot be read. */
  readonly kustomization: ApiObject | undefined;

  constructor(scope: Construct, id: string, props: FluxProps) {
    super(scope, id);
    const { problems, sound } = checkProps(props, fluxShape);
    const { helm = true, notifications = false } = sound;
    const pods = 2 + Number(helm) + Number(notifications);
    this.requests = sumRequests([{ resources: CONTROLLER, pods }]);
    addCheck(this, () => (problems.length > 0 ? problems : this.violations(props)));
    if (problems.length > 0) return;
    const [repository, kustomization] = installGitopsController(this, {
      file: 'flux',
      chart: CHARTS.flux,
      releaseName: 'flux2',
      namespace: NAMESPACE,
      values: fluxValues(props),
      objects: this.describeObjects(props),
    });
    this.repository = repository;
    this.kustomization = kustomization;
  }

  private violations({ source, interval = '5m' }: FluxProps): ConstructViolation[] {
    const isInterval = /^([1-9]\d*(h|m|s))+$/.test(withExamples(interval));
    return [
      ...sourceViolations(source),
      ...selfDelivery(this, 'flux', 'Flux'),
      ...(isInterval
        ? []
        : [
            {
              rule: 'flux-interval',
              property: 'interval',
              problem: `must be hours, minutes and seconds, got ${describeValue(interval)}`,
              fix: "write interval: '5m'",
            },
          ]),
    ];
  }

  private describeObjects(props: FluxProps): readonly (GitopsObject & { readonly id: string })[] {
    const { source, interval = '5m', prune = true, sopsSecret } = props;
    const { url, revision, path } = completeSource(this, source);
    const metadata = { name: path.replaceAll('/', '-'), namespace: NAMESPACE };
    return [
      {
        id: 'repository',
        apiVersion: 'source.toolkit.fluxcd.io/v1',
        kind: 'GitRepository',
        metadata,
        spec: {
          url,
          interval,
          ref: { branch: revision },
          ...(source.credentialsSecret && { secretRef: { name: source.credentialsSecret } }),
        },
      },
      {
        id: 'kustomization',
        apiVersion: 'kustomize.toolkit.fluxcd.io/v1',
        kind: 'Kustomization',
        metadata,
        spec: {
          path: `./${path}`,
          interval: '1h',
          retryInterval: '1m',
          prune,
          sourceRef: { kind: 'GitRepository', name: metadata.name },
          ...(sopsSecret && { decryption: { provider: 'sops', secretRef: { name: sopsSecret } } }),
        },
      },
    ];
  }
}

/** Values of Flux's chart: what is asked for, sized for small nodes. */
export function fluxValues(props: Partial<FluxProps>): HelmValues {
  const { helm = true, notifications = false, values = {} } = props;
  const controller = (create: boolean): HelmValues => ({ create, resources: resourceValues(CONTROLLER) });
  return mergeValues(
    {
      sourceController: controller(true),
      kustomizeController: controller(true),
      helmController: controller(helm),
      notificationController: controller(notifications),
      imageAutomationController: controller(false),
      imageReflectionController: controller(false),
    },
    values,
  );
}

/** Chosen for a cluster with some hundred objects; the chart asks for 100m and 64Mi. */
const CONTROLLER = {
  requests: { cpu: '20m', memory: '64Mi' },
  limits: { memory: '384Mi' },
} satisfies Resources;

const NAMESPACE = 'flux-system';

const fluxShape = object(
  {
    source: gitSourceShape,
    prune: flag,
    interval: text,
    sopsSecret: text,
    helm: flag,
    notifications: flag,
    values: dataMap,
  },
  'source',
);

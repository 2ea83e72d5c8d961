import type { ApiObject } from 'cdk8s';
import { Construct } from 'constructs';
import { checkProps, dataMap, flag, object } from '../../../lib/rules/shape';
import { CHARTS } from '../../helm/chart-catalogue';
import { mergeValues, type HelmValues } from '../../helm/helm-values';
import { sumRequests, type AddOnRequests, type Resources } from '../../helm/requests';
import { resourceValues } from '../../helm/resource-values';
import { addCheck } from '../../violations';
import { completeSource, gitSourceShape, sourceViolations, type GitSource } from './git-source';
import { installGitopsController, selfDelivery } from './gitops-controller';

export interface ArgoCdProps {
  /** What it applies. */
  readonly source: GitSource;

  /** Remove what is no longer in Git. @default true */
  readonly prune?: boolean;

  /** Set back what others change in the cluster. @default true */
  readonly selfHeal?: boolean;

  /** ApplicationSet, for many similar applications. @default false */
  readonly applicationSets?: boolean;

  /** Messages about what it does. @default false */
  readonly notifications?: boolean;

  /** Anything else, as the chart's `values.yaml` spells it; wins over the props. @default - none */
  readonly values?: HelmValues;
}

/**
 * Argo CD, and the Application that applies this environment's objects from Git. Without a way in from outside: `kubectl -n argocd port-forward
 * service/argocd-server 8080:443`.
 */
export class ArgoCd extends Construct {
  /** Namespace it runs in, and that its Applications lie in. */
  readonly namespace = NAMESPACE;

  /** What its pods ask for, summed. */
  readonly requests: AddOnRequests;

  /** The Application of this environment; `undefined` when the props cannot be read. */
  readonly application: ApiObject | undefined;

  constructor(scope: Construct, id: string, props: ArgoCdProps) {
    super(scope, id);
    const { problems, sound } = checkProps(props, argoCdShape);
    this.requests = sumRequests(partsOf(sound).map((resources) => ({ resources })));
    addCheck(this, () =>
      problems.length > 0
        ? problems
        : [...sourceViolations(props.source), ...selfDelivery(this, 'argo-cd', 'Argo CD')],
    );
    if (problems.length > 0) return;
    const [application] = installGitopsController(this, {
      file: 'argo-cd',
      chart: CHARTS.argoCd,
      releaseName: 'argocd', // the chart names its objects after it
      namespace: NAMESPACE,
      values: argoCdValues(props),
      objects: [{ id: 'application', ...this.describeApplication(props) }],
    });
    this.application = application;
  }

  private describeApplication({ source, prune = true, selfHeal = true }: ArgoCdProps) {
    const { url, revision, path } = completeSource(this, source);
    return {
      apiVersion: 'argoproj.io/v1alpha1',
      kind: 'Application',
      // Without its finalizer: taking Argo CD out of the program leaves what it applied.
      metadata: { name: path.replaceAll('/', '-'), namespace: NAMESPACE },
      spec: {
        project: 'default',
        source: {
          repoURL: url,
          targetRevision: revision,
          path,
          directory: { recurse: true, include: '*.yaml' },
        },
        destination: { server: 'https://kubernetes.default.svc' },
        syncPolicy: {
          automated: { prune, selfHeal },
          syncOptions: ['ServerSideApply=true'],
          retry: { limit: -1, backoff: { duration: '10s', factor: 2, maxDuration: '5m' } },
        },
      },
    };
  }
}

/** Values of Argo CD's chart: one of each, sized for small nodes. */
export function argoCdValues(props: Partial<ArgoCdProps>): HelmValues {
  const { applicationSets = false, notifications = false, values = {} } = props;
  return mergeValues(
    {
      dex: { enabled: false },
      notifications: { enabled: notifications, resources: resourceValues(SIZES.small) },
      applicationSet: { replicas: applicationSets ? 1 : 0, resources: resourceValues(SIZES.small) },
      controller: { resources: resourceValues(SIZES.controller) },
      repoServer: { resources: resourceValues(SIZES.repoServer) },
      server: { resources: resourceValues(SIZES.small) },
      redis: { resources: resourceValues(SIZES.redis) },
      redisSecretInit: { resources: resourceValues(SIZES.redis) },
    },
    values,
  );
}

function partsOf({ applicationSets = false, notifications = false }: Partial<ArgoCdProps>): Resources[] {
  const { controller, repoServer, small, redis } = SIZES;
  return [
    controller,
    repoServer,
    small,
    redis,
    ...(applicationSets ? [small] : []),
    ...(notifications ? [small] : []),
  ];
}

/** Chosen for a cluster with some hundred objects; the chart asks for nothing. */
const SIZES = {
  controller: { requests: { cpu: '50m', memory: '192Mi' }, limits: { memory: '512Mi' } },
  repoServer: { requests: { cpu: '20m', memory: '96Mi' }, limits: { memory: '384Mi' } },
  small: { requests: { cpu: '10m', memory: '64Mi' }, limits: { memory: '192Mi' } },
  redis: { requests: { cpu: '10m', memory: '24Mi' }, limits: { memory: '64Mi' } },
} satisfies Readonly<Record<string, Resources>>;

const NAMESPACE = 'argocd';

const argoCdShape = object(
  {
    source: gitSourceShape,
    prune: flag,
    selfHeal: flag,
    applicationSets: flag,
    notifications: flag,
    values: dataMap,
  },
  'source',
);

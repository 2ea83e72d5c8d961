import { startsWith, type FieldPath, type Noise } from './field-change';

/** What kind of noise a difference at this place is; `undefined` when it means something. */
export function noiseOf(path: FieldPath, value: unknown): Noise | undefined {
  if (path[0] === 'status') return 'server-field';
  const key = path.at(-1);
  if (typeof key !== 'string') return undefined;
  const [holder, parent] = [path.at(-2), path.at(-3)];
  if (holder === 'metadata' && path.length === 2 && SERVER_METADATA.has(key)) return 'server-field';
  if (holder === 'metadata' && key === 'creationTimestamp') return 'server-field';
  if (isDescription(path, value)) return 'definition-text';
  if (parent !== 'metadata') return undefined;
  if (holder === 'labels' && isChartLabel(key, value)) return 'chart-label';
  if (holder !== 'annotations') return undefined;
  if (SERVER_ANNOTATIONS.has(key)) return 'server-field';
  if (CHART_ANNOTATIONS.has(key)) return 'chart-label';
  if (key === GENERATOR_VERSION) return 'definition-text';
  return CHECKSUM_KEY.test(key) && (typeof value !== 'string' || CHECKSUM.test(value))
    ? 'checksum'
    : undefined;
}

/** A text in the schema of a CustomResourceDefinition; a default of one may have a key of the same name. */
function isDescription(path: FieldPath, value: unknown): boolean {
  return (
    path.at(-1) === 'description' &&
    typeof value === 'string' &&
    startsWith(path, 'spec', 'versions', 'schema', 'openAPIV3Schema') &&
    !path.includes('default')
  );
}

/** Labels that every upgrade of a chart changes; a selector never names them. */
function isChartLabel(key: string, value: unknown): boolean {
  return CHART_LABELS.has(key) || (key === 'chart' && typeof value === 'string' && CHART_NAME.test(value));
}

/** `kubernetes/apimachinery` pkg/apis/meta/v1/types.go: read-only fields of ObjectMeta. */
const SERVER_METADATA: ReadonlySet<string> = new Set([
  'managedFields',
  'resourceVersion',
  'uid',
  'generation',
  'selfLink',
  'deletionTimestamp',
  'deletionGracePeriodSeconds',
]);

/** `kubectl apply` and the controllers of Deployments and claims write them. */
const SERVER_ANNOTATIONS: ReadonlySet<string> = new Set([
  'kubectl.kubernetes.io/last-applied-configuration',
  'deployment.kubernetes.io/revision',
  'pv.kubernetes.io/bind-completed',
  'pv.kubernetes.io/bound-by-controller',
]);

/** https://helm.sh/docs/chart_best_practices/labels/ and what Argo CD and Flux track objects by. */
const CHART_LABELS: ReadonlySet<string> = new Set([
  'helm.sh/chart',
  'app.kubernetes.io/version',
  'helm.toolkit.fluxcd.io/name',
  'helm.toolkit.fluxcd.io/namespace',
  'kustomize.toolkit.fluxcd.io/name',
  'kustomize.toolkit.fluxcd.io/namespace',
  'argocd.argoproj.io/instance',
]);
const CHART_ANNOTATIONS: ReadonlySet<string> = new Set([
  'meta.helm.sh/release-name',
  'meta.helm.sh/release-namespace',
  'argocd.argoproj.io/tracking-id',
]);
/** sigs.k8s.io/controller-tools writes its own version into each definition that it makes. */
const GENERATOR_VERSION = 'controller-gen.kubebuilder.io/version';
const CHART_NAME = /^[a-z0-9-]+-v?\d+\.\d+\.\d+/;
const CHECKSUM_KEY = /(?:^|[./-])(?:checksum|sha\d*(?:sum)?|hash)(?:[./-]|$)/i;
const CHECKSUM = /^(?:sha\d+[:-])?[0-9a-f]{8,128}$|^[A-Za-z0-9+/]{22,88}={0,2}$/;

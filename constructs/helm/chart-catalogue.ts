/** One chart at one version: what is installed, and where its values were read. */
export interface ChartPin {
  /** Name of the chart in its repository. */
  readonly chart: string;

  /** `https://…` or `oci://…`, as `HelmChart` takes it. */
  readonly repository: string;

  /** One exact version. */
  readonly version: string;

  /** Version of the software that the chart installs. */
  readonly appVersion: string;

  /** Repository, tag, commit and folder that chart and values were read from. */
  readonly source: string;
}

/**
 * Every chart that an add-on installs, each at one exact version. `renovate.json` finds `chart`, `repository` and `version` by these very lines, so their
 * order and form stay. After a new version: `node scripts/record-chart-values.mjs`, which writes what the tests hold the add-ons' values to.
 */
export const CHARTS = {
  argoCd: {
    chart: 'argo-cd',
    repository: 'https://argoproj.github.io/argo-helm',
    version: '10.1.1',
    appVersion: 'v3.4.4',
    source: 'argoproj/argo-helm@argo-cd-10.1.1 (af0a9310):charts/argo-cd; repository: README.md',
  },
  calico: {
    chart: 'tigera-operator',
    repository: 'https://docs.tigera.io/calico/charts',
    version: 'v3.32.1',
    appVersion: 'v3.32.1',
    source:
      'projectcalico/calico@v3.32.1 (0ca9d1b936):charts/tigera-operator; repository: its README.md; version: set when it is packaged, the tag',
  },
  certManager: {
    chart: 'cert-manager',
    repository: 'oci://quay.io/jetstack/charts',
    version: 'v1.21.1',
    appVersion: 'v1.21.1',
    source:
      'cert-manager/cert-manager@v1.21.1 (24e33194f):deploy/charts/cert-manager; repository: its README.template.md; version: set when it is packaged, the tag',
  },
  cilium: {
    chart: 'cilium',
    repository: 'https://helm.cilium.io',
    version: '1.19.6',
    appVersion: '1.19.6',
    source:
      'cilium/charts@3934d0b (2026-07-16):cilium-1.19.6.tgz, of cilium/cilium@9a89824; repository: README.md',
  },
  flux: {
    chart: 'flux2',
    repository: 'https://fluxcd-community.github.io/helm-charts',
    version: '2.18.3',
    appVersion: '2.8.5',
    source: 'fluxcd-community/helm-charts@flux2-2.18.3 (82a385b):charts/flux2; repository: README.md',
  },
  longhorn: {
    chart: 'longhorn',
    repository: 'https://charts.longhorn.io',
    version: '1.12.1',
    appVersion: 'v1.12.1',
    source: 'longhorn/longhorn@v1.12.1 (f349c091):chart; repository: chart/README.md',
  },
  traefik: {
    chart: 'traefik',
    repository: 'https://traefik.github.io/charts',
    version: '40.3.0',
    appVersion: 'v3.7.4',
    source: 'traefik/traefik-helm-chart@v40.3.0 (f11f402a):traefik; repository: README.md',
  },
  velero: {
    chart: 'velero',
    repository: 'https://vmware-tanzu.github.io/helm-charts',
    version: '12.1.0',
    appVersion: '1.18.1',
    source: 'vmware-tanzu/helm-charts@velero-12.1.0 (73466ca):charts/velero; repository: README.md',
  },
} as const satisfies Readonly<Record<string, ChartPin>>;

/** The props of a `HelmChart` that say which chart: `new HelmChart(this, 'chart', { ...chartSource(CHARTS.velero), values })`. */
export function chartSource({ chart, repository, version }: ChartPin): {
  readonly chart: string;
  readonly repository: string;
  readonly version: string;
} {
  return { chart, repository, version };
}

import { compareReleases, parseRelease } from './release';

/** The Traefik that a K3s release brings along. */
export interface PackagedTraefik {
  /** Version of the charts `traefik` and `traefik-crd`. */
  readonly chart: string;

  /** Version of Traefik. */
  readonly traefik: string;

  /** `false` for a release newer than the table: the newest entry that could fit is given. */
  readonly known: boolean;
}

/**
 * The packaged Traefik of a K3s release. A minor does not fix the chart: each of 1.32 to 1.35 went through several majors, and the paths of
 * values moved between them, while K3s removes the chart's schema, so that a value at an old path is ignored without a word.
 *
 * @param release Such as `v1.34.1+k3s1`; for text that is no release, the newest entry (rules of the cluster say what is wrong with it).
 */
export function packagedTraefik(release: string): PackagedTraefik {
  const wanted = parseRelease(String(release));
  const minor = TABLE.find((entry) => entry.minor === wanted?.minor);
  if (wanted === undefined || minor === undefined) {
    return { ...NEWEST, known: wanted === undefined || wanted.minor < OLDEST_MINOR };
  }
  const charts = minor.charts.filter(({ from }) => compareReleases(parseRelease(from)!, wanted) <= 0);
  const { chart, traefik } = charts.at(-1) ?? minor.charts[0]!;
  return { chart, traefik, known: wanted.patch <= minor.newestPatch };
}

interface ChartSince {
  /** First release that brings it. */
  readonly from: string;
  readonly chart: string;
  readonly traefik: string;
}

const chart = (from: string, version: string, traefik: string): ChartSince => ({
  from,
  chart: version,
  traefik,
});

/**
 * Traefik versions: rancher/k3s-product-docs@264b0015:docs/latest/modules/en/pages/release-notes*.adoc. Chart versions: manifests/traefik.yaml at
 * dereknola/k3s@91415cef7, 6bd3313b3, 1d95d4376, 48e26c3da (40.1.3), d4f159bf2, abe08e2f0 (39.0.501, 39.0.701), 77981baa8, 2ceb8deaa, b7a5ea520
 * (39.0.201); vitorsavian/k3s@588e7d937, 2b1b737ed, e19e99911 (40.1.4), b9b076d8d (34.2.1). The charts 27, 37 and 38, and 39.0.201 for 1.32.13,
 * are derived: the only packaged chart (k3s-io/k3s-charts@2e127a3:assets/traefik) whose Traefik is the one in the release notes.
 */
const TABLE: readonly {
  readonly minor: number;
  readonly newestPatch: number;
  readonly charts: readonly ChartSince[];
}[] = [
  {
    minor: 32,
    newestPatch: 13,
    charts: [
      chart('v1.32.0+k3s1', '27.0.201+up27.0.2', '2.11.10'),
      chart('v1.32.2+k3s1', '34.2.1+up34.2.0', '3.3.2'),
      chart('v1.32.4+k3s1', '34.2.1+up34.2.0', '3.3.6'),
      chart('v1.32.10+k3s1', '37.1.1+up37.1.0', '3.5.1'),
      chart('v1.32.11+k3s3', '38.0.201+up38.0.2', '3.6.7'),
      chart('v1.32.13+k3s1', '39.0.201+up39.0.2', '3.6.9'),
    ],
  },
  {
    minor: 33,
    newestPatch: 13,
    charts: [
      chart('v1.33.0+k3s1', '34.2.1+up34.2.0', '3.3.6'),
      chart('v1.33.6+k3s1', '37.1.1+up37.1.0', '3.5.1'),
      chart('v1.33.7+k3s3', '38.0.201+up38.0.2', '3.6.7'),
      chart('v1.33.9+k3s1', '39.0.201+up39.0.2', '3.6.9'),
      chart('v1.33.10+k3s1', '39.0.501+up39.0.5', '3.6.10'),
      chart('v1.33.11+k3s1', '39.0.701+up39.0.7', '3.6.13'),
      chart('v1.33.13+k3s1', '40.1.3+up40.1.0', '3.7.4'),
    ],
  },
  {
    minor: 34,
    newestPatch: 10,
    charts: [
      chart('v1.34.0+k3s1', '34.2.1+up34.2.0', '3.3.6'),
      chart('v1.34.2+k3s1', '37.1.1+up37.1.0', '3.5.1'),
      chart('v1.34.3+k3s3', '38.0.201+up38.0.2', '3.6.7'),
      chart('v1.34.5+k3s1', '39.0.201+up39.0.2', '3.6.9'),
      chart('v1.34.6+k3s1', '39.0.501+up39.0.5', '3.6.10'),
      chart('v1.34.7+k3s1', '39.0.701+up39.0.7', '3.6.13'),
      chart('v1.34.9+k3s1', '40.1.3+up40.1.0', '3.7.4'),
      chart('v1.34.10+k3s1', '40.1.4+up40.1.0', '3.7.8'),
    ],
  },
  {
    minor: 35,
    newestPatch: 7,
    charts: [
      chart('v1.35.0+k3s1', '37.1.1+up37.1.0', '3.5.1'),
      chart('v1.35.0+k3s3', '38.0.201+up38.0.2', '3.6.7'),
      chart('v1.35.2+k3s1', '39.0.201+up39.0.2', '3.6.9'),
      chart('v1.35.3+k3s1', '39.0.501+up39.0.5', '3.6.10'),
      chart('v1.35.4+k3s1', '39.0.701+up39.0.7', '3.6.13'),
      chart('v1.35.6+k3s1', '40.1.3+up40.1.0', '3.7.4'),
      chart('v1.35.7+k3s1', '40.1.4+up40.1.0', '3.7.8'),
    ],
  },
  {
    minor: 36,
    newestPatch: 3,
    charts: [
      chart('v1.36.0+k3s1', '39.0.701+up39.0.7', '3.6.13'),
      chart('v1.36.2+k3s1', '40.1.3+up40.1.0', '3.7.4'),
      chart('v1.36.3+k3s1', '40.1.4+up40.1.0', '3.7.8'),
    ],
  },
];

const OLDEST_MINOR = 32;
const NEWEST = { chart: '40.1.4+up40.1.0', traefik: '3.7.8' };

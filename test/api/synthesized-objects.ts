import { parseAllDocuments } from 'yaml';
import { loadSchemas } from '../../adapters/schemas';
import type { Environments } from '../../constructs/environments';
import { synthesize } from '../../constructs/synthesis/synthesize';
import { mapStrings, withExamples } from '../../lib/late';
import { fillHoles } from '../../lib/synthesis/fill';
import { isPulumiRelease } from '../../lib/synthesis/pulumi-release';
import type {
  HostSynthesis,
  KubernetesObject,
  KubernetesSecret,
  Synthesis,
} from '../../lib/synthesis/synthesis';

/**
 * One environment of a program, as `k3stack synth` makes it.
 *
 * @throws InvalidProgramError when a rule is broken.
 */
export function synthesisOf(program: Environments, environment: string): Synthesis {
  return synthesize(program.build(environment), {
    schemas: loadSchemas(),
    checksum: () => 'a'.repeat(64),
    hostKey: () => 'ssh-ed25519 AAAA',
  });
}

/**
 * Everything that the API server of a cluster gets, in that order: what the distribution applies from files, Secrets with values made up, and the
 * manifests with the examples of late values.
 */
export function objectsOfCluster(synthesis: Synthesis, cluster: string): KubernetesObject[] {
  const { hosts, manifests, kubernetesSecrets, secrets } = synthesis;
  const values = Object.fromEntries(secrets.map(({ name }) => [name, DUMMY]));
  const secretObjects = kubernetesSecrets
    .filter((secret) => secret.cluster === cluster)
    .map((secret) => secretObject(secret, values));
  const workloads = manifests
    .filter((file) => file.cluster === cluster)
    .flatMap(({ objects }) => objects.map(({ object }) => mapStrings(object, withExamples)))
    .filter((object) => !isPulumiRelease(object)); // Pulumi installs it; no API server gets it
  const isNamespace = ({ kind }: KubernetesObject): boolean => kind === 'Namespace';
  return [
    ...autoDeployed(hosts.filter((host) => host.cluster === cluster)),
    ...workloads.filter(isNamespace),
    ...secretObjects,
    ...workloads.filter((object) => !isNamespace(object)),
  ];
}

/** Each object of the manifest files that K3s applies itself; every server has the same ones. */
function autoDeployed(hosts: readonly HostSynthesis[]): KubernetesObject[] {
  const files = new Map(
    hosts.flatMap(({ files }) =>
      files
        .filter(({ path }) => /\/server\/manifests\/[^/]+\.yaml$/.test(path))
        .map(({ path, content }) => [path, content] as const),
    ),
  );
  return [...files.values()].flatMap((content) =>
    parseAllDocuments(content)
      .map((document) => document.toJS() as KubernetesObject | null)
      .filter((object) => object !== null),
  );
}

/** As whoever applies the manifests makes it (stacks/components/workloads.ts). */
function secretObject(
  { namespace, name, data }: KubernetesSecret,
  secrets: Readonly<Record<string, string>>,
): KubernetesObject {
  const filled = Object.entries(data).map(([key, text]) => [
    key,
    withExamples(fillHoles(text, { secrets, late: {} })),
  ]);
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name, namespace },
    stringData: Object.fromEntries(filled),
  };
}

/** Long enough for whatever checks lengths. */
const DUMMY = 'dummy-value-of-a-test-0123456789';

import { afterAll, expect, test } from '@jest/globals';
import { transformFileSync } from '@swc/core';
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadSchemas } from '../../adapters/schemas';
import sources from '../../schemas/SOURCES.json';

const root = join(__dirname, '..', '..');
const data = join(root, 'schemas', 'kubernetes.json.br');
const scratch = mkdtempSync(join(tmpdir(), 'k3stack-'));

afterAll(() => rmSync(scratch, { recursive: true }));

test('has every supported Kubernetes release', () => {
  expect(loadSchemas().versions).toEqual(['1.32', '1.33', '1.34', '1.35', '1.36']);
});

test('reads the file once', () => {
  expect(loadSchemas()).toBe(loadSchemas());
});

test('every reference leads to a definition of the same release', () => {
  const { definitions } = loadSchemas();
  const missing = Object.values(definitions)
    .flat()
    .flatMap(({ versions, schema }) =>
      [...JSON.stringify(schema).matchAll(/"\$ref":"([^"]+)"/g)].flatMap(([, name = '']) =>
        versions.filter(
          (version) => !definitions[name]?.some((variant) => variant.versions.includes(version)),
        ),
      ),
    );
  expect(missing).toEqual([]);
});

test('knows how lists of built-in kinds are merged, and what is filled in', () => {
  const ports = loadSchemas().definitions['api.core.v1.ServiceSpec']?.[0]?.schema.properties?.ports;
  expect(ports).toMatchObject({
    'x-kubernetes-list-type': 'map',
    'x-kubernetes-list-map-keys': ['port', 'protocol'],
    'x-kubernetes-patch-merge-key': 'port',
    'x-kubernetes-patch-strategy': 'merge',
  });
  expect(
    loadSchemas().definitions['api.core.v1.ServicePort']?.[0]?.schema.properties?.protocol?.default,
  ).toBe('TCP');
});

test('knows which kinds have a namespace', () => {
  const { kinds, customResources } = loadSchemas();
  const custom = customResources.find(({ kind }) => kind === 'HelmChart');
  expect([kinds.v1?.Service?.namespaced, kinds.v1?.Node?.namespaced, custom?.namespaced]).toEqual([
    true,
    false,
    true,
  ]);
});

test.each([
  ['cert-manager.io', 'Certificate'],
  ['cilium.io', 'CiliumNetworkPolicy'],
  ['external-secrets.io', 'ExternalSecret'],
  ['gateway.networking.k8s.io', 'HTTPRoute'],
  ['kustomize.toolkit.fluxcd.io', 'Kustomization'],
  ['metallb.io', 'IPAddressPool'],
  ['monitoring.coreos.com', 'PrometheusRule'],
  ['operator.tigera.io', 'Installation'],
])('knows what %s calls %s', (group, kind) => {
  const found = loadSchemas().customResources.filter(
    (custom) => custom.group === group && custom.kind === kind,
  );
  expect(found).toHaveLength(1);
  expect(found[0]?.versions.some(({ served, schema }) => served && schema.type === 'object')).toBe(true);
});

test('says which module each schema comes from', () => {
  expect(sources.map(({ module, version }) => `${module} ${version}`)).toMatchInlineSnapshot(`
   [
     "k8s.io/kubernetes v1.32.13",
     "k8s.io/kubernetes v1.33.13",
     "k8s.io/kubernetes v1.34.4",
     "k8s.io/kubernetes v1.35.4",
     "k8s.io/kubernetes v1.36.3",
     "github.com/k3s-io/api v0.1.4",
     "github.com/k3s-io/helm-controller v0.17.7",
     "github.com/traefik/traefik/v3 v3.7.13",
     "github.com/vmware-tanzu/velero v1.18.3",
     "github.com/argoproj/argo-cd/v3 v3.5.7",
     "github.com/fluxcd/helm-controller v1.6.4",
     "github.com/fluxcd/source-controller v1.9.6",
     "github.com/fluxcd/kustomize-controller v1.9.6",
     "github.com/cert-manager/cert-manager v1.21.2",
     "github.com/prometheus-operator/prometheus-operator v0.85.0",
     "go.universe.tf/metallb v0.16.2",
     "github.com/cilium/cilium v1.20.2",
     "github.com/projectcalico/calico v1.11.0-cni-plugin.0.20250813170300-a0db560f0520",
     "sigs.k8s.io/gateway-api v1.6.3",
     "github.com/external-secrets/external-secrets v1.3.2",
     "github.com/bitnami-labs/sealed-secrets v0.40.0",
   ]
  `);
  expect(sources.every(({ sum, files }) => sum.startsWith('h1:') && files.length > 0)).toBe(true);
});

test('stays small', () => {
  expect(statSync(data).size).toBeLessThan(100_000);
});

test('finds its data from compiled files too', () => {
  mkdirSync(join(scratch, 'build', 'adapters'), { recursive: true });
  cpSync(data, join(scratch, 'schemas', 'kubernetes.json.br'));
  for (const name of ['schemas', 'find-upwards']) {
    const { code } = transformFileSync(join(root, 'adapters', `${name}.ts`), {
      jsc: { target: 'es2022', parser: { syntax: 'typescript' } },
      module: { type: 'commonjs' },
    });
    writeFileSync(join(scratch, 'build', 'adapters', `${name}.js`), code);
  }
  const compiled = join(scratch, 'build', 'adapters', 'schemas.js');
  const program = `console.log(require(${JSON.stringify(compiled)}).loadSchemas().versions.length)`;
  expect(execFileSync(process.execPath, ['-e', program], { encoding: 'utf8' })).toBe('5\n');
});

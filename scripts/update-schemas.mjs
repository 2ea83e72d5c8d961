// Writes schemas/: what every Kubernetes release this package supports accepts, and the custom resources it ships.
// Run by maintainers: node scripts/update-schemas.mjs (needs the go command; the bytes are the same on every run).
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliCompressSync, constants } from 'node:zlib';
import {
  CUSTOM_RESOURCES,
  customKind,
  customResourceFiles,
  isShipped,
  readDefinitions,
} from './custom-resource-schemas.mjs';
import { NOT_ENFORCED } from './not-enforced-fields.mjs';

const OUTPUT = join(import.meta.dirname, '..', 'schemas');
const SWAGGER = 'api/openapi-spec/swagger.json';
const SPECIFICATIONS = 'api/openapi-spec/v3';
const GENERATED = 'pkg/generated/openapi/zz_generated.openapi.go';

const KUBERNETES = ['v1.32.13', 'v1.33.13', 'v1.34.4', 'v1.35.4', 'v1.36.3'];

// Definitions that stand for one value: written in place of every reference to them.
const ANY = { 'x-kubernetes-preserve-unknown-fields': true };
const TIME = { type: 'string', format: 'date-time' };
const LEAVES = {
  'apimachinery.pkg.api.resource.Quantity': { type: 'string', format: 'quantity' },
  'apimachinery.pkg.util.intstr.IntOrString': { 'x-kubernetes-int-or-string': true },
  'apimachinery.pkg.apis.meta.v1.Time': TIME,
  'apimachinery.pkg.apis.meta.v1.MicroTime': TIME,
  'apimachinery.pkg.apis.meta.v1.FieldsV1': ANY,
  'apimachinery.pkg.runtime.RawExtension': ANY,
  'apiextensions-apiserver.pkg.apis.apiextensions.v1.JSON': ANY,
  'apiextensions-apiserver.pkg.apis.apiextensions.v1.JSONSchemaPropsOrArray': ANY,
  'apiextensions-apiserver.pkg.apis.apiextensions.v1.JSONSchemaPropsOrBool': ANY,
  'apiextensions-apiserver.pkg.apis.apiextensions.v1.JSONSchemaPropsOrStringArray': ANY,
};

const DROPPED = new Set([
  'description',
  'example',
  'externalDocs',
  'title',
  'x-kubernetes-group-version-kind',
  'x-kubernetes-unions',
  'x-kubernetes-validations',
]);

main();

function main() {
  const workDirectory = mkdtempSync(join(tmpdir(), 'k3stack-schemas-'));
  try {
    const sources = [];
    const releases = KUBERNETES.map((version) => {
      const source = download('k8s.io/kubernetes', version, workDirectory);
      sources.push(sourceOf(source, [SWAGGER, SPECIFICATIONS, GENERATED]));
      return readRelease(version.match(/\d+\.\d+/)[0], source);
    });
    const crds = CUSTOM_RESOURCES.flatMap((origin) => {
      const source = download(origin.module, origin.version, workDirectory);
      const files = customResourceFiles(source.Dir, origin)
        .map((file) => ({
          file,
          shipped: readDefinitions(source.Dir, file).filter((crd) => isShipped(origin, crd)),
        }))
        .filter(({ shipped }) => shipped.length > 0);
      sources.push(
        sourceOf(
          source,
          files.map(({ file }) => file),
        ),
      );
      return files.flatMap(({ shipped }) => shipped.map((crd) => customKind(crd, clean)));
    });
    write(releases, crds, sources);
  } finally {
    rmSync(workDirectory, { recursive: true });
  }
}

function write(releases, customResources, sources) {
  const data = {
    versions: releases.map(({ minor }) => minor),
    definitions: pool(releases),
    kinds: kindTable(releases),
    customResources: customResources.sort((a, b) => compare(`${a.group}/${a.kind}`, `${b.group}/${b.kind}`)),
  };
  const text = JSON.stringify(sorted(data));
  const packed = brotliCompressSync(text, { params: { [constants.BROTLI_PARAM_SIZE_HINT]: text.length } });
  writeFileSync(join(OUTPUT, 'kubernetes.json.br'), packed);
  writeFileSync(join(OUTPUT, 'SOURCES.json'), `${JSON.stringify(sources, null, 2)}\n`);
  console.log(`${text.length} bytes of JSON, ${packed.length} packed`);
}

function download(module, version, cwd) {
  return JSON.parse(
    execFileSync('go', ['mod', 'download', '-json', `${module}@${version}`], { cwd, encoding: 'utf8' }),
  );
}

function sourceOf({ Path, Version, Sum }, files) {
  return { module: Path, version: Version, sum: Sum, files };
}

function readRelease(minor, { Dir }) {
  const swagger = JSON.parse(readFileSync(join(Dir, SWAGGER), 'utf8'));
  const definitions = Object.fromEntries(
    Object.entries(swagger.definitions).map(([name, schema]) => [shortName(name), clean(schema)]),
  );
  addEnums(definitions, readFileSync(join(Dir, GENERATED), 'utf8'));
  for (const file of defaultFiles(Dir))
    addDefaults(definitions, JSON.parse(readFileSync(join(Dir, file), 'utf8')));
  const kinds = readKinds(swagger);
  return { minor, kinds, definitions: reachable(definitions, kinds) };
}

/** The kinds that can be created, with what their paths say about them. */
function readKinds(swagger) {
  const models = new Map();
  for (const [name, schema] of Object.entries(swagger.definitions)) {
    for (const gvk of schema['x-kubernetes-group-version-kind'] ?? [])
      models.set(gvkKey(gvk), shortName(name));
  }
  return Object.entries(swagger.paths).flatMap(([path, { post }]) => {
    const match =
      /^\/apis?\/(?:[^/]+\/)?v[^/]+\/(?<namespaced>namespaces\/\{namespace\}\/)?(?<plural>[a-z]+)$/.exec(
        path,
      );
    const gvk = post?.['x-kubernetes-group-version-kind'];
    if (!match || !gvk) return [];
    const { namespaced, plural } = match.groups;
    return {
      apiVersion: gvk.group ? `${gvk.group}/${gvk.version}` : gvk.version,
      kind: gvk.kind,
      plural,
      definition: models.get(gvkKey(gvk)),
      namespaced: namespaced !== undefined,
      named: swagger.paths[`${path}/{name}`] !== undefined,
    };
  });
}

function gvkKey({ group, version, kind }) {
  return `${group}/${version}/${kind}`;
}

function shortName(name) {
  return name.replace(/^io\.k8s\./, '');
}

/** The schema without prose, with leaf definitions in place of references to them. */
function clean(schema) {
  const { $ref, ...rest } = schema;
  const target = $ref && shortName($ref.replace('#/definitions/', ''));
  const own = Object.fromEntries(
    Object.entries(rest)
      .filter(([key]) => !DROPPED.has(key))
      .map(([key, value]) => [key, cleanKeyword(key, value)]),
  );
  if (!target) return own;
  return { ...own, ...(LEAVES[target] ?? { $ref: target }) };
}

function cleanKeyword(key, value) {
  if (key === 'properties') {
    return Object.fromEntries(Object.entries(value).map(([name, child]) => [name, clean(child)]));
  }
  if (['allOf', 'anyOf', 'oneOf'].includes(key)) return value.map(clean);
  if (['items', 'additionalProperties', 'not'].includes(key) && typeof value === 'object')
    return clean(value);
  return value;
}

/** Enums are in the generated Go source only. */
function addEnums(definitions, goSource) {
  let schema;
  let property;
  for (const line of goSource.split('\n')) {
    const definition = /^func schema_(?:k8sio_)?api_([a-z0-9]+)_(v\w+?)_(\w+)\(/.exec(line);
    if (definition) schema = definitions[`api.${definition[1]}.${definition[2]}.${definition[3]}`];
    else if (line.startsWith('func ')) schema = undefined;
    property = /^\t{5}"([^"]+)": \{$/.exec(line)?.[1] ?? property;
    const values = /^\t+Enum: +\[\]interface\{\}\{(.*)\},$/.exec(line)?.[1];
    const target = values && schema?.properties?.[property];
    if (target) (target.items ?? target.additionalProperties ?? target).enum = JSON.parse(`[${values}]`);
  }
}

/** Defaults are in the specifications of version 3 only; zero values there say nothing. */
function addDefaults(definitions, { components }) {
  for (const [name, { properties = {} }] of Object.entries(components?.schemas ?? {})) {
    for (const [property, { default: value }] of Object.entries(properties)) {
      const target = definitions[shortName(name)]?.properties?.[property];
      if (target && value && typeof value !== 'object') target.default = value;
    }
  }
}

function defaultFiles(directory) {
  return readdirSync(join(directory, SPECIFICATIONS))
    .filter((file) => file.endsWith('.json'))
    .sort()
    .map((file) => `${SPECIFICATIONS}/${file}`);
}

function reachable(definitions, kinds) {
  const kept = {};
  const visit = (name) => {
    if (kept[name]) return;
    kept[name] = definitions[name];
    for (const [, target] of JSON.stringify(definitions[name]).matchAll(/"\$ref":"([^"]+)"/g)) visit(target);
  };
  kinds.forEach(({ definition }) => visit(definition));
  return kept;
}

/** Each definition with its distinct contents, and the releases that have each. */
function pool(releases) {
  const newest = releases.at(-1).definitions;
  const names = new Set(releases.flatMap(({ definitions }) => Object.keys(definitions)));
  return Object.fromEntries(
    [...names].map((name) => {
      const variants = new Map();
      for (const { minor, definitions } of releases) {
        if (!definitions[name]) continue;
        const schema = relax(name, definitions[name], newest[name]);
        const text = JSON.stringify(sorted(schema));
        const variant = variants.get(text) ?? { versions: [], schema };
        variant.versions.push(minor);
        variants.set(text, variant);
      }
      return [name, [...variants.values()]];
    }),
  );
}

/** A field that the newest release no longer calls required never was: Kubernetes corrects its specification, not the rule. */
function relax(name, schema, newest) {
  const { required, ...rest } = schema;
  const notEnforced = NOT_ENFORCED[name.replace(/\.v\d+\w*\./, '.')] ?? [];
  const enforced = required?.filter(
    (field) => !notEnforced.includes(field) && (!newest || newest.required?.includes(field)),
  );
  return enforced?.length ? { ...rest, required: enforced } : rest;
}

function kindTable(releases) {
  const table = {};
  for (const { minor, kinds } of releases) {
    for (const { apiVersion, kind, ...rest } of kinds) {
      const entry = ((table[apiVersion] ??= {})[kind] ??= { ...rest, versions: [] });
      entry.versions.push(minor);
    }
  }
  return table;
}

function sorted(value) {
  if (Array.isArray(value)) return value.map(sorted);
  if (value === null || typeof value !== 'object') return value;
  const entries = Object.entries(value).sort(([a], [b]) => compare(a, b));
  return Object.fromEntries(entries.map(([key, child]) => [key, sorted(child)]));
}

function compare(a, b) {
  return a < b ? -1 : a > b ? 1 : 0;
}

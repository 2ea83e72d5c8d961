import { ExistingSecret } from '../../../lib/existing-secret';
import { withExamples } from '../../../lib/late';
import { describeValue } from '../../../lib/rules/shape';
import { CLOUD_NATIVE_PG_IMAGES } from '../../../lib/workloads/postgres/images';
import { identifierProblem } from '../../../lib/workloads/postgres/names';
import { HELD_PARAMETERS, type ParameterValue } from '../../../lib/workloads/postgres/server-parameters';
import type { ConstructViolation } from '../../violations';
import { cronViolations } from '../scheduled-job';
import type { DumpBucket, PostgresDatabaseProps, PostgresDumps } from './postgres-settings';

/** What is wrong with what a database is asked to be. */
export function postgresViolations(props: Partial<PostgresDatabaseProps>): ConstructViolation[] {
  const { database = 'app', owner = 'app', parameters = {}, dumps, replicas = 1, operator } = props;
  return [
    ...nameViolations('database', database, TAKEN_DATABASES),
    ...nameViolations('owner', owner, TAKEN_ROLES),
    ...Object.entries(parameters).flatMap(([name, value]) => parameterViolations(name, value)),
    ...(replicas > 1 && operator === undefined ? [manyServers(replicas)] : []),
    ...(operator === undefined ? [] : operatorViolations(props)),
    ...(dumps === undefined ? [] : dumpViolations(dumps)),
  ];
}

function nameViolations(property: string, name: string, taken: readonly string[]): ConstructViolation[] {
  const problem = taken.includes(withExamples(name))
    ? 'is there in every Postgres'
    : identifierProblem(withExamples(name));
  if (problem === undefined) return [];
  const like = name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '_')
    .replace(/^(?=\d)/, '_');
  const fix = identifierProblem(like) === undefined && !taken.includes(like) ? like : 'app';
  return [violation(property, `${problem}, got ${describeValue(name)}`, `write ${property}: '${fix}'`)];
}

function parameterViolations(name: string, value: ParameterValue): ConstructViolation[] {
  const property = `parameters[${describeValue(name)}]`;
  if (!/^[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z_][A-Za-z0-9_]*)?$/.test(name)) {
    const problem = "must be the name of a setting: letters, digits and '_'";
    return [violation(property, problem, "write such as work_mem: '4MB'")];
  }
  if (/\p{Cc}/u.test(String(value))) {
    const problem = `has a line break or another control character, which no setting takes, got ${describeValue(value)}`;
    return [violation(property, problem, 'write it on one line')];
  }
  if (!HELD_PARAMETERS.includes(name.toLowerCase())) return [];
  return [violation(property, 'is set by the preset, whose Service and scripts count on it', 'remove it')];
}

function manyServers(replicas: number): ConstructViolation {
  const problem = `is ${replicas}, and a StatefulSet of its own has one server: nothing would copy the data`;
  return violation('replicas', problem, "write replicas: 1, or operator: 'cloudnative-pg'");
}

function operatorViolations({
  image,
  version,
  password,
}: Partial<PostgresDatabaseProps>): ConstructViolation[] {
  const found: ConstructViolation[] = [];
  if (image === undefined && version !== undefined && CLOUD_NATIVE_PG_IMAGES[version] === undefined) {
    const problem = `must be given: no image of CloudNativePG is known for Postgres ${version}`;
    const fix = `name a release of ghcr.io/cloudnative-pg/postgresql for ${version} as image, or write version: '18'`;
    found.push(violation('image', problem, fix));
  }
  if (password !== undefined && !(password instanceof ExistingSecret)) {
    const problem = 'must be SecretRef.existing with operator: it reads a Secret with username and password';
    found.push(violation('password', problem, 'leave it out: the operator makes one'));
  }
  return found;
}

function dumpViolations({ bucket, schedule = '@daily' }: PostgresDumps): ConstructViolation[] {
  return [...cronViolations(schedule, 'dumps.schedule'), ...bucketViolations(bucket)];
}

function bucketViolations({
  name,
  folder,
  endpoint,
  region,
  caCertificate,
}: DumpBucket): ConstructViolation[] {
  const found: ConstructViolation[] = [];
  const add = (property: string, problem: string, fix: string): void => {
    found.push(violation(`dumps.bucket.${property}`, problem, fix));
  };
  if (!/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(withExamples(name)))
    add(
      'name',
      `must be 3 to 63 lower case letters, digits, '.' and '-', got ${describeValue(name)}`,
      "write 'backups'",
    );
  if (folder !== undefined && !/^[\w.-]+(\/[\w.-]+)*$/.test(withExamples(folder)))
    add('folder', `must be words joined by '/', got ${describeValue(folder)}`, "write 'production/shop/db'");
  if (endpoint === undefined && region === undefined)
    add(
      'region',
      'is missing: AWS refuses requests to another region',
      "write region: 'eu-central-1', or an endpoint",
    );
  if (endpoint !== undefined && !/^https?:\/\/[^\s/@]+\/?$/.test(withExamples(endpoint))) {
    // It may hold a password, so that the message does not repeat it.
    const got = endpoint.includes('@') ? '' : `, got ${describeValue(endpoint)}`;
    add('endpoint', `must be an http or https address alone${got}`, "write 'https://minio.example.org:9000'");
  }
  if (caCertificate !== undefined && !caCertificate.includes('BEGIN CERTIFICATE'))
    add('caCertificate', 'is no certificate in PEM form', "write '-----BEGIN CERTIFICATE-----…'");
  return found;
}

function violation(property: string, problem: string, fix: string): ConstructViolation {
  return { rule: 'postgres', property, problem, fix };
}

const TAKEN_DATABASES = ['postgres', 'template0', 'template1'];
const TAKEN_ROLES = ['postgres'];

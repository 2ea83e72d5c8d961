import type { ObjectId } from '../../diff/object-id';
import {
  PREVIEW_SCHEMA,
  type Column,
  type Counts,
  type EnvironmentSummary,
  type ImageChange,
  type InputProblem,
  type LintFinding,
  type ObjectBlock,
  type PreviewReport,
  type Risk,
  type SideLabel,
  type Verdict,
  type Waiver,
} from '../../diff/report';
import { RISK_LEVELS, type RiskLevel, type RiskSubject } from '../../diff/rules/risk-rule';
import {
  list,
  matching,
  name,
  oneOf,
  shape,
  text,
  texts,
  type JsonSchema,
} from '../../synthesis/json-schema';
import { hostBlockSchema, rolloutSchema } from './preview-host-schema';
import { count, fieldSchema, originSchema } from './preview-schema-parts';

const side = shape<SideLabel>({ label: text }, { commit: matching(/^[0-9a-f]{40}(?:[0-9a-f]{24})?$/) });

const counts = shape<Counts>(
  { added: count, changed: count, removed: count, renamed: count, replaced: count, hosts: count },
  {},
);

const level = oneOf<RiskLevel>(...RISK_LEVELS);

const folds = shape<ObjectBlock['folds']>(
  {},
  {
    quantity: count,
    'int-or-string': count,
    duration: count,
    default: count,
    empty: count,
    'list-order': count,
    'secret-form': count,
    'chart-label': count,
    checksum: count,
    'definition-text': count,
    'server-field': count,
  },
);

const verdict = shape<Verdict>(
  {
    level: oneOf<Verdict['level']>(...RISK_LEVELS, 'none'),
    counts,
    environments: list(text),
    gated: { type: 'boolean' },
    gate: oneOf<Verdict['gate']>(...RISK_LEVELS, 'never'),
    incomplete: { type: 'boolean' },
  },
  {},
);

const environment = shape<EnvironmentSummary>(
  {
    name: text,
    state: oneOf<EnvironmentSummary['state']>('compared', 'added', 'removed', 'base-failed', 'head-failed'),
    counts,
    levels: shape<EnvironmentSummary['levels']>(
      { block: count, high: count, caution: count, routine: count },
      {},
    ),
    kubernetes: shape<EnvironmentSummary['kubernetes']>({}, { before: text, after: text }),
  },
  { problem: text },
);

const objectId = shape<ObjectId>({ group: text, kind: text, name: text }, { cluster: text, namespace: text });

const subject: JsonSchema = {
  oneOf: [
    shape<RiskSubject & { type: 'object' }>({ type: { const: 'object' }, id: objectId }, {}),
    shape<RiskSubject & { type: 'host' }>({ type: { const: 'host' }, cluster: text, host: text }, {}),
    shape<RiskSubject & { type: 'cluster' }>({ type: { const: 'cluster' }, cluster: text }, {}),
  ],
};

const risk = shape<Risk>(
  {
    rule: name,
    level: oneOf<Risk['level']>('block', 'high', 'caution'),
    title: text,
    reason: text,
    environments: list(text),
    subject,
    what: text,
    onApply: text,
    fix: text,
    docs: text,
    origin: originSchema,
  },
  { field: text, waived: shape<NonNullable<Risk['waived']>>({ reason: text, until: text }, {}) },
);

const image = shape<ImageChange>(
  { image: text, workloads: list(text), environments: list(text) },
  {
    from: text,
    to: text,
    step: oneOf<NonNullable<ImageChange['step']>>('major', 'minor', 'patch', 'downgrade', 'other'),
  },
);

const object = shape<ObjectBlock>(
  {
    id: objectId,
    kind: oneOf<ObjectBlock['kind']>('added', 'removed', 'changed', 'renamed'),
    replaced: { type: 'boolean' },
    level,
    environments: list(text),
    differsIn: list(text),
    fields: list(fieldSchema),
    folds,
    summary: text,
    origin: originSchema,
    yaml: shape<ObjectBlock['yaml']>({}, { before: text, after: text }),
  },
  { formerId: objectId, columns: texts },
);

const finding = shape<LintFinding>(
  {
    check: text,
    rule: text,
    subject: text,
    problem: text,
    fix: text,
    environments: list(text),
    origin: originSchema,
  },
  { field: text },
);

const waiver = shape<Waiver>(
  {
    rule: text,
    subject: text,
    reason: text,
    until: text,
    state: oneOf<Waiver['state']>('in-force', 'expired', 'unused', 'invalid'),
    origin: originSchema,
  },
  { problem: text },
);

const problem = shape<InputProblem>(
  { side: oneOf<InputProblem['side']>('base', 'head'), file: text, problem: text, fix: text },
  { line: count, column: count },
);

const column = shape<Column>({ id: name, title: text, notes: list(text) }, { failed: text });

/** The shape of `k3stack preview --format json`. Published as `docs/schemas/preview.v1.schema.json`. */
export const previewSchema: JsonSchema = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  $id: 'urn:k3stack:schema:preview:v1',
  title: 'k3stack preview',
  description:
    'What a change does to hosts and manifests of every environment. No value of a Secret is in it.',
  ...shape<Omit<PreviewReport, 'pictures'>>(
    {
      schema: { const: PREVIEW_SCHEMA },
      project: text,
      base: side,
      head: side,
      verdict,
      environments: list(environment),
      risks: list(risk),
      images: list(image),
      hosts: list(hostBlockSchema),
      rollouts: list(rolloutSchema),
      objects: list(object),
      lint: shape<PreviewReport['lint']>({ introduced: list(finding), fixed: list(finding) }, {}),
      waivers: list(waiver),
      problems: list(problem),
      folds,
      unknowns: list(text),
    },
    { columns: list(column), seconds: { type: 'number', minimum: 0 } },
  ),
};

/** The text of the published file. */
export function previewSchemaText(): string {
  return `${JSON.stringify(previewSchema, undefined, 2)}\n`;
}

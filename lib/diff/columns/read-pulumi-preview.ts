import { K3stackError } from '../../errors';
import { isPlainObject } from '../../plain-object';
import type { PulumiPreview, PulumiStep } from './pulumi-preview';
import { pulumiObjectId, resourceIn } from './pulumi-resource';

/**
 * Reads what `pulumi preview --json` writes: one document (github.com/pulumi/pulumi/pkg/v3@v3.246.0:display/json.go, PreviewDigest), or one event
 * on each line when `PULUMI_ENABLE_STREAMING_JSON_PREVIEW` is set (sdk/v3@v3.246.0:go/common/apitype/events.go, EngineEvent). Values are dropped.
 *
 * @param name What errors call it.
 * @throws K3stackError `UNUSABLE_PULUMI_PREVIEW`
 */
export function readPulumiPreview(text: string, name: string): PulumiPreview {
  const body = text.replace(/^\ufeff/, '').trim();
  if (body === '') throw unusable(name, 'is empty: pulumi preview has ended before it wrote anything');
  const whole = parsed(body);
  if (isPlainObject(whole) && !EVENT_FIELDS.some((field) => field in whole)) return fromDigest(whole, name);
  const lines = body.split(/\r?\n/).filter((line) => line.trim() !== '');
  const events = lines.map(parsed);
  if (!events.every(isPlainObject)) {
    const line = events.findIndex((event) => !isPlainObject(event)) + 1;
    throw unusable(name, lines.length === 1 || line === 1 ? 'is no JSON' : `has no JSON on line ${line}`);
  }
  return fromEvents(events, name);
}

type Fields = Readonly<Record<string, unknown>>;

function fromDigest(digest: Fields, name: string): PulumiPreview {
  const { steps = [], diagnostics = [], changeSummary = {}, resources } = digest;
  if (Array.isArray(resources))
    throw unusable(name, 'is what --output json writes, which has no names of objects');
  const isDigest = ['steps', 'changeSummary', 'diagnostics'].some((field) => field in digest);
  if (!isDigest || !Array.isArray(steps) || !Array.isArray(diagnostics))
    throw unusable(name, 'is JSON of something else');
  return {
    steps: merged(steps.filter(isPlainObject).map(stepOf)),
    counts: countsIn(changeSummary),
    errors: errorsIn(diagnostics),
  };
}

function fromEvents(events: readonly Fields[], name: string): PulumiPreview {
  const of = (field: string): Fields[] => events.map((event) => event[field]).filter(isPlainObject);
  const steps = of('resourcePreEvent').map(({ metadata }) => metadata);
  const [summary] = of('summaryEvent').slice(-1);
  if (steps.length === 0 && summary === undefined && of('diagnosticEvent').length === 0)
    throw unusable(name, 'has no events of a preview');
  const isCut = summary === undefined ? ['the preview has no end'] : [];
  return {
    steps: merged(steps.filter(isPlainObject).map(stepOf)),
    counts: countsIn(summary?.['resourceChanges']),
    errors: [...errorsIn([...of('diagnosticEvent'), ...of('errorEvent')]), ...isCut],
  };
}

/** A step of either form: they name states and reasons differently. */
function stepOf(step: Fields): PulumiStep {
  const { op, urn, keys, replaceReasons, diffs, diffReasons, detailedDiff } = step;
  const { type, name } = resourceIn(String(urn));
  const [state] = [step['newState'], step['new'], step['oldState'], step['old']].filter(isPlainObject);
  const reasons = [keys, replaceReasons].filter(Array.isArray).flat();
  const differing = isPlainObject(detailedDiff) ? Object.keys(detailedDiff) : [diffs, diffReasons].flat();
  const properties = reasons.length > 0 ? reasons : (replacing(detailedDiff) ?? differing);
  const id = pulumiObjectId(type, isPlainObject(state?.['inputs']) ? state['inputs'] : {});
  return {
    op: REPLACING.has(String(op)) ? 'replace' : String(op),
    type,
    name,
    ...(id && { id }),
    properties: properties.filter((property) => typeof property === 'string'),
  };
}

function replacing(detailedDiff: unknown): string[] | undefined {
  if (!isPlainObject(detailedDiff)) return undefined;
  const found = Object.entries(detailedDiff).filter(([, diff]) => {
    const kind = isPlainObject(diff) ? (diff['kind'] ?? diff['diffKind']) : undefined;
    return typeof kind === 'string' && kind.endsWith('-replace');
  });
  return found.length === 0 ? undefined : found.map(([property]) => property);
}

/** The steps of a replacement become the one that says why. */
function merged(steps: readonly PulumiStep[]): PulumiStep[] {
  const byResource = new Map<string, PulumiStep>();
  for (const step of steps) {
    const key = `${step.type}::${step.name}`;
    const known = byResource.get(key);
    const isKnown = known !== undefined && known.op === 'replace' && known.properties.length > 0;
    if (!isKnown) byResource.set(key, known?.op === 'replace' ? { ...step, op: 'replace' } : step);
  }
  return [...byResource.values()];
}

function countsIn(counts: unknown): Record<string, number> {
  const entries = isPlainObject(counts) ? Object.entries(counts) : [];
  return Object.fromEntries(
    entries.filter((entry): entry is [string, number] => typeof entry[1] === 'number'),
  );
}

/** What is said of a Secret may quote its values. */
function errorsIn(diagnostics: readonly unknown[]): string[] {
  return diagnostics.filter(isPlainObject).flatMap(({ severity, message, error, urn }) => {
    const text = severity === 'error' ? message : error;
    if (typeof text !== 'string') return [];
    const { type, name } = resourceIn(typeof urn === 'string' ? urn : '');
    if (/:Secret(?:Patch)?$/.test(type)) return [`Secret ${name} (what is said of it is left out)`];
    return [name === '' ? text : `${name}: ${text}`];
  });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

function unusable(name: string, problem: string): K3stackError {
  return new K3stackError(
    'UNUSABLE_PULUMI_PREVIEW',
    `${name} ${problem}; write it with: pulumi preview --json > FILE`,
  );
}

/** apitype.OpType of sdk/v3@v3.246.0:go/common/apitype/history.go. */
const REPLACING: ReadonlySet<string> = new Set([
  'replace',
  'create-replacement',
  'delete-replaced',
  'read-replacement',
  'import-replacement',
  'discard-replaced',
  'remove-pending-replace',
]);
const EVENT_FIELDS = ['sequence', 'resourcePreEvent', 'preludeEvent', 'summaryEvent', 'diagnosticEvent'];

import { describeValue } from './rules/shape';

/** Whether text is a cron expression: five fields, or `@daily`, `@every 6h`, … */
export function isCronExpression(text: string): boolean {
  return cronProblem(text) === undefined;
}

/**
 * What is wrong with a cron expression, as robfig/cron/v3 `ParseStandard` reads it, which Kubernetes, K3s and Velero all use
 * (kubernetes/kubernetes: pkg/apis/batch/validation/validation.go; velero-io/velero@v1.18.2:pkg/controller/schedule_controller.go); `undefined` when
 * nothing is.
 */
export function cronProblem(schedule: string): string | undefined {
  const text = schedule.replace(/^(CRON_)?TZ=\S+\s+/, '').trim();
  if (text.startsWith('@'))
    return DESCRIPTOR.test(text) ? undefined : `has the unknown word ${describeValue(text)}`;
  const fields = text.split(/\s+/);
  if (fields.length !== FIELDS.length) {
    return `must have five fields (minute, hour, day, month, weekday), got ${describeValue(schedule)}`;
  }
  const wrong = fields.findIndex((field, index) => !isField(field, FIELDS[index]!));
  if (wrong >= 0) return `has ${describeValue(fields[wrong])} as its ${FIELDS[wrong]!.name}`;
  return comesNever(fields) ? `names a day that never comes, got ${describeValue(schedule)}` : undefined;
}

/**
 * Such as 31 February. When day and weekday are both given, either of them is enough; a star with a step counts as given
 * (robfig/cron/v3@v3.0.1:spec.go, dayMatches; parser.go, getRange).
 */
function comesNever([, , days = '*', months = '*', weekdays = '*']: readonly string[]): boolean {
  if (!/(^|,)[*?](\/1)?(,|$)/.test(weekdays)) return false;
  const firstDay = Math.min(...days.split(',').map((part) => firstOf(part, DAY)));
  const longest = Math.max(...months.split(',').flatMap((part) => numbersOf(part, MONTH).map(longestOf)));
  return firstDay > longest;
}

function firstOf(part: string, field: Field): number {
  return numbersOf(part, field)[0] ?? field.low;
}

/** All numbers that a part of a field stands for. */
function numbersOf(part: string, field: Field): number[] {
  const [range = '*', step] = part.split('/');
  const isAll = range === '*' || range === '?';
  const [first = field.low, last] = isAll ? [] : range.split('-').map((end) => numberOf(end, field));
  const end = last ?? (isAll || step !== undefined ? field.high : first);
  const all = Array.from({ length: end - first + 1 }, (_, index) => first + index);
  return all.filter((number) => (number - first) % Number(step ?? 1) === 0);
}

/** Days that a month has at most. */
function longestOf(month: number): number {
  return month === 2 ? 29 : [4, 6, 9, 11].includes(month) ? 30 : 31;
}

interface Field {
  readonly name: string;
  readonly low: number;
  readonly high: number;
  readonly words?: readonly string[];
}

function isField(text: string, field: Field): boolean {
  return text.split(',').every((part) => {
    const [range = '', step, ...more] = part.split('/');
    if (more.length > 0 || (step !== undefined && !/^[1-9]\d*$/.test(step))) return false;
    if (range === '*' || range === '?') return true;
    const ends = range.split('-').map((end) => numberOf(end, field));
    const [first = NaN, last = first] = ends;
    return ends.length <= 2 && first >= field.low && first <= last && last <= field.high;
  });
}

function numberOf(text: string, { low, words = [] }: Field): number {
  const word = words.indexOf(text.toLowerCase());
  if (word >= 0) return low + word;
  return /^\d+$/.test(text) ? Number(text) : NaN;
}

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const WEEKDAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];

const DAY: Field = { name: 'day', low: 1, high: 31 };
const MONTH: Field = { name: 'month', low: 1, high: 12, words: MONTHS };
const FIELDS: readonly Field[] = [
  { name: 'minute', low: 0, high: 59 },
  { name: 'hour', low: 0, high: 23 },
  DAY,
  MONTH,
  { name: 'weekday', low: 0, high: 6, words: WEEKDAYS },
];

const DESCRIPTOR =
  /^@(yearly|annually|monthly|weekly|daily|midnight|hourly|every (\d+(\.\d+)?(ns|us|µs|ms|s|m|h))+)$/;

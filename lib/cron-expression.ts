/** Whether text is a cron expression as robfig/cron's standard parser takes it: five fields, or `@daily`, `@every 6h`, … */
export function isCronExpression(text: string): boolean {
  const expression = text.replace(/^(?:CRON_)?TZ=\S+ +/, '');
  if (expression.startsWith('@')) return DESCRIPTOR.test(expression);
  const fields = expression.trim().split(/\s+/);
  return fields.length === 5 && fields.every((field, index) => isField(field, FIELDS[index] as Field));
}

function isField(field: string, { min, max, names }: Field): boolean {
  const number = (word: string) => {
    const index = names?.indexOf(word.toLowerCase()) ?? -1;
    return index >= 0 ? index + min : /^\d+$/.test(word) ? Number(word) : NaN;
  };
  return field.split(',').every((part) => {
    const [range = '', step, ...rest] = part.split('/');
    if (rest.length > 0 || (step !== undefined && !(/^\d+$/.test(step) && Number(step) > 0))) return false;
    if (range === '*' || range === '?') return true;
    const [from = NaN, to = from, ...more] = range.split('-').map(number);
    return more.length === 0 && from >= min && from <= to && to <= max;
  });
}

interface Field {
  readonly min: number;
  readonly max: number;
  readonly names?: readonly string[];
}

const FIELDS: readonly Field[] = [
  { min: 0, max: 59 },
  { min: 0, max: 23 },
  { min: 1, max: 31 },
  { min: 1, max: 12, names: 'jan feb mar apr may jun jul aug sep oct nov dec'.split(' ') },
  { min: 0, max: 6, names: 'sun mon tue wed thu fri sat'.split(' ') },
];

const DESCRIPTOR =
  /^@(?:yearly|annually|monthly|weekly|daily|midnight|hourly|every (?:\d+(?:\.\d+)?(?:ns|us|µs|ms|s|m|h))+)$/;

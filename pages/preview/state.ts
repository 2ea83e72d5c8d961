/** What is shown and how; the fragment of the address holds it, so that a link can be shared. */
export interface State {
  /** Name of an environment; `undefined` for all. */
  readonly env: string | undefined;

  /** Empty for all. */
  readonly levels: readonly string[];
  readonly kind: string;
  readonly text: string;
  readonly view: View;
}

/** How changes are shown. */
export type View = 'fields' | 'unified' | 'split';

/** Everything is shown. */
export const EVERYTHING: State = { env: undefined, levels: [], kind: '', text: '', view: 'fields' };

/** Reads the fragment; `undefined` where it names a place of the page, or nothing. */
export function stateOf(fragment: string): State | undefined {
  if (!fragment.includes('=')) return undefined;
  const fields = new URLSearchParams(fragment.replace(/^#/, ''));
  const view = fields.get('view');
  return {
    env: fields.get('env') ?? undefined,
    levels: (fields.get('risk') ?? '').split(',').filter((level) => level !== ''),
    kind: fields.get('kind') ?? '',
    text: fields.get('q') ?? '',
    view: view === 'unified' || view === 'split' ? view : 'fields',
  };
}

/** The fragment for a state; empty for {@link EVERYTHING}. */
export function fragmentOf({ env, levels, kind, text, view }: State): string {
  const fields: readonly (readonly [string, string | undefined])[] = [
    ['env', env],
    ['risk', levels.join(',')],
    ['kind', kind],
    ['q', text],
    ['view', view === 'fields' ? '' : view],
  ];
  return fields
    .filter(([name, value]) => value !== undefined && (value !== '' || name === 'env'))
    .map(([name, value = '']) => `${name}=${encodeURIComponent(value).replace(/%2C/g, ',')}`)
    .join('&');
}

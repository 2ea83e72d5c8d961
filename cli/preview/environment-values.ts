import { nearest } from '../../lib/nearest';
import { UsageError } from '../report-error';

/** Where the value of an option belongs: an environment, or one of its clusters. */
export interface EnvironmentValue {
  readonly environment: string;

  /** @default - the environment as a whole */
  readonly cluster?: string;
  readonly value: string;
}

/** An environment that values can be given for. */
export interface KnownEnvironment {
  readonly name: string;

  /** Names of its clusters where it has several. */
  readonly clusters: readonly string[];
}

/**
 * Values of an option that are written `VALUE`, `ENV=VALUE` or `ENV/CLUSTER=VALUE`. Without the name of an environment there has to be just one.
 *
 * @throws UsageError
 */
export function environmentValues(
  option: string,
  written: readonly string[],
  known: readonly KnownEnvironment[],
): EnvironmentValue[] {
  const names = known.flatMap(({ name, clusters }) => [name, ...clusters.map((each) => `${name}/${each}`)]);
  const values = written.map((text) => parsed(option, text, names));
  const twice = values.find((one, index) =>
    values.some((other, at) => at < index && placeOf(one) === placeOf(other)),
  );
  if (twice !== undefined) throw new UsageError(`--${option} is given twice for '${placeOf(twice)}'`);
  return values;
}

function parsed(option: string, text: string, names: readonly string[]): EnvironmentValue {
  const [, place, value = ''] = /^([^=/\\.]+(?:\/[^=/\\.]+)?)=(.*)$/s.exec(text) ?? [];
  if (place === undefined) {
    const [only, ...others] = names.filter((name) => !name.includes('/'));
    if (only === undefined || others.length > 0)
      throw new UsageError(
        `--${option} ${text} could be meant for any of ${names.join(', ')}; write --${option} ENV=${text}`,
      );
    return { environment: only, value: text };
  }
  if (!names.includes(place)) {
    const meant = nearest(place, names);
    throw new UsageError(
      `--${option} names '${place}', which is not compared${meant === undefined ? '' : `; did you mean ${meant}?`}`,
    );
  }
  const [environment = '', cluster] = place.split('/');
  return { environment, ...(cluster !== undefined && { cluster }), value };
}

function placeOf({ environment, cluster }: EnvironmentValue): string {
  return [environment, cluster].filter((part) => part !== undefined).join('/');
}

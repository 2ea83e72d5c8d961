import { describeValue } from '../../../lib/rules/shape';
import type { ConstructViolation } from '../../violations';

/** Hours of a duration as Go reads it, such as `2160h` or `1h30m`; `undefined` for other text. */
export function hoursOf(duration: string): number | undefined {
  if (!/^(\d+(\.\d+)?(h|m|s))+$/.test(duration)) return undefined;
  const parts = [...duration.matchAll(/(\d+(?:\.\d+)?)(h|m|s)/g)];
  return parts.reduce(
    (sum, [, amount, unit]) => sum + Number(amount) / PER_HOUR[unit as keyof typeof PER_HOUR],
    0,
  );
}

/** What is wrong with the lifetime of a certificate and the time before its end at which it is renewed. */
export function lifetimeViolations(
  rule: string,
  {
    duration,
    renewBefore,
  }: { readonly duration?: string | undefined; readonly renewBefore?: string | undefined },
): ConstructViolation[] {
  const given = { duration, renewBefore };
  const hours = { duration: DEFAULT_HOURS, renewBefore: undefined as number | undefined };
  const found = (['duration', 'renewBefore'] as const).flatMap((property): ConstructViolation[] => {
    const text = given[property];
    if (text === undefined) return [];
    const value = hoursOf(text);
    if (value !== undefined && value >= LEAST[property]) {
      hours[property] = value;
      return [];
    }
    const least = property === 'duration' ? 'one hour' : 'five minutes';
    const problem = `must be at least ${least}, in hours, minutes and seconds, got ${describeValue(text)}`;
    return [
      { rule, property, problem, fix: `write ${property}: '${property === 'duration' ? '2160h' : '720h'}'` },
    ];
  });
  if (found.length > 0 || hours.renewBefore === undefined || hours.renewBefore < hours.duration) return found;
  const problem = `is not before the end: certificates live ${hours.duration}h, got ${describeValue(renewBefore)}`;
  return [
    {
      rule,
      property: 'renewBefore',
      problem,
      fix: `write renewBefore: '${Math.floor(hours.duration / 3)}h'`,
    },
  ];
}

const PER_HOUR = { h: 1, m: 60, s: 3600 };

/** cert-manager/cert-manager@v1.21.1:pkg/apis/certmanager/v1/types_certificate.go, Duration and RenewBefore. */
const LEAST = { duration: 1, renewBefore: 5 / 60 };
const DEFAULT_HOURS = 2160;

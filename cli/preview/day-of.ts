import { isDay } from '../../lib/diff/waivers';
import { UsageError } from '../report-error';

/** The day of `--on`, today where it is not given. @throws UsageError for anything but a day such as `2026-12-31`. */
export function dayOf(on: string | undefined): string {
  const day = on ?? new Date().toISOString().slice(0, 10);
  if (!isDay(day)) throw new UsageError(`--on must be a day such as 2026-12-31, got '${day}'`);
  return day;
}

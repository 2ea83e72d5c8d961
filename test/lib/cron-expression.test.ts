import { expect, test } from '@jest/globals';
import { cronProblem, isCronExpression } from '../../lib/cron-expression';

test.each([
  '0 3 * * *',
  '*/15 2-5,22 1 jan-mar MON',
  '0 0 ? * 0',
  '@daily',
  '@every 1h30m',
  'TZ=Europe/Berlin 0 3 * * *',
  '5/10 * * * *',
])('%j is one', (text) => {
  expect(isCronExpression(text)).toBe(true);
});

test.each([
  '',
  '* * * *',
  '* * * * * *',
  '60 * * * *',
  '0 24 * * *',
  '0 0 0 * *',
  '0 0 * 13 *',
  '0 0 * * 7',
  '5-1 * * * *',
  '*/0 * * * *',
  '@sometimes',
  '@every',
  'x * * * *',
  '1-2-3 * * * *',
])('%j is none', (text) => {
  expect(isCronExpression(text)).toBe(false);
});

test.each([['0 0 31 2 *'], ['0 0 30-31 feb ?'], ['0 0 31 4,6,9,11 *']])(
  '%j is none: such a day never comes',
  (text) => {
    expect(cronProblem(text)).toBe(`names a day that never comes, got ${JSON.stringify(text)}`);
  },
);

test.each([
  '0 0 29 2 *',
  '0 0 31 2 mon',
  '0 0 31 2 */2',
  '0 0 31,1 2 *',
  '0 0 */31 2 *',
  '0 0 31 2,3 *',
  '0 0 31 2/2 *',
])('%j is one: some day comes', (text) => {
  expect(cronProblem(text)).toBeUndefined();
});

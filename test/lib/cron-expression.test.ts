import { expect, test } from '@jest/globals';
import { isCronExpression } from '../../lib/cron-expression';

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

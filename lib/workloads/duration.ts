/** Whether text is a time such as `30s`, `5m`, `1h30m` or `7d`. */
export function isDuration(text: unknown): text is string {
  return typeof text === 'string' && text !== '' && DURATION.test(text);
}

/** Milliseconds of a time. @throws TypeError for text that is none */
export function millisecondsOf(text: string): number {
  const match = text === '' ? null : DURATION.exec(text);
  if (match === null) throw new TypeError(`no duration: ${JSON.stringify(text)}`);
  const [days = 0, hours = 0, minutes = 0, seconds = 0] = match.slice(1).map((part) => Number(part ?? 0));
  return (((days * 24 + hours) * 60 + minutes) * 60 + seconds) * 1000;
}

const DURATION = /^(?:(\d{1,5})d)?(?:(\d{1,6})h)?(?:(\d{1,7})m)?(?:(\d{1,9})s)?$/;

import { K3stackError } from '../errors';
import type { StepResult } from '../hosts/step-result';
import { isPlainObject } from '../plain-object';

type Data = Readonly<Record<string, unknown>>;

/** Reads what a script reported, key by key. What has another form than it should is refused: an older release may have staged the scripts. */
export class ResultReader {
  constructor(
    private readonly data: Data,
    private readonly where: string,
  ) {}

  static of(result: StepResult): ResultReader {
    return new ResultReader(result, `${result.step} on ${result.node}`);
  }

  /** Text that has to be there. */
  text(key: string): string {
    return this.optionalText(key) ?? this.refuse(key, 'text');
  }

  /** Text; `undefined` when it is missing, `null` or empty. */
  optionalText(key: string): string | undefined {
    const value = this.data[key];
    if (value === undefined || value === null || value === '') return undefined;
    return typeof value === 'string' ? value : this.refuse(key, 'text');
  }

  /** A number, which shells may report as text; `undefined` when it is missing. */
  optionalNumber(key: string): number | undefined {
    const value = this.data[key];
    if (value === undefined || value === null || value === '') return undefined;
    const number = Number(value);
    return Number.isFinite(number) ? number : this.refuse(key, 'a number');
  }

  /** `true`, `yes` and `True` count; anything else and nothing do not. */
  flag(key: string): boolean {
    return [true, 'yes', 'True', 'true'].includes(this.data[key] as boolean | string);
  }

  /** Whether it is there, and says no. */
  isFalse(key: string): boolean {
    return [false, 'no', 'False', 'false'].includes(this.data[key] as boolean | string);
  }

  /** Texts in a list; none when it is missing. */
  texts(key: string): string[] {
    const value = this.data[key] ?? [];
    const isTexts = Array.isArray(value) && value.every((entry) => typeof entry === 'string');
    return isTexts ? value : this.refuse(key, 'a list of texts');
  }

  /** Maps in a list; none when it is missing or `null`. */
  list(key: string): ResultReader[] {
    const value = this.data[key] ?? [];
    if (!Array.isArray(value)) return this.refuse(key, 'a list');
    return value.map((entry: unknown, index) =>
      isPlainObject(entry)
        ? new ResultReader(entry, `${this.where}, ${key}[${index}]`)
        : this.refuse(`${key}[${index}]`, 'a map'),
    );
  }

  /** A map; `undefined` when it is missing. */
  optional(key: string): ResultReader | undefined {
    const value = this.data[key];
    if (value === undefined || value === null) return undefined;
    return isPlainObject(value)
      ? new ResultReader(value, `${this.where}, ${key}`)
      : this.refuse(key, 'a map');
  }

  private refuse(key: string, expected: string): never {
    throw new K3stackError(
      'HOST_RESULT_UNREADABLE',
      `${this.where} reported ${key} in a form that this release does not know: ${expected} was expected; use the release of k3stack that the project names`,
    );
  }
}

import { isPlainObject } from '../../lib/plain-object';
import { printable } from '../../lib/rules/violation';
import type { ClusterAnswer } from './cluster-client';

/** Whether the user lacks the right, rather than that an admission plugin says no: both are 403 (k8s.io/apiserver@v0.36.3:pkg/endpoints/handlers/responsewriters/errors.go, forbiddenMessage). */
export function lacksRight({ status, body }: ClusterAnswer): boolean {
  return status === 403 && /" cannot (?:get|patch|create) (?:resource|path) "/.test(textOf(body, 'message'));
}

/**
 * Why a server refuses an object, on one line.
 *
 * @param isSecretive Whether the object has values that nobody may see: the server's words may quote them, so only the kind of refusal is told.
 */
export function refusal({ status, body }: ClusterAnswer, isSecretive: boolean): string {
  const kind = textOf(body, 'reason') || `HTTP ${status}`;
  if (isSecretive) return `${short(kind)} (its words are left out, as they may quote hidden values)`;
  const problems = causesOf(body);
  return short(problems.length > 0 ? problems.join('; ') : withoutValues(textOf(body, 'message')) || kind);
}

/** One line of what a server says, of a length that a report has room for. */
export function short(text: string): string {
  const line = printable(text.trim().replaceAll(/\s+/g, ' '));
  return line.length <= LONGEST ? line : `${line.slice(0, LONGEST - 80)} … ${line.slice(-70)}`;
}

/** `details.causes` of a Status: the fields of an object that is invalid. */
function causesOf(body: unknown): string[] {
  const details = isPlainObject(body) ? body['details'] : undefined;
  const causes = isPlainObject(details) ? details['causes'] : undefined;
  if (!Array.isArray(causes)) return [];
  const texts = (causes as unknown[])
    .filter((cause) => textOf(cause, 'field') !== '')
    .map((cause) => `${textOf(cause, 'field')}: ${withoutValues(textOf(cause, 'message'))}`);
  return [...new Set(texts)].slice(0, MOST_CAUSES);
}

/** The API server quotes what is invalid, however long it is: whole templates of pods. */
function withoutValues(message: string): string {
  return message.replace(
    /(Invalid value|Unsupported value|Duplicate value): (?:[\w.*&[\]]*[{[].*[}\]]|"(?:[^"\\]|\\.)*")(?=: |$)/gs,
    '$1',
  );
}

function textOf(value: unknown, key: string): string {
  const text = isPlainObject(value) ? value[key] : undefined;
  return typeof text === 'string' ? text : '';
}

const LONGEST = 300;
const MOST_CAUSES = 3;

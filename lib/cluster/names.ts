import { parseAddress } from './ip-range';

/** Whether text is a DNS label as Kubernetes wants it: at most 63 lower case letters, digits and `-`. */
export function isDnsLabel(text: string): boolean {
  return text.length <= 63 && LABEL.test(text);
}

/** Whether text is DNS labels joined by dots, at most 253 characters. */
export function isDnsSubdomain(text: string): boolean {
  return text.length <= 253 && text.split('.').every((label) => LABEL.test(label));
}

/** Whether text is an IP address or a DNS name in any case, with nothing around it. */
export function isHost(text: string): boolean {
  return parseAddress(text) !== undefined || (isDnsSubdomain(text.toLowerCase()) && !/^[\d.]+$/.test(text));
}

/** Whether a number is a TCP port. */
export function isPort(port: number): boolean {
  return Number.isInteger(port) && port >= 1 && port <= 65535;
}

/** Whether text is the key of a label, taint or annotation: an optional DNS name and `/`, then at most 63 characters. */
export function isLabelKey(text: string): boolean {
  const [name = '', prefix, ...rest] = text.split('/').reverse();
  return (
    rest.length === 0 &&
    name.length <= 63 &&
    VALUE.test(name) &&
    (prefix === undefined || isDnsSubdomain(prefix))
  );
}

/** Whether text is the value of a label or taint: at most 63 letters, digits, `-`, `_` and `.`, or nothing. */
export function isLabelValue(text: string): boolean {
  return text === '' || (text.length <= 63 && VALUE.test(text));
}

/** Whether text can be a key of a Secret or ConfigMap (kubernetes/apimachinery@v0.36.4:pkg/util/validation/validation.go, IsConfigMapKey). */
export function isSecretKey(text: string): boolean {
  return /^[-._a-zA-Z0-9]{1,253}$/.test(text) && text !== '.' && !text.startsWith('..');
}

/** A key with everything left out that it must not hold; for the fix in a message. */
export function labelValueLike(text: string): string {
  return text
    .replace(/[^A-Za-z0-9_.-]+/g, '-')
    .slice(0, 63)
    .replace(/^[^A-Za-z0-9]+|[^A-Za-z0-9]+$/g, '');
}

const LABEL = /^[a-z0-9](?:[-a-z0-9]*[a-z0-9])?$/;
const VALUE = /^[A-Za-z0-9](?:[-A-Za-z0-9_.]*[A-Za-z0-9])?$/;

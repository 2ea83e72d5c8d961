import type { Finding } from '../rules/rule';
import type { HostSynthesis } from '../synthesis/synthesis';
import type { HostFacts } from './facts';
import { at } from './host-finding';
import { sha256 } from './manifest';

/** A rotation that was done cannot be taken back, and a number that was used would rotate nothing when it comes again. */
export function rotationFindings({ rotations = {} }: HostFacts, host: HostSynthesis): Finding[] {
  return Object.entries(rotations).flatMap(([name, found]) => {
    const wanted = host.rotations?.[name] ?? 0;
    const done = higherNumber(found, wanted);
    if (done === undefined) return [];
    const property = `rotate.${camelCase(name)}`;
    return [
      at(
        host,
        `is ${wanted}, and ${done} was done on it already`,
        `write ${property}: ${done} to leave it as it is, or ${done + 1} to rotate once more`,
        property,
      ),
    ];
  });
}

/** The number behind a checksum, where it is above `wanted`. Those below come first, as a number that was raised is the usual case. */
function higherNumber(checksum: string, wanted: number): number | undefined {
  for (let number = wanted; number >= 0; number--) if (sha256(String(number)) === checksum) return undefined;
  for (let number = wanted + 1; number <= MOST; number++)
    if (sha256(String(number)) === checksum) return number;
  return undefined;
}

function camelCase(name: string): string {
  return name.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
}

/** Largest number that a program may have. */
const MOST = 1_000_000;

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { synthesisContext } from '../../adapters/context';
import { loadProgram } from '../../adapters/program';
import type { K3sCluster } from '../../constructs/cluster/k3s-cluster';
import { synthesize } from '../../constructs/synthesis/synthesize';
import { k3s } from '../../lib/distributions/k3s/k3s';
import { InvalidProgramError } from '../../lib/rules/invalid-program';
import type { Violation } from '../../lib/rules/violation';
import { compareImport, refusedLabels, type Difference } from './k3s/compare';
import type { ImportFinding } from './k3s/finding';
import type { BuiltImport } from './k3s/build-import';

/** What the written program really does. */
export interface CheckedImport {
  readonly findings: readonly ImportFinding[];
  readonly differences: readonly Difference[];
  readonly violations: readonly Violation[];
}

/**
 * Runs a program that was made of existing hosts, and compares what it renders with what they are told now.
 *
 * @param text The program.
 */
export async function checkImport(
  built: BuiltImport,
  text: string,
  environment: string,
): Promise<CheckedImport> {
  const folder = mkdtempSync(join(tmpdir(), 'k3stack-init-'));
  try {
    const file = join(folder, 'environments.ts');
    writeFileSync(file, text);
    const { environments } = await loadProgram(folder, file);
    const context = synthesisContext(folder);
    const cluster = environments.build(environment).node.findChild(built.program.cluster) as K3sCluster;
    const hosts = k3s.hosts(cluster.model(), context);
    return {
      findings: refusedLabels(built.draft, hosts),
      differences: compareImport(built.draft, hosts),
      violations: violationsOf(() => synthesize(environments.build(environment), context)),
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function violationsOf(synth: () => unknown): readonly Violation[] {
  try {
    synth();
    return [];
  } catch (error) {
    if (error instanceof InvalidProgramError) return error.violations;
    throw error;
  }
}

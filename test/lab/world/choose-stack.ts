import type { ConfigMap } from '@pulumi/pulumi/automation';
import { MockStack } from '../engine/mock-stack';
import { EngineStack, pulumiOnPath } from './engine-stack';
import type { LabStack } from './lab-stack';

/** What a stack is made of. */
export interface StackOptions {
  /** Of the project; the state is in it. */
  readonly folder: string;

  /** Name of the stack. */
  readonly environment: string;

  /** Made anew for every update. */
  readonly program: () => unknown;
  readonly config: ConfigMap;
}

/** A stack on the real engine when it is on PATH, else on the driver that plays one. */
export async function labStack(options: StackOptions): Promise<LabStack> {
  if (!hasEngine()) return new MockStack(options);
  return EngineStack.create({
    ...options,
    program: () => Promise.resolve(options.program() as Record<string, unknown>),
  });
}

/** Whether scenarios run on a real engine. */
export function hasEngine(): boolean {
  return process.env['K3STACK_LAB_ENGINE'] !== 'mock' && pulumiOnPath() !== undefined;
}

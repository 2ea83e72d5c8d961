import type { Synthesis } from '../synthesis/synthesis';
import type { ChangeKnowledge } from './change-knowledge';
import { k3sChangeKnowledge } from './k3s/change-knowledge';

/** What is known about changes of a cluster of one of these states; nothing of one that something else made. */
export function knowledgeOf(cluster: string, ...states: readonly Synthesis[]): ChangeKnowledge | undefined {
  const found = states.flatMap(({ clusters }) => clusters).find(({ name }) => name === cluster);
  return found === undefined ? undefined : KNOWLEDGE[found.distribution];
}

const KNOWLEDGE: Readonly<Partial<Record<string, ChangeKnowledge>>> = { k3s: k3sChangeKnowledge };

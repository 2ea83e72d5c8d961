import { wholeNumber } from '../../../lib/rules/shape';
import type { ConstructViolation } from '../../violations';

/** A port that Kubernetes gives to Services on every node, unless its range was changed. */
export const nodePortShape = wholeNumber(30_000, 32_767);

/** In a cluster that something else made nobody tells the nodes. */
export function withoutNodes(host: string, endpoint: string): ConstructViolation {
  return {
    rule: 'registry-nodes',
    property: 'scope',
    problem: `does not tell the nodes how to pull ${host}, as this program does not configure them`,
    fix: `write a mirror of ${host} to http://${endpoint} into the configuration of their containerd`,
    blocks: 'nothing',
  };
}

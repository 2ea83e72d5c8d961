import { secret, type SecretRef } from '../../secret';
import type { K3sModel } from './model';

/** Token that servers join with; `<cluster>-server-token` in the environment's secrets. */
export function serverToken(model: K3sModel): SecretRef {
  return secret(`${model.name}-server-token`);
}

/** Token that agents join with; `<cluster>-agent-token` in the environment's secrets. */
export function agentToken(model: K3sModel): SecretRef {
  return secret(`${model.name}-agent-token`);
}

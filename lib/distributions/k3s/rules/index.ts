import type { StaticRule } from '../../../rules/rule';
import type { K3sModel } from '../model';

/** What the model of a K3s cluster must satisfy, in the order of reports. */
export const k3sRules: readonly StaticRule<K3sModel>[] = [];

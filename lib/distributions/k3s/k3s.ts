import type { Distribution } from '../distribution';
import { cluster } from './cluster';
import { describe } from './describe';
import { graph } from './graph';
import { hosts } from './hosts';
import type { K3sModel } from './model';
import { k3sRules } from './rules';
import { topology } from './topology';

/** K3s, as an adapter that returns data. */
export const k3s: Distribution<K3sModel> = {
  name: 'k3s',
  rules: k3sRules,
  describe,
  cluster,
  hosts,
  graph,
  topology,
};

import { GitSecrets } from '../../../constructs/cluster/git-secrets';
import { Namespace } from '../../../constructs/cluster/namespace';
import { workloadSecret } from '../../../constructs/workloads/secrets/workload-secret';
import type { ExternalStore } from '../../../lib/synthesis/external-secret';
import { SecretRef, secretText, urlEncoded } from '../../../lib/secret';
import type { ApiCase } from '../api-case';
import { describePair, pairs } from '../pairs';

const stores = pairs<ExternalStore>({
  store: ['vault'],
  kind: [undefined, 'SecretStore'],
  keys: [
    undefined,
    { 'db-password': 'shop/db' },
    { 'db-password': { key: 'shop/db', property: 'password' } },
  ],
  refreshInterval: [undefined, '15m'],
});

export const cases: readonly ApiCase[] = stores.map((store) => ({
  name: `ExternalSecret ${describePair(store)}`,
  build: (cluster) => {
    cluster.secretsInGit(GitSecrets.external(store));
    const password = SecretRef.fromConfig('db-password');
    const data = { password, url: secretText`postgres://app:${urlEncoded(password)}@db/app` };
    workloadSecret(new Namespace(cluster, 'shop'), { namespace: 'shop', name: 'database', data });
  },
}));

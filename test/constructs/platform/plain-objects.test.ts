import { expect, jest, test } from '@jest/globals';

/** The typed classes take longer to load than everything else of a program together, and drop fields they do not know. */
function notLoaded(): never {
  throw new Error('cdk8s-plus is loaded');
}

test.each([
  '../../../constructs/cluster/k3s-cluster',
  '../../../constructs/platform/local-path/local-path-storage',
  '../../../constructs/platform/velero/velero',
  '../../../constructs',
])('%s loads no typed classes', (path) => {
  jest.isolateModules(() => {
    for (const name of ['cdk8s-plus-28', 'cdk8s-plus-28/lib/imports/k8s']) jest.doMock(name, notLoaded);
    expect(() => jest.requireActual(path)).not.toThrow();
  });
});

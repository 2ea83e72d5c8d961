import { afterEach, expect, jest, test } from '@jest/globals';
import type { stepHooks } from '../../stacks/step-hooks';

/** With a class of hooks, or none, in the SDK. */
function withHooks(ResourceHook: unknown): typeof stepHooks {
  jest.resetModules();
  jest.doMock('@pulumi/pulumi', () => ({ ResourceHook }));
  return jest.requireActual<{ stepHooks: typeof stepHooks }>('../../stacks/step-hooks').stepHooks;
}
afterEach(() => {
  jest.dontMock('@pulumi/pulumi');
});

/** A class of hooks whose registration fails. */
const refusing = (problem: string): unknown =>
  class {
    readonly __registered = Promise.reject(new Error(problem));
  };

/** What every resource with the hook waits for. */
function registered(problem: string): Promise<void> {
  const hooks = withHooks(refusing(problem));
  const { beforeCreate = [] } = hooks('k3s', () => Promise.resolve());
  return (beforeCreate[0] as unknown as { __registered: Promise<void> }).__registered;
}

test('an SDK without hooks is refused before there is any resource, with the release to install', () => {
  const hooks = withHooks(undefined);
  expect(() => hooks('k3s', () => Promise.resolve())).toThrow(/@pulumi\/pulumi.*install 3\.182\.0 or newer/);
});

test('an engine without hooks fails the first resource, with the release to install', async () => {
  await expect(
    registered('the Pulumi CLI does not support resource hooks. Please update the Pulumi CLI'),
  ).rejects.toMatchObject({
    code: 'PULUMI_TOO_OLD',
    message: expect.stringMatching(/command line.*install 3\.182\.0 or newer/) as unknown,
  });
});

test('another failure of the engine stays what it is', async () => {
  await expect(registered('the engine is shutting down')).rejects.toThrow('the engine is shutting down');
});

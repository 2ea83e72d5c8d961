import * as pulumi from '@pulumi/pulumi';
import { K3stackError } from '../lib/errors';

/** What is done on the operator's machine before an engine's operation on a step. */
export type BeforeStep = (step: string, operation: 'create' | 'update') => Promise<void>;

/**
 * Hooks for all resources of one cluster: a resource is named after its step, so two registrations serve them all. They run in `up` only: not in a
 * preview, and not in `destroy`, which does not run the program.
 *
 * @param name Unique in the stack.
 * @throws K3stackError `PULUMI_TOO_OLD` when the SDK has no hooks; with an engine that has none, the first resource fails with it.
 */
export function stepHooks(name: string, before: BeforeStep): pulumi.ResourceHookBinding {
  if ((pulumi.ResourceHook as unknown) === undefined) throw tooOld('the Pulumi SDK (@pulumi/pulumi)');
  const hook = (operation: 'create' | 'update'): pulumi.ResourceHook =>
    registered(
      new pulumi.ResourceHook(`${name}:before-${operation}`, (args) => before(args.name, operation)),
    );
  return { beforeCreate: [hook('create')], beforeUpdate: [hook('update')] };
}

/** The SDK tells of an engine without hooks by a promise that every resource with the hook waits for. */
function registered(hook: pulumi.ResourceHook): pulumi.ResourceHook {
  const internals = hook as unknown as { __registered?: Promise<void> };
  const registration = internals.__registered?.catch((error: unknown) => {
    throw error instanceof Error && error.message.includes('does not support resource hooks')
      ? tooOld('the Pulumi command line')
      : error;
  });
  if (registration !== undefined) internals.__registered = registration;
  // A stack may end up with no resource that waits for it.
  registration?.catch(() => undefined);
  return hook;
}

function tooOld(what: string): K3stackError {
  return new K3stackError(
    'PULUMI_TOO_OLD',
    `${what} has no resource hooks, by which hosts are looked at before anything on them changes; ` +
      `install ${FIRST_WITH_HOOKS} or newer`,
  );
}

/** First release of engine and Node SDK with hooks (pulumi/pulumi#19874 and #19946, 2025-07-14). */
const FIRST_WITH_HOOKS = '3.182.0';

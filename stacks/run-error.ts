import { K3stackError } from '../lib/errors';

/**
 * Runs the program of a stack. A problem that the user can mend is shown by Pulumi without a stack trace, with its code; a defect keeps its trace.
 */
export function showingErrors<T>(program: () => T): T {
  try {
    return program();
  } catch (error) {
    // What Pulumi knows its own RunError by, also across copies of the SDK.
    if (error instanceof K3stackError) Object.assign(error, { __pulumiRunError: true });
    throw error;
  }
}

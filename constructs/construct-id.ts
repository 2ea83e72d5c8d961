import { Chart } from 'cdk8s';
import { Construct } from 'constructs';
import { K3stackError } from '../lib/errors';
import { describeValue } from '../lib/rules/shape';

/**
 * The id, for `super(scope, constructId(scope, id))` of what lies in a chart: in the place of the errors of cdk8s, which have no page.
 *
 * @throws K3stackError `INVALID_SCOPE`, `INVALID_CONSTRUCT_ID`
 */
export function constructId(scope: unknown, id: unknown): string {
  if (!Construct.isConstruct(scope)) throw invalidScope(scope, `${describeValue(id)} can be made in`);
  if (!scope.node.scopes.some((around) => Chart.isChart(around))) {
    throw new K3stackError(
      'INVALID_SCOPE',
      `${describeValue(id)} is made in ${scope.node.path || 'the program itself'}, which is in no chart; make it inside of one: new Namespace(cluster, 'shop')`,
    );
  }
  const where = scope.node.path;
  if (typeof id !== 'string' || id === '' || id in Object.prototype) {
    throw new K3stackError(
      'INVALID_CONSTRUCT_ID',
      `the id of what is made in ${where} must be a name, got ${describeValue(id)}; write 'web'`,
    );
  }
  if (scope.node.tryFindChild(id) === undefined) return id;
  throw new K3stackError(
    'INVALID_CONSTRUCT_ID',
    `${where} has ${describeValue(id)} already; give one of the two another id`,
  );
}

/** @param purpose What a construct is needed for, as the end of "must be a construct that …". */
export function invalidScope(scope: unknown, purpose: string): K3stackError {
  return new K3stackError(
    'INVALID_SCOPE',
    `the scope must be a construct that ${purpose}, got ${describeValue(scope)}; pass a namespace, a cluster or the environment`,
  );
}

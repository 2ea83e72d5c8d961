import { ApiObject } from 'cdk8s';
import type { IConstruct } from 'constructs';
import type { KubernetesObject } from '../../lib/synthesis/synthesis';

/** Every API object under a construct, in tree order. */
export function apiObjectsIn(scope: IConstruct): ApiObject[] {
  return scope.node.findAll().filter((construct) => ApiObject.isApiObject(construct));
}

/** The object as it is sent to the API server, patches applied. */
export function objectJson(object: ApiObject): KubernetesObject {
  return object.toJson() as KubernetesObject;
}

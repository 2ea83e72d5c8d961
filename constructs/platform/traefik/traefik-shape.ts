import {
  anyText,
  dataMap,
  either,
  flag,
  list,
  mapOf,
  number,
  object,
  oneOf,
  text,
  type Shape,
} from '../../../lib/rules/shape';
import { objectName } from './reference';
import { tlsSettings } from './tls-option';

const quantities = object({ cpu: text, memory: text });

const entryPoint = object({
  port: number,
  containerPort: number,
  protocol: oneOf('TCP', 'UDP'),
  exposed: flag,
  nodePort: number,
  hostPort: number,
  tls: flag,
  middlewares: list(objectName),
  forwardedHeadersFrom: list(text),
  proxyProtocolFrom: list(text),
});

/** Form of the props of Traefik, for programs without types. */
export const traefikShape = object({
  exposure: oneOf('servicelb', 'loadbalancer', 'nodePort', 'hostPort', 'clusterIp'),
  replicas: numberOrWord,
  entryPoints: mapOf(entryPoint),
  redirectToHttps: flag,
  externalTrafficPolicy: oneOf('Cluster', 'Local'),
  loadBalancerSourceRanges: list(text),
  serviceAnnotations: mapOf(anyText),
  serviceLabels: mapOf(anyText),
  isDefaultClass: flag,
  tls: object(tlsSettings),
  defaultCertificate: text,
  // That a host or somebody to ask is missing is for a rule to say.
  dashboard: object({ host: anyText, auth: objectName, entryPoint: text }),
  logLevel: oneOf('TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR'),
  accessLog: either(flag, object({ format: oneOf('common', 'json') }, 'format')),
  metrics: flag,
  gatewayApi: flag,
  allowCrossNamespace: flag,
  allowExternalNameServices: flag,
  resources: object({ requests: quantities, limits: quantities }),
  values: dataMap,
  namespace: text,
});

/** Which numbers and words there are is for a rule to say. */
function numberOrWord(value: unknown, at: readonly string[]): ReturnType<Shape> {
  return typeof value === 'string' ? [] : number(value, at);
}

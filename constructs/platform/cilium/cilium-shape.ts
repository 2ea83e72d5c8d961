import {
  anyText,
  dataMap,
  flag,
  list,
  mapOf,
  object,
  oneOf,
  text,
  wholeNumber,
} from '../../../lib/rules/shape';

const quantities = object({ cpu: text, memory: text });
const resources = object({ requests: quantities, limits: quantities });

/** Form of the props of Cilium, for programs without types. */
export const ciliumShape = object({
  loadBalancer: object(
    { addresses: list(text), announce: flag, interfaces: list(text), nodeLabels: mapOf(anyText) },
    'addresses',
  ),
  ingress: oneOf('off', 'shared', 'dedicated'),
  hubble: oneOf('off', 'agent', 'relay', 'ui'),
  routing: oneOf('tunnel', 'native'),
  encryption: oneOf('none', 'wireguard'),
  operatorReplicas: wholeNumber(1, 5),
  resources,
  operatorResources: resources,
  repository: text,
  values: dataMap,
});

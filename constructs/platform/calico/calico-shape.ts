import { dataMap, flag, object, oneOf, text, wholeNumber } from '../../../lib/rules/shape';

const quantities = object({ cpu: text, memory: text });
const resources = object({ requests: quantities, limits: quantities });

/** Form of the props of Calico, for programs without types. */
export const calicoShape = object({
  encapsulation: oneOf('VXLAN', 'VXLANCrossSubnet', 'None'),
  bgp: flag,
  mtu: wholeNumber(1280, 9000),
  resources,
  typhaResources: resources,
  controllerResources: resources,
  operatorResources: resources,
  repository: text,
  values: dataMap,
});

import {
  anyText,
  either,
  flag,
  list,
  mapOf,
  number,
  object,
  oneOf,
  text,
  wholeNumber,
} from '../../../lib/rules/shape';
import { labelMap } from '../label-shape';
import { resourcesShape } from '../resources';
import { secretSourceShape } from '../secrets/secret-source-shape';
import { tolerationShape } from '../toleration';
import { sizeShape } from '../volumes';
import { egressShape, ingressFromShape } from '../workload-network';

const secretSource = secretSourceShape();

const bucket = object(
  {
    name: text,
    credentials: object({ accessKey: secretSource, secretKey: secretSource }, 'accessKey', 'secretKey'),
    folder: text,
    endpoint: text,
    region: text,
    caCertificate: text,
    egress: list(egressShape),
  },
  'name',
  'credentials',
);

/** Form of the props of a database. */
export const postgresShape = object(
  {
    version: oneOf('15', '16', '17', '18'),
    size: sizeShape,
    storageClass: text,
    database: text,
    owner: text,
    password: secretSource,
    image: text,
    resources: resourcesShape,
    parameters: mapOf(either(flag, number, anyText)),
    dumps: object(
      {
        bucket,
        schedule: text,
        timeZone: text,
        keepDays: wholeNumber(1, 36_500),
        scratch: sizeShape,
      },
      'bucket',
    ),
    allowFrom: list(ingressFromShape),
    operator: oneOf('cloudnative-pg'),
    replicas: wholeNumber(1, 9),
    nodeSelector: labelMap,
    tolerations: list(tolerationShape),
    terminationGracePeriodSeconds: wholeNumber(0, 86_400),
  },
  'version',
  'size',
);

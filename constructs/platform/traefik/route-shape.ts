import {
  anyText,
  either,
  flag,
  list,
  number,
  object,
  oneOf,
  text,
  type Shape,
} from '../../../lib/rules/shape';
import { connectionShape } from '../../workloads/connection';
import { tlsShape } from '../../workloads/tls';
import { objectName } from './reference';

const portShape: Shape = (value, at) => (typeof value === 'string' ? text(value, at) : number(value, at));

const stickyCookie = object({ name: text, maxAge: number, sameSite: oneOf('none', 'lax', 'strict') });

const settings = {
  weight: number,
  scheme: oneOf('http', 'https', 'h2c'),
  passHostHeader: flag,
  sticky: either(flag, stickyCookie),
  serversTransport: text,
};
const service = namedOrConnected(settings);

const path = object(
  {
    path: anyText, // which ones there can be is for a rule to say
    pathType: oneOf('Prefix', 'Exact'),
    methods: list(text),
    middlewares: list(objectName),
    services: list(service),
    priority: number,
  },
  'services',
);

/** Form of the props of an HTTP route, for programs without types. */
export const routeShape = object(
  {
    hosts: list(anyText),
    paths: list(path),
    middlewares: list(objectName),
    tls: tlsShape,
    tlsOptions: objectName,
    redirectToHttps: flag,
    entryPoints: list(text),
    name: text,
    namespace: text,
  },
  'hosts',
  'paths',
);

const tcpService = namedOrConnected({ weight: number, tls: flag, serversTransport: text });

/** A service by its name, or by the connection of a workload. */
function namedOrConnected(settings: Readonly<Record<string, Shape>>): Shape {
  const connected = object({ ...settings, connection: connectionShape }, 'connection');
  const named = object({ ...settings, name: text, port: portShape, namespace: text }, 'name', 'port');
  return (value, at) =>
    (typeof value === 'object' && value !== null && 'connection' in value ? connected : named)(value, at);
}

/** Form of the props of a TCP route. */
export const tcpRouteShape = object(
  {
    entryPoints: list(text),
    hosts: list(anyText),
    services: list(tcpService),
    tls: (value, at) => (value === 'passthrough' ? [] : tlsShape(value, at)),
    tlsOptions: objectName,
    name: text,
    namespace: text,
  },
  'entryPoints',
  'services',
);

import type { OptionSpec } from './option-spec';

/** Options about the database behind the API. */
export const datastoreOptions = {
  'datastore-endpoint': {
    help: 'Data source name of an external etcd, NATS, MySQL, PostgreSQL or SQLite.',
    type: 'string',
    role: 'server',
    applies: 'immutable',
    default: '- SQLite, or embedded etcd with cluster-init',
    env: 'K3S_DATASTORE_ENDPOINT',
    secret: true,
    managed: '`datastore: Datastore.external(…)`',
    why: 'another database is another cluster; where etcd data lies on disk K3s ignores it',
  },
  'datastore-cafile': {
    help: 'Certificate authority of the database.',
    type: 'path',
    role: 'server',
    applies: 'restart',
    env: 'K3S_DATASTORE_CAFILE',
    managed: '`tls` of `Datastore.external(…)`',
  },
  'datastore-certfile': {
    help: 'Client certificate for the database; needs datastore-keyfile.',
    type: 'path',
    role: 'server',
    applies: 'restart',
    env: 'K3S_DATASTORE_CERTFILE',
    managed: '`tls` of `Datastore.external(…)`',
  },
  'datastore-keyfile': {
    help: 'Key of the client certificate for the database.',
    type: 'path',
    role: 'server',
    applies: 'restart',
    env: 'K3S_DATASTORE_KEYFILE',
    managed: '`tls` of `Datastore.external(…)`',
  },
  'kine-tls': {
    help: 'TLS on the socket between the API server and kine.',
    type: 'boolean',
    role: 'server',
    applies: 'restart',
    default: false,
    hidden: true,
    experimental: true,
  },
  'etcd-expose-metrics': {
    help: 'Serve etcd metrics on the node’s addresses instead of localhost.',
    type: 'boolean',
    role: 'server',
    applies: 'restart',
    default: false,
  },
} as const satisfies Record<string, OptionSpec>;

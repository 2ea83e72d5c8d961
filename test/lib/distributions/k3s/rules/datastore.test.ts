import { Datastore } from '../../../../../lib/distributions/k3s/datastore';
import { secret } from '../../../../../lib/secret';
import { servers } from '../../../../support/k3s-model';
import { testRules } from '../../../../support/k3s-rule-rows';

const three = servers('alfa', 'bravo', 'charlie');
const sql = { host: 'db.example.org', user: 'k3s', password: secret('db') };

testRules([
  {
    rule: 'k3s-sqlite-servers',
    broken: { servers: three, datastore: Datastore.sqlite() },
    says: 'got 3 servers; write datastore: Datastore.embeddedEtcd()',
    fine: { servers: three, datastore: Datastore.forServers(three) },
  },
  {
    rule: 'k3s-etcd-members',
    broken: { servers: servers('alfa', 'bravo') },
    says: '2 etcd members survive the loss of none',
    fine: { servers: servers('alfa'), datastore: Datastore.embeddedEtcd() },
  },
  {
    rule: 'k3s-etcd-members',
    broken: { servers: servers('a', 'b', 'c', 'd') },
    says: '4 etcd members survive the loss of 1, as 3 do; write 3 servers, or 5',
    fine: { servers: servers('a', 'b', 'c', 'd'), datastore: Datastore.external({ postgres: sql }) },
  },
  {
    rule: 'k3s-etcd-count',
    broken: { servers: servers(...'abcdefghi') },
    says: 'wait for 5 of them',
    fine: { servers: servers(...'abcdefg') },
  },
  {
    rule: 'k3s-datastore-endpoint',
    broken: { datastore: Datastore.external({ mysql: { ...sql, user: 'k3s:x' } }) },
    says: 'datastore.mysql.user',
    fine: { datastore: Datastore.external({ mysql: { ...sql, user: 'k3s.rw' } }) },
  },
  {
    rule: 'k3s-datastore-endpoint',
    broken: { datastore: Datastore.external({ postgres: { ...sql, database: 'K3s' } }) },
    says: "write database: 'k3s'",
    fine: { datastore: Datastore.external({ mysql: { ...sql, database: 'K3s' } }) },
  },
  {
    rule: 'k3s-datastore-endpoint',
    broken: { datastore: Datastore.external({ etcd: { endpoints: ['10.0.0.31:2379'] } }) },
    says: "got '10.0.0.31:2379'",
    fine: { datastore: Datastore.external({ etcd: { endpoints: ['https://[fd00::31]:2379'] } }) },
  },
  {
    rule: 'k3s-datastore-tls',
    broken: { datastore: Datastore.external({ postgres: { ...sql, tls: { certFile: '/etc/db.crt' } } }) },
    says: 'certFile needs keyFile',
    fine: { datastore: Datastore.external({ postgres: { ...sql, tls: { caFile: '/etc/db-ca.crt' } } }) },
  },
  {
    rule: 'k3s-snapshots',
    broken: { datastore: Datastore.embeddedEtcd({ snapshots: { schedule: '0 25 * * *' } }) },
    says: "got '0 25 * * *'",
    fine: { datastore: Datastore.embeddedEtcd({ snapshots: { schedule: '*/30 2-5 * * mon,fri' } }) },
  },
  {
    rule: 'k3s-snapshots',
    broken: { datastore: Datastore.embeddedEtcd({ snapshots: { retention: 0 } }) },
    says: 'must be a whole number from 1 to 10000, got 0',
    fine: { datastore: Datastore.embeddedEtcd({ snapshots: { retention: 1, schedule: '@every 6h' } }) },
  },
  {
    rule: 'k3s-snapshot-s3',
    broken: {
      datastore: Datastore.embeddedEtcd({ s3: { bucket: 'k3s', endpoint: 'https://minio.lan:9000' } }),
    },
    says: "write endpoint: 'minio.lan:9000'",
    fine: { datastore: Datastore.embeddedEtcd({ s3: { bucket: 'k3s', endpoint: 'minio.lan:9000' } }) },
  },
]);

import { expect, test } from '@jest/globals';
import { bootstrapDropIn } from '../../../../lib/distributions/k3s/bootstrap-drop-in';
import { Datastore } from '../../../../lib/distributions/k3s/datastore';

const etcd = { datastore: Datastore.embeddedEtcd() };

test('one server of embedded etcd initialises', () => {
  expect(bootstrapDropIn(etcd, 'initialise')).toBe('cluster-init: true\n');
});

test('from then on it has a server to join as the others have, so that it never makes a second cluster', () => {
  expect(bootstrapDropIn(etcd, { join: 'https://10.0.0.1:6443' })).toBe('server: "https://10.0.0.1:6443"\n');
});

test.each([Datastore.sqlite(), Datastore.external({ etcd: { endpoints: ['https://a:2379'] } })])(
  'without embedded etcd nobody is joined',
  (datastore) => {
    expect(bootstrapDropIn({ datastore }, 'initialise')).toMatch(/^# /);
    expect(bootstrapDropIn({ datastore }, { join: 'https://10.0.0.1:6443' })).toMatch(/^# /);
  },
);

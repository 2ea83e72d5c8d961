import {
  BOTH,
  DISK,
  DISKS,
  NEW_IS_STORED,
  OLD_IS_STORED,
  OLD_WIDGET,
  STORED,
  version,
  WIDGET,
  WIDGETS,
} from './block-custom-kinds';
import { API_SERVER, changed, updates } from './block-update';
import type { RiskFixture } from './risk-fixture';

const KINDS = { before: API_SERVER, after: API_SERVER };

const SCOPE = updates(
  'crd-scope',
  WIDGETS,
  ['scope', { 'spec.scope': 'Cluster' }, ['Namespaced -> Cluster']],
  ['kind', { 'spec.names.kind': 'Gadget', 'spec.names.listKind': 'GadgetList' }, ['Widget -> Gadget']],
  ['plural', { 'spec.names.plural': 'gadgets' }, ['widgets -> gadgets']],
  ['group', { 'spec.group': 'other.example.org' }, ['risks.example.org -> other.example.org']],
  ['short names', { 'spec.names.shortNames': ['wd'] }],
  ['categories', { 'spec.names.categories': ['all'] }],
  ['a version more', { 'spec.versions[1]': version('v2') }],
  [
    'columns',
    { 'spec.versions[0].additionalPrinterColumns': [{ name: 'a', type: 'string', jsonPath: '.spec.a' }] },
  ],
);

const VERSIONS = updates(
  'crd-stored-version',
  WIDGETS,
  ['it goes', { 'spec.versions': [STORED] }, ['v1beta1 -> (none)'], { from: OLD_IS_STORED }],
  ['it is no longer served', { 'spec.versions': NEW_IS_STORED }, [], { from: OLD_IS_STORED }],
  [
    'one goes that nothing is stored in',
    { 'spec.versions': [STORED] },
    [],
    { from: { 'spec.versions': [version('v1beta1'), STORED] } },
  ],
);

const IN_USE: readonly RiskFixture[] = [
  {
    rule: 'crd-in-use',
    name: 'an object stays',
    before: [WIDGETS, WIDGET],
    after: [WIDGET],
    hits: ['1 object stays: a'],
  },
  {
    rule: 'crd-in-use',
    name: 'two stay',
    before: [WIDGETS, WIDGET],
    after: [WIDGET, changed(WIDGET, { 'metadata.name': 'b' })],
    hits: ['2 objects stay'],
  },
  { rule: 'crd-in-use', name: 'its objects go with it', before: [WIDGETS, WIDGET], after: [], hits: [] },
  {
    rule: 'crd-in-use',
    name: 'a definition of another kind goes',
    before: [WIDGETS, WIDGET, changed(WIDGETS, { 'metadata.name': 'b', 'spec.names.kind': 'Gadget' })],
    after: [WIDGETS, WIDGET],
    hits: [],
  },
];

const UNSERVED: readonly RiskFixture[] = [
  {
    rule: 'crd-version-unserved',
    name: 'the definition stops to serve it',
    before: [BOTH, OLD_WIDGET],
    after: [changed(BOTH, { 'spec.versions': NEW_IS_STORED }), OLD_WIDGET],
    hits: ['risks.example.org/v1beta1; its definition serves risks.example.org/v1'],
  },
  {
    rule: 'crd-version-unserved',
    name: 'a new object of it',
    before: [WIDGETS],
    after: [WIDGETS, OLD_WIDGET],
    kubernetes: KINDS,
    apiServer: 'refuses',
    hits: ['risks.example.org/v1beta1; its definition serves risks.example.org/v1'],
  },
  {
    rule: 'crd-version-unserved',
    name: 'the object moves on with it',
    before: [BOTH, OLD_WIDGET],
    after: [changed(BOTH, { 'spec.versions': NEW_IS_STORED }), WIDGET],
    kubernetes: KINDS,
    apiServer: 'accepts',
    hits: [],
  },
  {
    rule: 'crd-version-unserved',
    name: 'it was as wrong before',
    before: [WIDGETS, OLD_WIDGET],
    after: [changed(WIDGETS, { 'metadata.labels': { a: 'b' } }), OLD_WIDGET],
    hits: [],
  },
];

const WITH_DISKS = { beside: [DISKS] };
const CUSTOM = updates(
  'custom-resource-immutable',
  DISK,
  ['a field', { 'spec.kind': 'hdd' }, ['ssd -> hdd'], WITH_DISKS],
  ['a field that its parent freezes', { 'spec.place': 'rack-2' }, ['rack-1 -> rack-2'], WITH_DISKS],
  ['a field of an item', { 'spec.parts[name=boot].type': 'xfs' }, ['ext4 -> xfs'], WITH_DISKS],
  ['a field comes', { 'spec.kind': 'ssd' }, [], { ...WITH_DISKS, from: { 'spec.kind': undefined } }],
  ['a field goes', { 'spec.kind': undefined }, [], WITH_DISKS],
  ['an item more', { 'spec.parts[1]': { name: 'data', type: 'xfs' } }, [], WITH_DISKS],
  ['another field of the item', { 'spec.parts[name=boot].note': 'a' }, [], WITH_DISKS],
  ['a rule of another form that holds', { 'spec.size': 2 }, [], WITH_DISKS],
);

/** Changes of definitions and of what they define. */
export const blockDefinitions: readonly RiskFixture[] = [
  ...SCOPE,
  ...VERSIONS,
  ...IN_USE,
  ...UNSERVED,
  ...CUSTOM,
];

import type { KubernetesObject } from '../../../lib/synthesis/synthesis';
import { changed, NAMESPACE, type Changes } from './block-update';

/** A version of a definition that takes anything. */
export function version(name: string, fields: object = {}): object {
  const openAPIV3Schema = { type: 'object', 'x-kubernetes-preserve-unknown-fields': true };
  return { name, served: true, storage: false, schema: { openAPIV3Schema }, ...fields };
}

/** The version that objects are stored in. */
export const STORED = version('v1', { storage: true });

/** A definition. */
export const WIDGETS: KubernetesObject = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: 'widgets.risks.example.org' },
  spec: {
    group: 'risks.example.org',
    scope: 'Namespaced',
    names: { plural: 'widgets', singular: 'widget', kind: 'Widget', listKind: 'WidgetList' },
    versions: [STORED],
  },
};

/** A definition that stores objects in an old version. */
export const OLD_IS_STORED: Changes = {
  'spec.versions': [version('v1beta1', { storage: true }), version('v1')],
};
/** Versions of one that has moved on. */
export const NEW_IS_STORED = [version('v1beta1', { served: false }), STORED];

/** An object of {@link WIDGETS}. */
export const WIDGET: KubernetesObject = {
  apiVersion: 'risks.example.org/v1',
  kind: 'Widget',
  metadata: { name: 'a', namespace: NAMESPACE },
  spec: { size: 1 },
};

/** {@link WIDGETS} that serve two versions. */
export const BOTH = changed(WIDGETS, OLD_IS_STORED);
/** {@link WIDGET} in the old version. */
export const OLD_WIDGET = changed(WIDGET, { apiVersion: 'risks.example.org/v1beta1' });

const frozen = (rule = 'self == oldSelf'): object => ({
  'x-kubernetes-validations': [{ rule, message: 'it cannot change' }],
});

/** A definition that forbids fields to change. */
export const DISKS: KubernetesObject = {
  ...WIDGETS,
  metadata: { name: 'disks.risks.example.org' },
  spec: {
    group: 'risks.example.org',
    scope: 'Namespaced',
    names: { plural: 'disks', singular: 'disk', kind: 'Disk', listKind: 'DiskList' },
    versions: [
      {
        ...STORED,
        schema: {
          openAPIV3Schema: {
            type: 'object',
            properties: {
              spec: {
                type: 'object',
                ...frozen('self.place == oldSelf.place'),
                required: ['place'],
                properties: {
                  place: { type: 'string', maxLength: 20 },
                  kind: { type: 'string', maxLength: 20, ...frozen() },
                  size: { type: 'integer', ...frozen('self >= oldSelf') },
                  parts: {
                    type: 'array',
                    maxItems: 10,
                    'x-kubernetes-list-type': 'map',
                    'x-kubernetes-list-map-keys': ['name'],
                    items: {
                      type: 'object',
                      required: ['name'],
                      properties: {
                        name: { type: 'string' },
                        type: { type: 'string', maxLength: 20, ...frozen('oldSelf == self') },
                        note: { type: 'string' },
                      },
                    },
                  },
                },
              },
            },
          },
        },
      },
    ],
  },
};

/** An object of {@link DISKS}. */
export const DISK: KubernetesObject = {
  apiVersion: 'risks.example.org/v1',
  kind: 'Disk',
  metadata: { name: 'a', namespace: NAMESPACE },
  spec: { place: 'rack-1', kind: 'ssd', size: 1, parts: [{ name: 'boot', type: 'ext4' }] },
};

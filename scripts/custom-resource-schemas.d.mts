/** A module that holds CustomResourceDefinitions. */
export interface CustomResourceModule {
  readonly module: string;
  readonly version: string;

  /** Files, and folders of files. */
  readonly paths: readonly string[];

  /** Kinds whose schemas the package has. @default - all */
  readonly shipped?: readonly string[];
}

/** A CustomResourceDefinition, as far as it is read. */
export interface CustomResourceDefinition {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string };
  readonly spec: {
    readonly group: string;
    readonly names: { readonly kind: string; readonly plural: string };
  };
  readonly [key: string]: unknown;
}

export const CUSTOM_RESOURCES: readonly CustomResourceModule[];
export function customResourceFiles(directory: string, module: CustomResourceModule): string[];
export function readDefinitions(directory: string, file: string): CustomResourceDefinition[];
export function isShipped(module: CustomResourceModule, definition: CustomResourceDefinition): boolean;

/** What a workflow builds, and where it goes. */
export interface BuildWorkflow {
  /** Path of the image in the registry, without a tag: the tag is the commit. */
  readonly image: string;

  /** Deployment that gets it. @default - none; the image is only pushed */
  readonly deployment?: { readonly namespace: string; readonly name: string; readonly container?: string };

  /** Branch whose pushes are built. @default 'main' */
  readonly branch?: string;

  /** Folder of the Dockerfile in the repository. @default '.' */
  readonly folder?: string;
}

/** The text of a workflow file. */
export function buildWorkflow(
  runsOn: string,
  { image, deployment, branch = 'main', folder = '.' }: BuildWorkflow,
): string {
  const tag = `${image}:\${{ github.sha }}`;
  const deploy =
    deployment &&
    `      - run: deploy ${deployment.namespace} ${deployment.name} ${tag}${deployment.container ? ` ${deployment.container}` : ''}\n`;
  return `name: build
on:
  push:
    branches: [${branch}]
jobs:
  build:
    runs-on: ${runsOn}
    steps:
      - run: checkout
        env:
          TOKEN: \${{ github.token }}
      - run: build-image ${tag} ${folder}
${deploy ?? ''}`;
}

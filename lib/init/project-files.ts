import { yamlScalar } from '../yaml';
import { stepsFence, type Step } from './steps';

/** Text of each file of a project by its path in it, with `/`. */
export type ProjectFiles = Readonly<Record<string, string>>;

/** Packages to the ranges that a project asks for. */
export interface ProjectPackages {
  readonly dependencies: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
}

/** What every project has in common. */
export interface Project {
  /** Of the Pulumi project and of the package. */
  readonly name: string;

  /** One line. */
  readonly description: string;
  readonly packages: ProjectPackages;

  /** The program and what it imports. */
  readonly program: ProjectFiles;

  /** Paragraphs of the README after the first one. */
  readonly readme: string;

  /** What is left to do, in this order, before hosts can be provisioned. */
  readonly steps: readonly Step[];

  /** What makes or hands over the secrets. */
  readonly secrets: readonly Step[];
}

/** Every file of a project that passes `k3stack validate` and `cdk8s synth` as it is. */
export function projectFiles(project: Project): ProjectFiles {
  const { name, description, packages, program } = project;
  return {
    ...program,
    'index.ts': INDEX,
    'Pulumi.yaml': pulumiYaml(name, description),
    'cdk8s.yaml': CDK8S,
    'tsconfig.json': TSCONFIG,
    'package.json': packageJson(name, packages),
    '.gitignore': GITIGNORE,
    '.github/workflows/check.yaml': WORKFLOW,
    known_hosts: KNOWN_HOSTS,
    'README.md': readmeText(project),
  };
}

/** Whether text can be the name of a package and of a Pulumi project: lower case letters, digits and `-`. */
export function isProjectName(text: string): boolean {
  return text.length <= 100 && /^[a-z0-9]+(?:-+[a-z0-9]+)*$/.test(text);
}

/** A project name that is like some text, such as the name of a folder. */
export function projectNameLike(text: string): string {
  const name = text
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, 60)
    .replace(/^-+|-+$/g, '');
  return name === '' ? 'cluster' : name;
}

function pulumiYaml(name: string, description: string): string {
  return `name: ${yamlScalar(name)}
description: ${yamlScalar(description)}
runtime: nodejs
main: index.ts
`;
}

function packageJson(name: string, { dependencies, devDependencies }: ProjectPackages): string {
  const content = {
    name,
    version: '0.0.0',
    private: true,
    scripts: { check: 'k3stack validate', synth: 'k3stack synth' },
    dependencies,
    devDependencies,
  };
  return `${JSON.stringify(content, undefined, 2)}\n`;
}

function readmeText({ name, description, readme, steps, secrets }: Project): string {
  return [
    `# ${name}`,
    description,
    readme,
    FILES,
    '## Next',
    stepsFence(steps),
    'Secrets are in Pulumi’s configuration, and nowhere else:',
    stepsFence(secrets),
    'Then `pulumi preview --stack NAME` shows what would be done, and `pulumi up --stack NAME` does it.',
  ]
    .map((part) => part.trim())
    .join('\n\n')
    .concat('\n');
}

const FILES = `| file | |
| --- | --- |
| \`environments.ts\` | the program: hosts, clusters and workloads of every environment |
| \`index.ts\`, \`Pulumi.yaml\` | what \`pulumi\` runs; the stack's name selects the environment |
| \`cdk8s.yaml\` | what stock \`cdk8s synth\` runs |
| \`known_hosts\` | host keys, pinned |
| \`k3stack.lock.json\` | checksums, written by \`npx k3stack lock\` |
| \`.github/workflows/check.yaml\` | checks every pull request |`;

const INDEX = `import { run } from 'k3stack/pulumi';
import environments from './environments';

// What Pulumi runs: the name of the stack selects the environment.
export = run(environments);
`;

// Stock cdk8s runs the command in a shell, of whatever system; double quotes are known to all.
const CDK8S = `language: typescript
app: node -e "require('k3stack/cdk8s-app')"
`;

const TSCONFIG = `{
  "compilerOptions": {
    "target": "ES2022",
    "module": "nodenext",
    "moduleResolution": "nodenext",
    "types": ["node"],
    "strict": true,
    "noUncheckedIndexedAccess": true,
    "esModuleInterop": true,
    "skipLibCheck": true,
    "noEmit": true
  },
  "exclude": ["dist", "node_modules"]
}
`;

const GITIGNORE = `node_modules/
dist/
`;

const WORKFLOW = `name: check
on:
  push:
    branches: [main]
  pull_request:
permissions:
  contents: read
jobs:
  check:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - uses: actions/setup-node@v4
        with:
          node-version: 22
          cache: npm
      - run: npm ci
      - run: npx k3stack validate
      - run: npx cdk8s synth
`;

const KNOWN_HOSTS = `# Host keys of the machines that the program names. No machine is touched before its key is here.
#
# npx k3stack hosts trust shows the key of each machine and writes it here. Compare its fingerprint with what the machine itself prints,
# on its console:
#   ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub
`;

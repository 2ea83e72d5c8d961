const folders = [
  'lib',
  'programs',
  'constructs',
  'stacks',
  'adapters',
  'cli',
  'examples',
  'test',
  'bench',
  'scripts',
];
const allowed = {
  lib: [],
  programs: [],
  constructs: ['lib'],
  adapters: ['lib', 'constructs'],
  stacks: ['lib', 'constructs', 'adapters'],
  cli: ['lib', 'constructs', 'adapters'],
  examples: ['lib', 'constructs', 'stacks'],
};

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    ...Object.entries(allowed).map(([from, to]) => ({
      name: `${from}-imports-nothing-above-it`,
      severity: 'error',
      from: { path: `^${from}/` },
      to: { path: `^(${folders.filter((folder) => folder !== from && !to.includes(folder)).join('|')})/` },
    })),
    {
      name: 'lib-is-plain',
      comment: 'lib decides everything without cdk8s, Pulumi, files, network or processes',
      severity: 'error',
      from: { path: '^lib/' },
      to: { path: 'cdk8s|constructs$|@pulumi|node_modules/constructs', pathNot: '^lib/' },
    },
    {
      name: 'pure-layers-do-no-io',
      comment: 'of Node itself they use only what computes',
      severity: 'error',
      from: { path: '^(lib|constructs)/' },
      to: { dependencyTypes: ['core'], pathNot: '^(node:)?(buffer|crypto|net|path|url|util)$' },
    },
    {
      name: 'pulumi-only-in-stacks',
      severity: 'error',
      from: { path: '^(lib|constructs|adapters|cli)/' },
      to: { path: 'node_modules/@pulumi' },
    },
    {
      name: 'k3s-knowledge-has-one-place',
      comment: 'paths and keys of K3s are known to lib/distributions/k3s and the K3s constructs only',
      severity: 'error',
      from: { path: '^lib/', pathNot: '^lib/(distributions|report|rules)/' },
      to: { path: '^lib/distributions/k3s/' },
    },
    { name: 'no-missing', severity: 'error', from: {}, to: { couldNotResolve: true } },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)(build|dist|fixtures)/' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
    },
  },
};

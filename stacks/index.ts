import { dirname, join } from 'node:path';
import * as pulumi from '@pulumi/pulumi';
import { Environments } from '../constructs/environments';
import { run } from './run';

/**
 * The program `Pulumi.yaml` names: `k3stack:program` is the file that declares the environments, relative to `Pulumi.yaml`; the stack's name
 * selects one. Pulumi runs a program in the folder of its file, so paths start from here.
 */
const program = join(__dirname, '..', new pulumi.Config('k3stack').require('program'));
// eslint-disable-next-line @typescript-eslint/no-require-imports -- the file is known from configuration only
const { default: environments } = require(program) as { default: unknown };
if (!Environments.is(environments))
  throw new pulumi.RunError(`${program} has no default export that environments() made`);

export = run(environments, { folder: dirname(program) });

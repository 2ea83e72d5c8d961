import { resolve } from 'node:path';
import * as pulumi from '@pulumi/pulumi';
import type { Environments } from '../constructs/environments';
import { run } from './pulumi';

/** The program `Pulumi.yaml` names: the file in `k3stack:program` declares the environments, the stack's name selects one. */
const program = resolve(new pulumi.Config('k3stack').require('program'));

// eslint-disable-next-line @typescript-eslint/no-require-imports -- the file is known from configuration only
export = run((require(program) as { default: Environments }).default);

import { Chart } from 'cdk8s';
import { Construct } from 'constructs';
import { Cluster } from './cluster';

/**
 * Scope of objects that the distribution applies itself, from a file on every server. Only for what must exist before there is an API client
 * (network, virtual address) and for the configuration of packaged components; everything else belongs to Pulumi or Git.
 *
 * The id is the file's name without `.yaml`. In a cluster without auto-deploy (one that something else made, a plain chart) the objects are
 * ordinary ones.
 */
export class AutoDeploy extends Construct {
  constructor(scope: Construct, id: string) {
    super(scope, id);
    const cluster = Cluster.tryOf(Chart.of(this));
    if (cluster === undefined || !hasAutoDeploy(cluster)) return;
    Object.defineProperty(this, AUTO_DEPLOY_MARK, { value: true });
    cluster.addAutoDeploy(this);
  }

  /** Whether a construct is such a scope and its cluster has auto-deploy, also when another copy of this package made it. */
  static is(construct: object): construct is AutoDeploy {
    return AUTO_DEPLOY_MARK in construct;
  }
}

interface AutoDeployer {
  addAutoDeploy(scope: AutoDeploy): void;
}

function hasAutoDeploy(cluster: object): cluster is AutoDeployer {
  return 'addAutoDeploy' in cluster;
}

const AUTO_DEPLOY_MARK = Symbol.for('k3stack.AutoDeploy');

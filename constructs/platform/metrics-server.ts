import { Construct } from 'constructs';
import { requirePackaged } from './k3s-cluster-of';

/**
 * K3s's own metrics-server: `kubectl top` and HorizontalPodAutoscalers need it. It has nothing to configure: K3s writes its objects anew at each
 * start. Makes nothing in clusters that are not K3s of this program.
 */
export class MetricsServer extends Construct {
  constructor(scope: Construct, id: string) {
    super(scope, id);
    requirePackaged(this, 'metrics-server', {
      problem:
        'makes nothing here: metrics-server is packaged with K3s, and this is no K3s cluster of the program',
      fix: 'see that the cluster has a metrics-server of its own, or `kubectl top` and autoscaling do not work',
    });
  }
}

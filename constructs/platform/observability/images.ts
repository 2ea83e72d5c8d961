/** Every image of metrics, logs and alerts, at one exact version each, with where the version was read. */
export const IMAGES = {
  /** VictoriaMetrics/helm-charts@victoria-metrics-single-0.45.0 (930509bd):charts/victoria-metrics-single, Chart.yaml and values.yaml */
  victoriaMetrics: 'docker.io/victoriametrics/victoria-metrics:v1.150.0',

  /** VictoriaMetrics/helm-charts@5823471a:charts/victoria-metrics-alert, Chart.yaml and values.yaml */
  vmalert: 'docker.io/victoriametrics/vmalert:v1.150.0',

  /** VictoriaMetrics/helm-charts@5823471a:charts/victoria-logs-single, Chart.yaml and values.yaml */
  victoriaLogs: 'docker.io/victoriametrics/victoria-logs:v1.52.0',

  /** VictoriaMetrics/helm-charts@5823471a:charts/victoria-logs-collector, Chart.yaml and values.yaml */
  vlagent: 'docker.io/victoriametrics/vlagent:v1.52.0',

  /** prometheus/node_exporter@v1.12.1:README.md */
  nodeExporter: 'quay.io/prometheus/node-exporter:v1.12.1',

  /** kubernetes/kube-state-metrics@v2.20.0:examples/standard/deployment.yaml */
  kubeStateMetrics: 'registry.k8s.io/kube-state-metrics/kube-state-metrics:v2.20.0',

  /** prometheus/alertmanager@v0.34.0:README.md */
  alertmanager: 'quay.io/prometheus/alertmanager:v0.34.0',

  /** grafana-community/helm-charts@3386a115:charts/grafana, Chart.yaml and values.yaml */
  grafana: 'docker.io/grafana/grafana:13.2.0',
} as const;

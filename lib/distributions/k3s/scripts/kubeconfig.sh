# Hands out a kubeconfig of an administrator that works from outside of the cluster.
# shellcheck shell=sh
# shellcheck disable=SC2154
use owner kube cluster

# It only reads.
step_lock() {
  :
}

step() {
  need CLUSTER API_URL
  owner_check
  api_wait 60
  TLS=$DATA/server/tls
  for part in server-ca.crt client-admin.crt client-admin.key; do
    [ -s "$TLS/$part" ] || fail unhealthy "$TLS/$part is missing; restart $SERVICE on $IN_NODE, which writes it"
  done
  kubeconfig_text | base64 | tr -d '\n' >"$SCRATCH/kubeconfig"
  result kubeconfig "$(cat "$SCRATCH/kubeconfig")"
  result caHash "$(ca_hash)"
}

kubeconfig_text() {
  name=$(json_string "$IN_CLUSTER")
  cat <<EOT
apiVersion: v1
kind: Config
clusters:
- name: $name
  cluster:
    server: $(json_string "$IN_API_URL")
    certificate-authority-data: $(one_line "$TLS/server-ca.crt")
users:
- name: $name
  user:
    client-certificate-data: $(one_line "$TLS/client-admin.crt")
    client-key-data: $(one_line "$TLS/client-admin.key")
contexts:
- name: $name
  context:
    cluster: $name
    user: $name
current-context: $name
EOT
}

one_line() {
  base64 <"$1" | tr -d '\n'
}

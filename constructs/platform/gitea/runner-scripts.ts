/** Commands of workflows, in the PATH of every job. The runner's image has bash, git, curl and BusyBox (go-gitea/gitea@v1.26.4:Dockerfile.rootless). */
export const RUNNER_SCRIPTS: Readonly<Record<string, string>> = {
  checkout: `#!/bin/bash
# The commit that was pushed, into the working directory. Wants TOKEN: \${{ github.token }}.
set -euo pipefail
basic=$(printf 'x-access-token:%s' "$TOKEN" | base64 | tr -d '\\n')
git init --quiet .
git remote add origin "$GITEA_URL/$GITHUB_REPOSITORY.git"
git -c "http.extraHeader=Authorization: Basic $basic" fetch --quiet --depth 1 origin "$GITHUB_SHA"
git checkout --quiet --detach FETCH_HEAD
git log -1 --format='%h %s'
`,
  'build-image': `#!/bin/bash
# build-image NAME:TAG [FOLDER [option of buildctl …]]: builds FOLDER/Dockerfile and pushes the image to the registry of the cluster.
set -euo pipefail
image=$1 folder=\${2:-.}
shift "$(($# < 2 ? $# : 2))"
buildctl build --progress plain --frontend dockerfile.v0 --local "context=$folder" --local "dockerfile=$folder" \\
  --output "type=image,name=$REGISTRY_PUSH/$image,push=true" "$@"
echo "pushed $REGISTRY_HOST/$image"
`,
  deploy: `#!/bin/bash
# deploy NAMESPACE DEPLOYMENT NAME:TAG [CONTAINER]: gives the first container the image, and waits until all pods have it.
set -euo pipefail
namespace=$1 name=$2 image=$REGISTRY_HOST/$3 container=\${4:-$2}
account=/var/run/secrets/kubernetes.io/serviceaccount
host=$KUBERNETES_SERVICE_HOST
case $host in *:*) host="[$host]" ;; esac
url="https://$host:$KUBERNETES_SERVICE_PORT/apis/apps/v1/namespaces/$namespace/deployments/$name"
ask() {
  printf 'header = "Authorization: Bearer %s"\\n' "$(cat "$account/token")" |
    curl --silent --show-error --fail-with-body --max-time 30 --cacert "$account/ca.crt" --config - --header 'Accept: application/yaml' "$@"
}
first=/spec/template/spec/containers/0
patch='[{"op":"test","path":"'$first'/name","value":"'$container'"},{"op":"replace","path":"'$first'/image","value":"'$image'"}]'
answer=$(ask --request PATCH --header 'Content-Type: application/json-patch+json' --data "$patch" "$url?fieldManager=gitea-runner") ||
  { printf '%s\\n' "$answer" >&2; exit 1; }
echo "$namespace/$name has $image"
for ((left = \${DEPLOY_TIMEOUT:-300}; left > 0; left -= 2)); do
  if ask "$url" | awk '
    /^[a-z]/ { part = $1 }
    part == "metadata:" && $1 == "generation:" { generation = $2 }
    part == "spec:" && /^  replicas:/ { wanted = $2 }
    part == "status:" && /^  [a-zA-Z]+:/ { status[$1] = $2 }
    END { exit !(status["observedGeneration:"] >= generation && status["updatedReplicas:"] + 0 == wanted &&
      status["availableReplicas:"] + 0 == wanted && status["replicas:"] + 0 == wanted) }'
  then echo "all pods have it"; exit 0; fi
  sleep 2
done
echo "not all pods have it; kubectl -n $namespace describe deployment $name" >&2
exit 1
`,
};

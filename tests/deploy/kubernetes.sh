#!/usr/bin/env bash
# tests/deploy/kubernetes.sh FOLDER ENGINE   has podman play the pods of FOLDER, with images of the Docker engine at that address, in namespaces
# of its own. tests/Orchestrator.Deploy.Tests/Pods.cs writes the folder. Needs root, and Debian's podman, runc and catatonit.
# The last line is "N passed, N failed, N skipped".
# shellcheck disable=SC1091,SC2154  # what the file beside it shares
set -uo pipefail
here=$(cd "$(dirname "$0")" && pwd)
folder=$1 token="" coordinator=coordinator-0-coordinator

if [ $$ != 1 ]; then
  # All that is started dies with its namespaces, and they with this script. What is left is empty control groups.
  unshare --mount --pid --fork --kill-child --mount-proc --net "$0" "$@" &
  space=$!
  trap 'kill -KILL "$space"' TERM INT HUP
  wait "$space"
  code=$?
  while read -r group; do find /sys/fs/cgroup -depth -path "*/libpod_parent/*$group*" -delete 2>/dev/null; done <"$folder/groups"
  exit $code
fi

export DOCKER_HOST=$2
. "$here/checks.sh"
mount -t tmpfs none /run
mount -t tmpfs none /dev/shm
ip link set lo up
export CONTAINERS_CONF=$folder/containers.conf CONTAINERS_STORAGE_CONF=$folder/storage.conf
# Limits: a container of this machine may be refused more than it has.
cat >"$CONTAINERS_CONF" <<CONF
[containers]
default_ulimits = ["nofile=8192:8192", "nproc=8192:8192"]
log_driver = "k8s-file"
[engine]
runtime = "runc"
cgroup_manager = "cgroupfs"
events_logger = "file"
[network]
network_backend = "netavark"
network_config_dir = "$folder/networks"
CONF
cat >"$CONTAINERS_STORAGE_CONF" <<CONF
[storage]
driver = "overlay"
graphroot = "$folder/store"
runroot = "/run/containers"
CONF

asked() { podman exec "$coordinator" busybox wget -qO - --header "Authorization: Bearer $token" "http://127.0.0.1:8080/api/$1"; }
epochs() { asked sweeps/small | grep -o '"epochs_done": *[0-9]*' | tr -dc '0-9'; }
trained() { [ "$(epochs)" -ge "$1" ]; }
is_done() { asked sweeps/small | grep -q '"state": *"completed"'; }
orchestrator() { podman exec --interactive --env ORCHESTRATOR_TOKEN="$token" "$coordinator" orchestrator "$@"; }
state() { podman inspect --format "{{.$2}}" "$1"; }
told() { podman logs "$1" 2>&1; }

leave() {
  podman ps --all --pod --no-trunc --format '{{.Pod}} {{.ID}}' | tr ' ' '\n' | grep . | sort -u >"$folder/groups"
  podman stop --all --time 10 >/dev/null
}
trap leave EXIT

podman --version
while read -r image; do docker save "$image" | podman load --quiet >/dev/null || exit 1; done <"$folder/images"
podman network create --subnet "$(cat "$folder/subnet")" pods >/dev/null || exit 1
podman run --detach --name postgres --network "pods:ip=$(cat "$folder/database")" --env POSTGRES_USER=orchestrator \
  --env POSTGRES_PASSWORD=secret --env POSTGRES_DB=orchestrator postgres:16.9 >/dev/null || exit 1
podman secret create orchestrator-tls "$folder/orchestrator-tls.yaml" >/dev/null || exit 1
podman kube play "$folder/objects.yaml" >/dev/null || exit 1
while read -r pod address _; do
  podman kube play --network pods --ip "$address" "$folder/$pod.yaml" >/dev/null || exit 1
done <"$folder/pods"

# As a kubelet would ask, from outside of the pod.
while read -r pod _ container live ready _; do
  check "$pod is alive" within 120 curl -sf --output /dev/null "$live"
  check "$pod is ready" within 120 curl -sf --output /dev/null "$ready"
  [ "$failed" -eq 0 ] || { told "$pod-$container" | tail -n 25; summary; exit; }
  check "$pod runs as its own user" [ "$(podman exec "$pod-$container" id -u)" = 1654 ]
done <"$folder/pods"
token=$(orchestrator token create --role operator --data-dir /var/lib/orchestrator 2>/dev/null)
orchestrator sweep submit /dev/stdin --server http://127.0.0.1:8080 <"$folder/sweep.yaml"
check "trials train" within 120 trained 20
podman stop --time "$(sed -n 's/^worker-0 .* //p' "$folder/pods")" worker-0-worker >/dev/null
check "told to leave, a worker ends well" [ "$(state worker-0-worker State.ExitCode)" = 0 ]
check "the sweep ends on the other one" within 600 is_done
check "no trial was lost with the node" [ "$(for n in 0 1 2; do told "coordinator-$n-coordinator"; done | grep -c 'ended: NodeLost')" = 0 ]
while read -r pod _ container _; do
  check "$pod was never started again" [ "$(state "$pod-$container" RestartCount)" = 0 ]
done <"$folder/pods"

[ "$failed" -eq 0 ] || while read -r pod _ container _; do echo "$pod:"; told "$pod-$container" | tail -n 25; done <"$folder/pods"
summary

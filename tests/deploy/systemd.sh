#!/usr/bin/env bash
# ./tests/deploy/systemd.sh   runs the units of cluster/systemd under a systemd that is process 1 of namespaces of its own, on a copy of this
# machine's root that keeps nothing. Needs root, and Debian's systemd. The last line is "N passed, N failed, N skipped".
set -uo pipefail
here=$(cd "$(dirname "$0")" && pwd)
checkout=$(cd "$here/../.." && pwd)
PROGRAM=${PROGRAM:-$checkout/src/Orchestrator/bin/Release/net10.0/orchestrator}
folder=$(mktemp -d)
export PROGRAM checkout folder

# A control group of its own in every hierarchy, so that systemd finds nobody else's.
groups=()
leave() {
  local at
  for at in "${groups[@]}"; do
    echo $$ >"$(dirname "$at")/cgroup.procs"
    find "$at" -depth -type d -exec rmdir {} \;
  done
  rm -rf "$folder"
}
trap leave EXIT
while read -r _ at type options _; do
  case $type in
    cgroup2) path=$(sed -n 's/^0:://p' /proc/self/cgroup) ;;
    cgroup)
      controller=${at##*/}
      [ "$controller" != cpuset ] || continue   # empty until it is given cores
      path=$(sed -n "s/^[0-9]*:\(name=\)\?$controller\(,[^:]*\)\?://p" /proc/self/cgroup) ;;
    *) continue ;;
  esac
  [ -d "$at$path" ] || continue
  mkdir "$at${path%/}/orchestrator-$$" && echo $$ >"$at${path%/}/orchestrator-$$/cgroup.procs" || exit 1
  groups+=("$at${path%/}/orchestrator-$$")
  echo "$type ${at#/sys/fs/cgroup} $options" >>"$folder/hierarchies"
done <<<"$(grep cgroup /proc/self/mounts)"

timeout --kill-after=10 900 unshare --mount --pid --fork --kill-child --uts --ipc --net --cgroup "$here/systemd/boot.sh"
cat "$folder/console"
passed=$(grep -c '^  ok ' "$folder/console") failed=$(grep -c '^  FAILED' "$folder/console")
grep -q '^all was looked at$' "$folder/console" || failed=$((failed + 1))
echo "$passed passed, $failed failed, 0 skipped"
[ "$failed" -eq 0 ]

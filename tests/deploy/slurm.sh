#!/usr/bin/env bash
# ./tests/deploy/slurm.sh [CASE...]   runs cluster/slurm/orchestrator.sbatch in a real Slurm, made for it and ended with it
# Needs root, for namespaces of its own, and Debian's packages slurmctld, slurmd, slurm-client, munge and postgresql: tests/run.sh --deploy
# installs them. KEEP=1 keeps the folder in which all of it happens.
# Every case ends with its sweep done, with the very weights that a run without any disturbance comes to.
# The last line is "N passed, N failed, N skipped".
# shellcheck disable=SC1091,SC2034,SC2154  # what the files beside it share
set -uo pipefail
here=$(cd "$(dirname "$0")" && pwd)
checkout=$(cd "$here/../.." && pwd)
program=${PROGRAM:-$checkout/src/Orchestrator/bin/Release/net10.0/orchestrator}

if [ -z "${SLURM_TEST_FOLDER:-}" ]; then
  SLURM_TEST_FOLDER=$(mktemp -d)
  export SLURM_TEST_FOLDER
  # All that is started dies with its namespaces, and they with this script.
  unshare --mount --pid --fork --kill-child --mount-proc --net "$0" "$@" &
  space=$!
  trap 'kill -KILL "$space"' TERM INT HUP
  wait "$space"
  code=$?
  if [ -n "${KEEP:-}" ]; then echo "kept: $SLURM_TEST_FOLDER"; else rm -rf "$SLURM_TEST_FOLDER"; fi
  exit $code
fi

folder=$SLURM_TEST_FOLDER
. "$here/checks.sh"
. "$here/slurm/daemons.sh"
. "$here/slurm/postgres.sh"
. "$here/slurm/cases.sh"

[ $# -gt 0 ] || set -- one_element two_elements three_coordinators time_limit preemption gpus two_users scaling
slurm_start "$folder" || exit 1
slurmd -V
for case in "$@"; do
  began=$SECONDS
  echo "$case"
  before=$failed
  "$case"
  scancel --quiet --full "${jobs[@]}"
  within 90 nothing_runs || check "everything of it ends" false
  [ "$failed" -eq "$before" ] || tail -n 25 -- "$at"/*.log
  echo "  $((SECONDS - began)) s"
done
summary

#!/usr/bin/env bash
# ./tests/run.sh          installs what the tests need (each package named first), builds, and runs every test
# ./tests/run.sh --fast   builds, and runs what needs nothing but the build: no browser, no database server, no child processes. Left out are
#                         the projects EndToEnd and Page, and tests marked [Trait("Needs", …)]: browser, process, or time (waits of their own)
# ./tests/run.sh --deploy installs the engines (as root), builds, and runs the deployments for real; the others do not (see docs/operations.md)
# The last line is "N passed, N failed, N skipped" over all test projects.
set -u
cd "$(dirname "$0")/.." || exit 1

set=${1-}
case $set in
  "" | --fast | --deploy) ;;
  *) sed -n '2,6s/^# //p' "$0"; [ "$1" = --help ]; exit $(($? * 2)) ;;
esac

packages=()
missing() { command -v "$1" >/dev/null || packages+=("${2-$1}"); } # PROGRAM [PACKAGE]

needed() {
  [ -d /usr/share/datasets/fashion-mnist ] || packages+=(dataset-fashion-mnist)
  missing prometheus
  missing amtool prometheus-alertmanager
  missing chromium
  missing openssl
  missing shellcheck
  missing curl
  missing ip iproute2
  missing python3
  missing sqlite3
  missing systemd-analyze systemd
  missing wrk
  ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || packages+=(postgresql)
}

needed_to_deploy() {
  missing openssl
  missing curl
  # Containers
  missing mmdebstrap
  missing dockerd docker.io
  # Where it is a package of its own.
  command -v docker >/dev/null || ! apt-cache show docker-cli >/dev/null 2>&1 || packages+=(docker-cli)
  missing iptables
  missing systemctl systemd
  # Kubernetes: pods, and the validator of its objects
  missing podman
  missing runc
  [ -x /usr/lib/podman/netavark ] || packages+=(netavark)
  missing catatonit
  missing npm
  # Slurm
  missing slurmctld
  missing slurmd
  missing sbatch slurm-client
  missing munged munge
  ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || packages+=(postgresql)
}

install() {
  local as_root=""
  if [ ${#packages[@]} -gt 0 ] && command -v apt-get >/dev/null; then
    echo "Installing what the tests need: ${packages[*]}"
    [ "$(id -u)" -eq 0 ] || as_root="sudo"
    $as_root apt-get update -qq && DEBIAN_FRONTEND=noninteractive $as_root apt-get install -y -qq --no-install-recommends "${packages[@]}" >/dev/null ||
      echo "Could not install ${packages[*]}: the tests that need them will $([ -n "${CI:-}" ] && echo fail || echo be skipped)."
  fi
}

# What is built of the projects named, so many of them at a time; further arguments follow "--".
run() { # AT-A-TIME PROJECT… [-- FILTER]
  local at_a_time=$1 assemblies=() filter=()
  shift
  while [ $# -gt 0 ]; do
    [ "$1" = -- ] && { filter=(--filter "$2"); break; }
    assemblies+=("tests/Orchestrator.$1.Tests/bin/Release/net10.0/Orchestrator.$1.Tests.dll")
    shift
  done
  dotnet test "${assemblies[@]}" "${filter[@]}" --logger trx --results-directory TestResults -- "RunConfiguration.MaxCpuCount=$at_a_time" || status=1
}

case $set in
  "") needed ;;
  --deploy) needed_to_deploy ;;
esac
install
rm -rf TestResults
# One compiler for all projects, wherever it is switched off: it takes a third off the build. It ends with the build.
UseSharedCompilation=true dotnet build -c Release -v quiet || exit 1
dotnet build-server shutdown --vbcscompiler >/dev/null

status=0
# Those that mostly wait first, two at a time: others compute meanwhile.
within=(Web Cluster Monitoring Evaluation Flows Training Reports Sweeps Architecture)
case $set in
  --fast) run 2 "${within[@]}" -- "Needs!=browser&Needs!=process&Needs!=time" ;;
  --deploy) run 1 Deploy ;;
  *)
    run 2 "${within[@]}"
    # The browser and the end-to-end tests want the cores for themselves.
    run 1 Page
    run 1 EndToEnd
    ;;
esac

[ ! -f TestResults/figures.txt ] || cat TestResults/figures.txt
passed=0 failed=0 skipped=0
for trx in TestResults/*.trx; do
  [ -f "$trx" ] || continue
  counters=$(grep -o '<Counters [^>]*>' "$trx")
  count() { sed -n "s/.* $1=\"\([0-9]*\)\".*/\1/p" <<<"$counters"; }
  passed=$((passed + $(count passed))) failed=$((failed + $(count failed) + $(count error) + $(count timeout) + $(count aborted)))
  skipped=$((skipped + $(count total) - $(count executed)))
done
echo "$passed passed, $failed failed, $skipped skipped"
[ "$status" -eq 0 ] && [ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]

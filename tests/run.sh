#!/usr/bin/env bash
# ./tests/run.sh          installs what the tests need (each package named first), builds, and runs every test
# ./tests/run.sh --fast   builds, and runs what needs nothing but the build: no browser, no database server, no child processes. Left out are
#                         the projects EndToEnd and Page, and tests marked [Trait("Needs", …)]: browser, process, or time (waits of their own)
# The last line is "N passed, N failed, N skipped" over all test projects.
set -u
cd "$(dirname "$0")/.." || exit 1

fast=""
case "${1-}" in
  "") ;;
  --fast) fast=yes ;;
  *) sed -n '2,5s/^# //p' "$0"; [ "$1" = --help ]; exit $(($? * 2)) ;;
esac

install() {
  local packages=() as_root=""
  [ -d /usr/share/datasets/fashion-mnist ] || packages+=(dataset-fashion-mnist)
  command -v prometheus >/dev/null || packages+=(prometheus)
  command -v amtool >/dev/null || packages+=(prometheus-alertmanager)
  command -v chromium >/dev/null || packages+=(chromium)
  command -v openssl >/dev/null || packages+=(openssl)
  command -v shellcheck >/dev/null || packages+=(shellcheck)
  command -v curl >/dev/null || packages+=(curl)
  command -v ip >/dev/null || packages+=(iproute2)
  command -v python3 >/dev/null || packages+=(python3)
  command -v sqlite3 >/dev/null || packages+=(sqlite3)
  command -v systemd-analyze >/dev/null || packages+=(systemd)
  command -v wrk >/dev/null || packages+=(wrk)
  ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || packages+=(postgresql)
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

[ -n "$fast" ] || install
rm -rf TestResults
# One compiler for all projects, wherever it is switched off: it takes a third off the build. It ends with the build.
UseSharedCompilation=true dotnet build -c Release -v quiet || exit 1
dotnet build-server shutdown --vbcscompiler >/dev/null

status=0
# Those that mostly wait first, two at a time: others compute meanwhile.
within=(Web Cluster Monitoring Evaluation Flows Training Reports Sweeps Architecture)
if [ -n "$fast" ]; then
  run 2 "${within[@]}" -- "Needs!=browser&Needs!=process&Needs!=time"
else
  run 2 "${within[@]}"
  # The browser and the end-to-end tests want the cores for themselves.
  run 1 Page
  run 1 EndToEnd
fi

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

#!/usr/bin/env bash
# Installs what the tests need (each package named first), builds, runs every test, and ends with
# the line "N passed, N failed, N skipped" over all test projects.
set -u
cd "$(dirname "$0")/.." || exit 1

packages=()
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
  as_root=""
  [ "$(id -u)" -eq 0 ] || as_root="sudo"
  $as_root apt-get update -qq && DEBIAN_FRONTEND=noninteractive $as_root apt-get install -y -qq --no-install-recommends "${packages[@]}" >/dev/null ||
    echo "Could not install ${packages[*]}: the tests that need them will $([ -n "${CI:-}" ] && echo fail || echo be skipped)."
fi

rm -rf TestResults
# One compiler for all projects, wherever it is switched off: it takes a third off the build. It ends with the build.
UseSharedCompilation=true dotnet build -c Release -v quiet || exit 1
dotnet build-server shutdown --vbcscompiler >/dev/null
# One project at a time: the end-to-end tests want the cores for themselves.
dotnet test Orchestrator.sln -c Release --no-build -m:1 --logger "trx" --results-directory TestResults
status=$?

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

#!/usr/bin/env bash
# Does to a node what a stranger could (floods, silence, lying files, damaged journals), on loopback alone, and prints what it cost.
# It ends by itself after some ten minutes. tools/attack.sh --page docs/security.md writes its table into the page; all options: tools/attack.sh --help
set -eu
cd "$(dirname "$0")/.."
command -v wrk >/dev/null || { echo "wrk is not installed (Debian's package wrk)" >&2; exit 2; }
dotnet build -c Release -v quiet tools/Orchestrator.Attack/Orchestrator.Attack.csproj >&2
exec tools/Orchestrator.Attack/bin/Release/net10.0/orchestrator-attack --program src/Orchestrator/bin/Release/net10.0/orchestrator "$@"

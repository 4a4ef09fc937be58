#!/usr/bin/env bash
# Breaks a real cluster on this machine while it runs sweeps, and checks that nothing is lost or counted twice.
# The long run behind docs/reliability.md: tools/chaos.sh --seed 7 --faults 100
# As root each node gets a network namespace of its own, so that links can be cut. All options: tools/chaos.sh --help
set -eu
cd "$(dirname "$0")/.."
dotnet build -c Release -v quiet tools/Orchestrator.Chaos/Orchestrator.Chaos.csproj >&2
exec tools/Orchestrator.Chaos/bin/Release/net10.0/orchestrator-chaos --program src/Orchestrator/bin/Release/net10.0/orchestrator "$@"

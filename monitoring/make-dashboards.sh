#!/usr/bin/env bash
# Writes what is made from the code: Grafana's dashboards (tools/Orchestrator.Dashboards/Sources) and the table of METRICS.md.
# A file whose dashboard is gone is yours to delete. The tests compare these files with the code.
set -eu
cd "$(dirname "$0")/.."
dotnet build -c Release -v quiet tools/Orchestrator.Dashboards/Orchestrator.Dashboards.csproj >&2
exec tools/Orchestrator.Dashboards/bin/Release/net10.0/orchestrator-dashboards

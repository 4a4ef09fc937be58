#!/usr/bin/env bash
# Checks that every file has the form its formatter gives it: C# by CSharpier, the live page's script and style sheet by prettier.
# build/style.sh --fix gives it to them.
set -eu
cd "$(dirname "$0")/.."
page=('src/Orchestrator.Web/Page/**/*.{js,css}' '!src/Orchestrator.Web/Page/vendor/**')

dotnet tool restore >/dev/null
npm ci --silent --no-audit --no-fund
if [ "${1:-}" = --fix ]; then
  dotnet csharpier format .
  npx --no-install prettier --log-level warn --write "${page[@]}"
else
  dotnet csharpier check .
  npx --no-install prettier --check "${page[@]}"
fi

#!/usr/bin/env bash
# Runs what tools/chaos.sh runs with several seeds, alone and then beside busy processes, and prints the sums of the tables for docs/reliability.md.
# tools/chaos-seeds.sh [--seeds "1 2 3 4 5"] [--faults 20] [--epochs 20] [--busy 2] [--out FOLDER] [--sum]
# A run that has its table in the folder is not run again; --sum only adds up what is there. Exit code 1: a run found a problem.
set -u
cd "$(dirname "$0")/.." || exit 2
seeds="4157 11 23 42 99" faults=20 epochs=20 busy=2 out="" sum=""
while [ $# -gt 0 ]; do
  case "$1" in
    --sum) sum=yes; shift; continue ;;
    --seeds | --faults | --epochs | --busy | --out) [ $# -gt 1 ] || { echo "$1 needs a value" >&2; exit 2; }; declare "${1#--}=$2"; shift 2 ;;
    *) sed -n '2,4s/^# //p' "$0" >&2; exit 2 ;;
  esac
done
out=${out:-$(mktemp -d /tmp/chaos-seeds-XXXXXX)}
mkdir -p "$out" || exit 2

spinners=()
rest() {
  [ ${#spinners[@]} -eq 0 ] || kill "${spinners[@]}" 2>/dev/null
  spinners=()
}
trap rest EXIT

run() { # KIND SEED FAULTS
  local table=$out/$1-$2.md
  [ -s "$table" ] && return
  echo "$(date +%T) seed $2, $1" >&2
  tools/Orchestrator.Chaos/bin/Release/net10.0/orchestrator-chaos --program src/Orchestrator/bin/Release/net10.0/orchestrator \
    --seed "$2" --faults "$3" --epochs "$epochs" --work "$out/$1-$2" --table "$table" --reference "$out/reference" >"$out/$1-$2.log" 2>&1 \
    || echo "seed $2, $1: see $out/$1-$2.log" >&2
}

if [ -z "$sum" ]; then
  # The build and the undisturbed sweep come first and once: beside busy processes the sweep's trials, of low priority, starve.
  dotnet build -c Release -v quiet tools/Orchestrator.Chaos/Orchestrator.Chaos.csproj >&2 || exit 2
  run undisturbed 0 0
  for seed in $seeds; do run alone "$seed" "$faults"; done
  for ((spinner = 0; spinner < busy; spinner++)); do
    (while :; do :; done) &
    spinners+=($!)
  done
  for seed in $seeds; do run busy "$seed" "$faults"; done
  rest
fi

# Numbers of times and of interrupted trainings are added; of the times in seconds the longest of all runs is taken.
sums() { # KIND
  local tables=("$out/$1"-*.md)
  [ -e "${tables[0]}" ] || { echo "no table of $1 in $out" >&2; return 1; }
  echo "${#tables[@]} runs: seeds $(printf '%s\n' "${tables[@]}" | sed "s|.*/$1-||; s|\.md$||" | paste -sd' ')"
  echo
  awk -F' *[|] *' '
    function longest(cell, i,  parts) { split(cell, parts, ", "); if (cell != "" && (!((kind, i) in most) || parts[2] + 0 > most[kind, i])) most[kind, i] = parts[2] + 0 }
    /^\|/ && $2 != "fault" && $2 !~ /^-/ {
      kind = $2
      if (!(kind in times)) order[++kinds] = kind
      times[kind] += $3
      for (i = 4; i <= 7; i++) longest($i, i)
      if ($8 != "") interrupted[kind] += $8
      all += $3; broken += $8
    }
    /^- PROBLEM/ { problem[++problems] = $0 }
    END {
      print "| fault | times | noticed, s (longest) | in the queue again after that, s | under a new lease after that, s | failover, s | training interrupted by it |"
      print "|---|--:|--:|--:|--:|--:|--:|"
      for (n = 1; n <= kinds; n++) {
        kind = order[n]
        line = "| " kind " | " times[kind]
        for (i = 4; i <= 7; i++) line = line " | " ((kind, i) in most ? sprintf("%.1f", most[kind, i]) : "")
        print line " | " (kind in interrupted ? interrupted[kind] : "") " |"
      }
      print "| all | " all " | | | | | " broken + 0 " |\n"
      print problems == 0 ? "No run found a problem." : ""
      for (n = 1; n <= problems; n++) print problem[n]
      exit problems > 0
    }' "${tables[@]}"
}

failed=0
printf '## Alone\n\n'; sums alone || failed=1
printf '\n## Beside %s busy processes\n\n' "$busy"; sums busy || failed=1
echo "tables and logs: $out" >&2
exit $failed

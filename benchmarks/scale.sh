#!/usr/bin/env bash
# scale.sh [RUNS [ROW…]]: measures how the coordinator scales, each figure as the median of RUNS runs (3), and writes docs/scale.md.
# Rows: training training-asha training-tpe reports cycle decision-asha decision-tpe recovery recovery-snapshot memory nodes finished
# sleeping parallel dask; without any: all. What takes ten minutes (10,000 trials that train) runs once, and so do the nodes. TMPDIR decides which disk is measured. The last two rows need GNU parallel
# and Dask distributed (Debian: parallel, python3-distributed) and are left out without them.
set -euo pipefail
cd "$(dirname "$0")/.."
runs=${1:-3}
shift || true
rows=("$@")
[ ${#rows[@]} -gt 0 ] || rows=(training training-asha training-tpe reports cycle decision-asha decision-tpe recovery recovery-snapshot \
    memory nodes finished sleeping parallel dask)
results=${SCALE_RESULTS:-benchmarks/scale.jsonl}
: > "$results"
dotnet build benchmarks/Orchestrator.Scale -c Release -v quiet -nologo
# All is removed at the end: after many files were removed, some file systems (ext4 without a journal) take minutes to make others fast.
TMPDIR=$(mktemp -d)
export TMPDIR SCALE_KEEP=1
trap 'rm -rf "$TMPDIR"' EXIT
scale=benchmarks/Orchestrator.Scale/bin/Release/net10.0/Orchestrator.Scale

sizes() {
    case $1 in
        training*) echo ${SCALE_TRAINING:-1000 3000 10000} ;;
        reports) echo 16 64 256 ;;
        cycle) echo 1000 3000 10000 ;;
        decision-*) echo 1500 10000 50000 ;;
        recovery | recovery-snapshot) echo 1000 10000 50000 ;;
        memory) echo 1000 3000 10000 ;;
        nodes) echo 100 300 1000 ;;
        finished) echo 10 100 1000 ;;
        *) echo 100 300 1000 ;;
    esac
}

# A row by another program: milliseconds beyond the sleep of a tenth of a second, for each task on 16 slots.
peer() {
    local row=$1 size=$2 began ended
    began=$(date +%s.%N)
    case $row in
        parallel) seq "$size" | parallel -n0 -j 16 sleep 0.1 ;;
        dask) /usr/bin/python3 - "$size" <<'PY'
import sys, time
from distributed import Client, LocalCluster
with LocalCluster(n_workers=1, threads_per_worker=16, processes=False, dashboard_address=None) as cluster, Client(cluster) as client:
    client.submit(time.sleep, 0).result()
    began, size = time.time(), int(sys.argv[1])
    client.gather(client.map(time.sleep, [0.1] * size, pure=False))
    print((time.time() - began) * 16 / size * 1000 - 100)
PY
        ;;
    esac > /tmp/scale-peer.$$
    ended=$(date +%s.%N)
    [ "$row" = dask ] && value=$(cat /tmp/scale-peer.$$) || value=$(echo "($ended - $began) * 16 / $size * 1000 - 100" | bc -l)
    rm -f /tmp/scale-peer.$$
    echo "{\"row\":\"$row\",\"size\":$size,\"value\":$value}"
}

left_out=""
for row in "${rows[@]}"; do
    case $row in
        parallel) command -v parallel > /dev/null || { left_out+="GNU parallel was not there. "; continue; } ;;
        dask) /usr/bin/python3 -c 'import distributed' 2> /dev/null || { left_out+="Dask distributed was not there. "; continue; } ;;
    esac
    for size in $(sizes "$row"); do
        times=$runs
        [[ "$row:$size" != training*:10000 && "$row" != nodes ]] || times=1
        for _ in $(seq "$times"); do
            case $row in
                parallel | dask) peer "$row" "$size" ;;
                *) "$scale" run "$row" "$size" ;;
            esac | tee -a "$results" || left_out+="$row of $size failed. "
        done
    done
done

{
    echo "# Scale"
    echo
    echo "How much one coordinator carries: the real node with its SQLite journal, leases and slots; only the processes that train and evaluate"
    echo "are timers (\`benchmarks/Orchestrator.Scale\`). Written by \`benchmarks/scale.sh\` from its own output."
    echo
    echo "Measured on $(date -u +%Y-%m-%d): $(nproc) cores ($(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -1)), journal on" \
        "$(df --output=fstype "${TMPDIR:-/tmp}" | tail -1), .NET $(dotnet --version), load average when it ended" \
        "$(cut -d' ' -f1-3 /proc/loadavg). $left_out"
    echo
    "$scale" table "$results"
} > docs/scale.md

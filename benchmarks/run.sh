#!/usr/bin/env bash
# run.sh [RUNS [ROW…]]: measures how fast it is, each figure as the median of RUNS repetitions (5), and writes docs/performance.md.
# Rows: step bfloat16 limit sample encode memory recompute attempt evaluation efficiency fid help results. Where others are compared
# with, ours and theirs run in turn, and the median of the pairs' ratios decides. Let the machine do nothing else. PyTorch and scipy
# are Debian's (python3-torch, python3-scipy), or those of the interpreter that PYTHON names; without them their figures are left out,
# and the page says so. ORCHESTRATOR names another build of the program than the one that is built here.
set -euo pipefail
cd "$(dirname "$0")/.."
runs=${1:-5}
shift || true
rows=("$@")
[ ${#rows[@]} -gt 0 ] || rows=(step bfloat16 limit sample encode memory recompute attempt evaluation efficiency fid help results)
results=${SPEED_RESULTS:-benchmarks/speed.jsonl}
: > "$results"
python=${PYTHON:-/usr/bin/python3}
[ -n "${SPEED_NO_BUILD-}" ] || for project in benchmarks/Orchestrator.Speed benchmarks/Orchestrator.Scale src/Orchestrator; do
    dotnet build "$project" -c Release -v quiet -nologo
done
speed=benchmarks/Orchestrator.Speed/bin/Release/net10.0/Orchestrator.Speed
scale=benchmarks/Orchestrator.Scale/bin/Release/net10.0/Orchestrator.Scale
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

bases="gaussian dirichlet von-mises-fisher"
cases() {
    local base
    case $1 in
        step | limit) for base in $bases; do echo "$base"/{64,128}/{64,128}; done ;;
        bfloat16) echo gaussian/128/{64,128} ;;
        sample | encode) for base in $bases; do echo "$base"/{64,128}/128; done ;;
        memory) echo gaussian/{64,128}/{64,128} ;;
        recompute) echo {4,8,16,32} ;;
        attempt | evaluation) echo cold spare ;;
        efficiency) echo sweeps/digits.yaml ;;
        fid) echo "$(nproc)-threads" ;;
        help) echo . ;;
        results) echo 8 10000 ;;
    esac
}

left_out=""
torch=$("$python" -c 'import torch; print(torch.__version__)' 2> /dev/null) || left_out+="PyTorch was not there. "
scipy=$("$python" -c 'import scipy; print(scipy.__version__)' 2> /dev/null) || left_out+="scipy was not there. "

# What a row works on, made once for each case.
prepare() {
    local row=$1 case=$2
    file="$work/$row"
    case $row in
        step | sample | encode | memory)
            file="$work/${case//\//-}.safetensors"
            [ -z "$torch" ] || [ -f "$file" ] || {
                "$speed" state "$case" "$file"
                "$python" benchmarks/pytorch/glow.py check "$case" "$file" >&2
            }
            ;;
        evaluation) mkdir -p "$file" ;;
        efficiency) file=$case ;;
        results)
            file="$work/results-$case"
            mkdir -p "$file"
            "$scale" journal "$file" "$case"
            ;;
    esac
}

# A figure by the others, and by conv2d of our own libtorch.
others() {
    local row=$1 case=$2
    case $row in
        step | sample | encode | memory) [ -z "$torch" ] || "$python" benchmarks/pytorch/glow.py "$row" "$case" "$file" ;;
        fid) [ -z "$scipy" ] || "$python" benchmarks/pytorch/fid.py "$case" ;;
    esac
    case $row in
        step) "$speed" conv2d "$case" ;;
        bfloat16) "$speed" float32 "$case" ;;
        recompute) "$speed" kept "$case" ;;
    esac
}

for row in "${rows[@]}"; do
    for case in $(cases "$row"); do
        prepare "$row" "$case" || { left_out+="$row of $case could not be prepared. "; continue; }
        for _ in $(seq "$runs"); do
            { "$speed" "$row" "$case" "$file" && others "$row" "$case"; } | tee -a "$results" || left_out+="$row of $case failed. "
        done
    done
done

{
    echo "# Performance"
    echo
    echo "How fast it is, and beside whom. Written by \`benchmarks/run.sh\` from its own output, by \`benchmarks/Orchestrator.Speed\`"
    echo "and \`benchmarks/pytorch\`. Cases of Glow are base/hidden channels/images of a batch, of 28 × 28 pixels, 2 levels of 8 steps;"
    echo "the PyTorch flow is the same one: it loads our tensors, and its log-densities are compared before it is measured. A ratio is"
    echo "the median of the pairs' ratios: how many times faster we are or, of memory and errors, ours by the other's."
    echo
    echo "Measured on $(date -u +%Y-%m-%d): $(nproc) cores ($(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -1)), .NET" \
        "$(dotnet --version), PyTorch ${torch:-–}, scipy ${scipy:-–}" \
        "on $(readlink -f /usr/lib/x86_64-linux-gnu/libblas.so.3 || echo its own BLAS), load average when it ended $(cut -d' ' -f1-3 /proc/loadavg). $left_out"
    echo
    "$speed" table "$results"
} > docs/performance.md

#!/usr/bin/env bash
# Tries Orchestrator on a GPU machine that has Python's PyTorch with its CUDA libraries, and neither .NET nor a network:
#   gpu.sh publish        where .NET is: the program without libtorch, self-contained, into benchmarks/gpu/out (60 MiB at most)
#   gpu.sh run [OUT]      on the GPU machine, in 8 minutes at most: tries it with PyTorch's libtorch, measures, and writes OUT/gpu.jsonl
#   gpu.sh table FILE     writes that result into docs/gpu.md
# OUT is benchmarks/gpu/out/results without one. PYTHON: the Python that has PyTorch (python3). LIBTORCH: a folder with libtorch.so in the
# place of PyTorch's. DEVICE: cuda, or cpu for a try without a GPU. FASHION_MNIST: the folder of its four files.
set -euo pipefail
cd "$(dirname "$0")/.."
archive=benchmarks/gpu/out/orchestrator.tar.xz
limit=60
python=${PYTHON:-python3}
fashion=${FASHION_MNIST:-/usr/share/datasets/fashion-mnist}
app=$(mktemp -d -t orchestrator-gpu-XXXXXX)
trap 'rm -rf "$app"' EXIT

publish() {
    local size project
    for project in src/Orchestrator benchmarks/Orchestrator.Gpu; do
        nice -n 10 dotnet publish "$project" -c Release -r linux-x64 --self-contained -p:TorchBackend=none -p:DebugType=none \
            -p:PublishDocumentationFiles=false -o "$app" -v quiet -nologo
    done
    mkdir -p "$(dirname "$archive")"
    # A part of Fashion-MNIST may come along: 6 MB.
    [ ! -d "$fashion" ] || "$python" - "$fashion" "$(dirname "$archive")/fashion-mnist" <<'PY'
import gzip, pathlib, struct, sys
source, target = map(pathlib.Path, sys.argv[1:])
target.mkdir(exist_ok=True)
for name, count in (("train", 12_000), ("t10k", 2_000)):
    for kind, head, size in (("images-idx3", 16, 784), ("labels-idx1", 8, 1)):
        data = gzip.open(source / f"{name}-{kind}-ubyte.gz").read()
        with gzip.open(target / f"{name}-{kind}-ubyte.gz", "wb") as file:
            file.write(data[:4] + struct.pack(">I", count) + data[8 : head + count * size])
PY
    nice -n 10 tar -C "$app" -cf - . | nice -n 10 xz -9 -T0 > "$archive"
    size=$(stat -c %s "$archive")
    echo "$archive: $((size >> 20)) MiB ($size bytes)"
    [ "$size" -le $((limit << 20)) ] || { echo "It is larger than the $limit MiB that may be carried" >&2; exit 1; }
}

run() {
    local out=${1:-benchmarks/gpu/out/results}
    [ -f "$archive" ] || { echo "$archive is not there: make it with gpu.sh publish where .NET is" >&2; exit 2; }
    "$python" -c 'import sys, tarfile; tarfile.open(sys.argv[1]).extractall(sys.argv[2])' "$archive" "$app"
    "$python" benchmarks/gpu/measure.py "$app" "$out"
}

case "${1:-}" in
    publish) publish ;;
    run) run "${2:-}" ;;
    table) "$python" benchmarks/gpu/table.py "${2:?the gpu.jsonl that gpu.sh run wrote}" docs/gpu.md ;;
    *) sed -n '2,7s/^# //p' "$0" >&2; exit 2 ;;
esac

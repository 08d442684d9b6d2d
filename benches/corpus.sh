#!/usr/bin/env bash
# Whole-process figures over a folder of manifests, beside ripgrep on the same warm folder:
#
#     benches/corpus.sh FOLDER
#
# Prints the median wall time of five runs and the peak memory of each command. Needs ripgrep (`rg`), GNU time and
# python3. Nothing is written to FOLDER.
set -euo pipefail
folder=${1:?usage: benches/corpus.sh FOLDER}
cd "$(dirname "$0")/.."
cargo build --release --locked --quiet
imagegate=$PWD/target/release/imagegate
small=$(mktemp -d)
trap 'rm -rf "$small"' EXIT
for number in 0 1 2 3 4 5 6 7 8 9; do cp testdata/demo/shop/cart.yaml "$small/$number.yaml"; done

measure() {
    local label=$1
    shift
    python3 - "$label" "$@" <<'PY'
import os, statistics, subprocess, sys, time
label, command = sys.argv[1], sys.argv[2:]
walls, peaks = [], []
environment = {"PATH": os.environ["PATH"], "HOME": os.environ.get("HOME", "/")}
for run in range(6):
    begin = time.perf_counter()
    child = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment)
    _, status, usage = os.wait4(child.pid, 0)
    if run:  # the first run warms the page cache
        walls.append(time.perf_counter() - begin)
        peaks.append(usage.ru_maxrss / 1024)
print(f"{label:<34} {statistics.median(walls) * 1000:9.1f} ms {max(peaks):7.1f} MB   exit {os.waitstatus_to_exitcode(status)}")
PY
}

cd "$folder"
measure 'rg -uuu -c image' rg -uuu -c image .
measure 'imagegate images --format json' "$imagegate" images --format json .
measure 'imagegate check' "$imagegate" check .
measure 'imagegate check --format json' "$imagegate" check --format json .
measure 'imagegate check --format sarif' "$imagegate" check --format sarif .
cd "$small"
measure 'imagegate check, ten small files' "$imagegate" check .
measure 'imagegate --version' "$imagegate" --version

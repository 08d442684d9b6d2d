#!/usr/bin/env python3
"""Hostile inputs of about ten megabytes each: time, memory and answer of one `imagegate check` apiece.

    cargo build --release --locked && python3 benches/hostile.py target/release/imagegate

Exits 1 when an input takes more than 2 s per 10 MB (and 0.2 s to begin with), needs more than 20 times its size in
memory (and 32 MB to begin with), ends by a signal, or passes without a word. Writes to a temporary folder only.
"""

import os
import subprocess
import sys
import tempfile
import time

POD = "apiVersion: v1\nkind: Pod\nmetadata: {name: x}\nspec:\n  containers:\n"
MEGABYTE = 1_000_000


def laughs(merge):
    lines = ["apiVersion: v1", "kind: Pod", "a0: &a0 {image: nginx, name: x}"]
    for level in range(1, 60):
        if merge:
            lines.append(f"a{level}: &a{level} {{<<: [*a{level - 1}, *a{level - 1}], k{level}: *a{level - 1}}}")
        else:
            lines.append(f"a{level}: &a{level} [*a{level - 1}, *a{level - 1}, *a{level - 1}]")
    return "\n".join(lines) + "\nspec: {containers: [*a59, *a0]}\n"


INPUTS = [
    ("billion laughs by aliases", lambda: laughs(False)),
    ("billion laughs by merges", lambda: laughs(True)),
    ("100,000 nested brackets", lambda: POD + "  - image: " + "[" * 100_000 + "]" * 100_000 + "\n"),
    ("100,000 nested '? '", lambda: POD + "  - image: x\n" + "? " * 100_000 + "\n"),
    ("100,000 nested '- '", lambda: POD + "  - image: x\nextra:\n  " + "- " * 100_000 + "x\n"),
    ("a scalar of 60 MB", lambda: POD + "  - image: nginx\n    args: [\"" + "x" * (60 * MEGABYTE) + "\"]\n"),
    ("an image of 60 MB", lambda: POD + "  - image: " + "x" * (60 * MEGABYTE) + "\n"),
    ("1,000,000 keys", lambda: POD + "  - image: nginx\n" + "".join(f"k{n}: 1\n" for n in range(1_000_000))),
    ("1,000,000 equal keys", lambda: POD + "  - image: nginx\n" + "k: 1\n" * 1_000_000),
    ("2,000,000 markers", lambda: POD + "  - image: nginx\n" + "---\n" * 2_000_000),
    ("130,000 small manifests", lambda: (POD + "  - image: nginx\n---\n") * 130_000),
    ("one line of images", lambda: POD.replace("\n  containers:\n", " {containers: [") + "{image: nginx}," * 600_000 + "]}\n"),
    ("64,000 uses of one list", lambda: "apiVersion: v1\nkind: List\nx: &c [" + "{image: nginx}," * 1_000 + "]\nitems:\n"
     + "- {apiVersion: v1, kind: Pod, spec: {containers: *c}}\n" * 64_000),
    ("control characters", lambda: (POD + "  - image: nginx\u0001\u001b[31m\n---\n") * 100_000),
    ("invalid UTF-8", lambda: (POD + "  - image: nginx\n    args: [\"").encode() + b"\xff" * (10 * MEGABYTE) + b"\"]\n"),
    ("NUL", lambda: (POD + "  - image: nginx\n    args: [\"").encode() + b"\0" * (10 * MEGABYTE) + b"\"]\n"),
    ("lone CR", lambda: (POD + "  - image: nginx\n").replace("\n", "\r") * 100_000),
    ("truncated UTF-16", lambda: b"\xff\xfe" + ((POD + "  - image: nginx\n---\n") * 60_000).encode("utf-16-le")[:-1]),
    ("recursive anchors", lambda: POD + "  - &a {image: nginx, env: [*a, *a]}\nx: &b [*b]\ny: &c {<<: *c}\n"),
    ("brackets that never close", lambda: POD + "  - image: nginx\n    args: " + "[a, " * (2 * MEGABYTE) + "\n"),
    ("comments that ignore", lambda: POD + "  - image: nginx\n" + "# imagegate: ignore[disallow-latest-tag] no\n" * 200_000),
]


def run(command, folder):
    begin = time.perf_counter()
    child = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, cwd=folder, env={"PATH": "/usr/bin"})
    while child.stdout.read(MEGABYTE):
        pass
    _, status, usage = os.wait4(child.pid, 0)
    return time.perf_counter() - begin, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024, os.waitstatus_to_exitcode(status)


def write(number, path):
    """Writes input `number` in a process of its own, so that this one stays small: the peak memory of a child begins
    at that of its parent."""
    child = os.fork()
    if child == 0:
        content = INPUTS[number][1]()
        with open(path, "wb") as file:
            file.write(content if isinstance(content, bytes) else content.encode())
        os._exit(0)
    os.waitpid(child, 0)


def main():
    program = os.path.abspath(sys.argv[1])
    failed = False
    print(f"{'input':<28} {'size':>8} {'wall':>8} {'cpu':>8} {'memory':>9}  exit")
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "hostile.yaml")
        for number, (name, _) in enumerate(INPUTS):
            write(number, path)
            size = os.path.getsize(path)
            wall, cpu, memory, code = run([program, "check", "--format", "concise", path], folder)
            megabytes = size / MEGABYTE
            slow = cpu > 0.2 + 0.2 * megabytes
            large = memory > 32 * MEGABYTE + 20 * size
            wrong = code not in (1, 3)
            failed |= slow or large or wrong
            marks = " ".join(word for word, true in (("SLOW", slow), ("LARGE", large), ("WRONG", wrong)) if true)
            print(f"{name:<28} {megabytes:6.1f}MB {wall:7.2f}s {cpu:7.2f}s {memory / MEGABYTE:7.1f}MB  {code} {marks}")
    sys.exit(failed)


if __name__ == "__main__":
    main()

#!/usr/bin/env python3
"""Runs every case of a folder of cases through the program, and holds it to the right answer that its README gives.

    cargo build --release --locked && python3 tests/interoperability/cases.py FOLDER target/release/imagegate [NAME...]

A case is a folder with a README of one line: `Right: ... Exit code 0 or 1: a violation at line 3 of x.yaml, or a count with
a reason. Bounds: ... Run: sh setup.sh; imagegate check .`. What is held: the exit code, the places of violations, that
something is said where a count is the answer, and the bounds. Whether a message helps is for a person: `--show` prints all
output. Cases of kustomize, Helm, Flux, Argo CD and kinds that are not listed (`LENIENT`) only must not be silent.
Needs nothing but Python; a registry is served on loopback. Exits 1 when a case is wrong.
"""

import argparse
import json
import os
import re
import resource
import shutil
import socket
import subprocess
import sys
import tempfile
import time

# By the first part of the name.
LENIENT = {"ac", "be", "cr", "fk", "fo", "hc", "hr", "hv", "kb", "ke", "ki", "kn", "kp", "kr", "kt", "kx", "pk"}


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_for(port):
    for _ in range(200):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise SystemExit(f"nothing listens on port {port}")


def run(command, folder, home):
    """Exit code, output, seconds and peak memory in bytes of one command."""
    environment = {"PATH": os.environ["PATH"], "HOME": home}
    before = time.monotonic()
    child = subprocess.Popen(["sh", "-c", f"exec env {command}"], cwd=folder, env=environment, text=True, errors="replace",
                             stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                             preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_CORE, (0, 0)))
    output = child.stdout.read()
    _, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    return child.returncode, output, time.monotonic() - before, usage.ru_maxrss * 1024


def wanted_places(right):
    """The clauses of a README: each the lines (one of several counts), their file, and whether a count will do."""
    clauses = []
    for clause in right.split(";"):
        lines = [re.findall(r"\d+", found) for found in re.findall(r"at line (\d+(?: or \d+)*)", clause)]
        file = re.search(r"at line .*? of ([\w./-]+\w)", clause)
        if lines:
            clauses.append((lines, file.group(1) if file else None, "or a count with a reason" in clause))
    return clauses


def is_silent(report):
    counted = [entry for entry in report["summary"]["not_evaluated"] if entry["reason"] != "rule-not-configured"]
    return not counted and not report["findings"]


def wrong(case, right, code, report, warned):
    """What is wrong with an answer; nothing when it is right."""
    lenient = case.split("-")[0] in LENIENT
    codes = re.search(r"Exit code ([\d or]+)", right)
    codes = [int(found) for found in re.findall(r"\d", codes.group(1))]
    silent = report is not None and is_silent(report)
    if code not in codes and not (lenient and code in (0, 1, 3) and not silent):
        return f"exit code {code}, wanted {' or '.join(map(str, codes))}"
    if silent and not warned and codes != [0] and (wanted_places(right) or re.search(r"\b(said|counted|judged)\b", right)):
        return "nothing is said"
    if report is None or lenient:
        return None
    for lines, file, count_will_do in wanted_places(right):
        if codes == [0] or (count_will_do and not silent) or (0 in codes and code == 0 and not silent):
            continue
        found = {(finding["path"].lstrip("./"), str(finding["line"])) for finding in report["findings"]}
        for alternatives in lines:
            if not any((file, line) in found or (file or "").endswith(path) and (path, line) in found
                       for line in alternatives for path in [file or ""]):
                return f"no finding at {file}:{' or '.join(alternatives)}"
    return None


def bounds_kept(right, folder, seconds, memory):
    bounds = re.search(r"Bounds: (\d+) MiB and (\d+) times the input, (\d+) s", right)
    if not bounds:
        return None
    mebibytes, times, most = map(int, bounds.groups())
    size = sum(os.path.getsize(os.path.join(at, file)) for at, _, files in os.walk(folder) for file in files)
    if memory > mebibytes * 2**20 + times * size:
        return f"{memory >> 20} MiB for {size >> 10} KiB"
    return f"{seconds:.0f} s" if seconds > most else None


def try_case(source, case, program, show):
    with tempfile.TemporaryDirectory() as above:
        folder = os.path.join(above, case)
        shutil.copytree(source, folder, symlinks=True)
        for at, _, files in os.walk(above):
            os.chmod(at, 0o755)
            for file in files:
                path = os.path.join(at, file)
                if not os.path.islink(path):
                    os.chmod(path, 0o644)
        shutil.copy(os.path.join(os.path.dirname(source), "registry.py"), above) if "registry.py" in right_of(source) else None
        right, commands = right_of(source).split("Run: ")
        port, servers, at = free_port(), [], folder
        if os.path.exists(os.path.join(folder, "registry.json")):
            for path, _, files in os.walk(folder):
                for file in files:
                    change_port(os.path.join(path, file), port)
        home = os.path.join(above, "home")
        os.mkdir(home)
        try:
            for command in filter(None, (part.strip() for part in commands.replace("5055", str(port)).split("; "))):
                if "registry.py" in command:
                    servers.append(subprocess.Popen(["sh", "-c", f"exec {command}"], cwd=at, stdout=subprocess.DEVNULL,
                                                    stderr=subprocess.DEVNULL))
                    wait_for(port)
                elif command.startswith("cd "):
                    at = os.path.join(at, command[3:])
                elif "imagegate " not in command:
                    subprocess.run(["sh", "-c", command], cwd=at, check=True, stdout=subprocess.DEVNULL)
                else:
                    command = re.sub(r"\bimagegate ", f"{program} ", command, count=1)
                    code, output, seconds, memory = run(command, at, home)
                    report, warned = None, ''
                    if f"{program} check" in command and "--format" not in command:
                        _, text, _, _ = run(f"{command} --format json 2>/dev/null", at, home)
                        _, warned, _, _ = run(f"{command} --format json 2>&1 >/dev/null", at, home)
                        report = json.loads(text) if text else None
                    if show:
                        print(f"--- {case}: exit code {code}\n{right}\n{output}")
                    return wrong(case, right, code, report, warned) or bounds_kept(right, folder, seconds, memory)
        finally:
            for server in servers:
                server.kill()
                server.wait()
    return "no command is run"


def right_of(source):
    with open(os.path.join(source, "README"), encoding="utf-8") as readme:
        return " ".join(readme.read().split())


def change_port(path, port):
    if os.path.islink(path):
        return
    with open(path, "rb") as file:
        content = file.read()
    if b"5055" in content and not path.endswith(".gz"):
        with open(path, "wb") as file:
            file.write(content.replace(b"5055", str(port).encode()))


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("folder")
    parser.add_argument("program", type=os.path.abspath)
    parser.add_argument("names", nargs="*")
    parser.add_argument("--show", action="store_true", help="print what the program says in each case")
    arguments = parser.parse_args()
    tried, failed = 0, 0
    for at, folders, files in sorted(os.walk(arguments.folder)):
        case = os.path.basename(at)
        if "README" not in files or "-" not in case or arguments.names and case not in arguments.names:
            continue
        folders.clear()
        tried += 1
        problem = try_case(os.path.abspath(at), case, arguments.program, arguments.show)
        failed += problem is not None
        print(f"{'WRONG' if problem else 'ok':<6} {case:<24} {problem or ''}", flush=True)
    print(f"{tried} cases, {failed} wrong")
    sys.exit(1 if failed or not tried else 0)


if __name__ == "__main__":
    main()

#!/usr/bin/env python3
"""Signs images with real cosign 2 and cosign 3, serves them from real registries on loopback, and compares what
`cosign verify` and `imagegate check` say about each of them.

    tests/interoperability/compare.py [IMAGEGATE]

IMAGEGATE is the binary, by default target/debug/imagegate. The tools are found on PATH, or where these variables say:
COSIGN2, COSIGN3 (github.com/sigstore/cosign v2 and v3), CRANE (github.com/google/go-containerregistry, cmd/crane), GO,
which builds that project's registry with the referrers API, and DOCKER_REGISTRY (Debian package docker-registry, without
that API). When one is missing the stage is left out, which is said, and the exit code is 0. With them it is 1 when a verdict differs in a way that is not listed in DIFFERENCES.
"""

import contextlib
import io
import json
import os
import pathlib
import shutil
import socket
import subprocess
import sys
import tarfile
import tempfile
import time

TOOLS = {
    "COSIGN2": "cosign2",
    "COSIGN3": "cosign3",
    "CRANE": "crane",
    "GO": "go",
    "DOCKER_REGISTRY": "docker-registry",
}

# Where imagegate answers otherwise on purpose: (what was done, who verifies) -> why.
DIFFERENCES = {
    ("bundle by cosign 3", "cosign 2"): "cosign 2 looks for bundles only with --new-bundle-format",
    ("bundle by cosign 2", "cosign 2"): "cosign 2 looks for bundles only with --new-bundle-format",
    ("scan attestation only", "cosign 3"): "cosign takes any bundle by the right key for a signature",
    ("both formats, old key wanted", "cosign 2"): "cosign 2 asks for a trusted root once there is a bundle",
    ("both formats, old key wanted", "cosign 3"): "once there is a bundle, cosign 3 does not look at the .sig tag",
    ("bundle and .sig by one key", "cosign 2"): "cosign 2 asks for a trusted root once there is a bundle",
}


def main():
    binary = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else "target/debug/imagegate").resolve()
    tools = {name: os.environ.get(name) or shutil.which(default) for name, default in TOOLS.items()}
    missing = [TOOLS[name] for name, path in tools.items() if path is None]
    if missing or not binary.exists():
        reasons = [f"{name} is not installed" for name in missing]
        reasons += [] if binary.exists() else [f"{binary} does not exist"]
        print("left out: interoperability with cosign:", "; ".join(reasons))
        return 0
    with tempfile.TemporaryDirectory() as folder:
        return compare(Bench(pathlib.Path(folder), tools, binary))


class Bench:
    """The tools, keys and registries of one run, in a folder of its own."""

    def __init__(self, folder, tools, binary):
        self.folder, self.tools, self.binary = folder, tools, binary
        self.environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(folder),
            "COSIGN_PASSWORD": "",
            "DOCKER_CONFIG": str(folder),
        }
        for key in ("right", "other"):
            self.run("COSIGN2", "generate-key-pair", "--output-key-prefix", key)
        self.run("COSIGN3", "signing-config", "create", "--out", "none.json")
        self.images = 0
        self.registry = folder / "registry-with-referrers"
        source = pathlib.Path(__file__).parent / "registry"
        subprocess.run([tools["GO"], "build", "-o", self.registry, "."], cwd=source, check=True)

    def run(self, tool, *arguments, check=True):
        done = subprocess.run(
            [self.tools[tool], *arguments],
            cwd=self.folder, env=self.environment, text=True, capture_output=True, timeout=120, check=False,
        )
        if check and done.returncode != 0:
            sys.exit(f"{tool} {' '.join(arguments)}: {done.stderr}")
        return done.returncode

    def push(self, registry):
        """A new image with content of its own."""
        self.images += 1
        name = f"{registry}/team/app{self.images}:v1"
        layer = self.folder / "layer.tar"
        with tarfile.open(layer, "w") as tar:
            content = f"{name}\n".encode()
            entry = tarfile.TarInfo("file")
            entry.size = len(content)
            tar.addfile(entry, io.BytesIO(content))
        self.run("CRANE", "append", "--insecure", "-f", str(layer), "-t", name)
        return name

    def cosign2_sign(self, image, key="right", *more):
        self.run("COSIGN2", "sign", "--key", f"{key}.key", "--tlog-upload=false", "-y", *more, image)

    def cosign3_sign(self, image, key="right"):
        self.run("COSIGN3", "sign", "--key", f"{key}.key", "--signing-config", "none.json", "-y", image)

    def cosign3_attest(self, image):
        (self.folder / "scan.json").write_text('{"scanner": {"result": {}}, "metadata": {}}')
        self.run(
            "COSIGN3", "attest", "--key", "right.key", "--signing-config", "none.json", "-y",
            "--type", "vuln", "--predicate", "scan.json", image,
        )

    def cosign_says(self, tool, image, key):
        code = self.run(tool, "verify", "--key", f"{key}.pub", "--insecure-ignore-tlog=true", image, check=False)
        return "pass" if code == 0 else "violation"

    def imagegate_says(self, image, key):
        policy = {
            "version": 1,
            "rules": {
                "verify-image-signatures": {
                    "require": [{"signers": [{"key": f"{key}.pub"}], "transparency-log": "ignore"}]
                }
            },
        }
        (self.folder / "imagegate.yaml").write_text(json.dumps(policy))
        pod = {
            "apiVersion": "v1", "kind": "Pod", "metadata": {"name": "app"},
            "spec": {"containers": [{"name": "app", "image": image}]},
        }
        (self.folder / "pod.yaml").write_text(json.dumps(pod))
        done = subprocess.run(
            [self.binary, "check", "pod.yaml", "--policy", "imagegate.yaml", "--no-cache", "--format", "json"],
            cwd=self.folder, env=self.environment, text=True, capture_output=True, timeout=120, check=False,
        )
        return {0: "pass", 1: "violation", 3: "not-checked"}.get(done.returncode, f"exit {done.returncode}")


# What is done to a new image, and the key that is wanted then.
def unsigned(bench, image):
    return "right"


def signed_by_cosign2(bench, image):
    bench.cosign2_sign(image)
    return "right"


def signed_by_another_key(bench, image):
    bench.cosign2_sign(image, "other")
    return "right"


def signed_twice(bench, image):
    bench.cosign2_sign(image, "other")
    bench.cosign2_sign(image, "right")
    return "right"


def bundle_by_cosign2(bench, image):
    bench.cosign2_sign(image, "right", "--new-bundle-format")
    return "right"


def bundle_by_cosign3(bench, image):
    bench.cosign3_sign(image)
    return "right"


def bundle_by_another_key(bench, image):
    bench.cosign3_sign(image, "other")
    return "right"


def scan_only(bench, image):
    bench.cosign3_attest(image)
    return "right"


def both_formats(bench, image):
    bench.cosign2_sign(image, "other")
    bench.cosign3_sign(image, "right")
    return "other"


def both_by_one_key(bench, image):
    bench.cosign2_sign(image)
    bench.cosign3_sign(image)
    return "right"


CASES = {
    "unsigned": (unsigned, "violation"),
    "signed by cosign 2": (signed_by_cosign2, "pass"),
    "signed by another key": (signed_by_another_key, "violation"),
    "signed twice": (signed_twice, "pass"),
    "bundle by cosign 2": (bundle_by_cosign2, "pass"),
    "bundle by cosign 3": (bundle_by_cosign3, "pass"),
    "bundle by another key": (bundle_by_another_key, "violation"),
    "scan attestation only": (scan_only, "violation"),
    "both formats, old key wanted": (both_formats, "pass"),
    "bundle and .sig by one key": (both_by_one_key, "pass"),
}


def compare(bench):
    wrong = 0
    with registries(bench) as served:
        for registry_name, registry in served.items():
            for case, (prepare, wanted) in CASES.items():
                image = bench.push(registry)
                key = prepare(bench, image)
                ours = bench.imagegate_says(image, key)
                notes = [] if ours == wanted else [f"WRONG: wanted {wanted}"]
                for verifier, tool in (("cosign 2", "COSIGN2"), ("cosign 3", "COSIGN3")):
                    theirs = bench.cosign_says(tool, image, key)
                    if theirs != ours:
                        why = DIFFERENCES.get((case, verifier))
                        notes.append(f"{verifier} says {theirs}: {why or 'WRONG: not a known difference'}")
                wrong += sum("WRONG" in note for note in notes)
                print(f"{registry_name:16} {case:30} {ours:10} {'; '.join(notes)}")
    print(f"{len(CASES)} cases on {len(served)} registries, {wrong} wrong")
    return 1 if wrong else 0


@contextlib.contextmanager
def registries(bench):
    """One without and one with the referrers API, each on a free port of loopback."""
    without, with_api = free_port(), free_port()
    config = {
        "version": "0.1",
        "log": {"level": "error"},
        "storage": {"filesystem": {"rootdirectory": str(bench.folder / "registry")}},
        "http": {"addr": f"127.0.0.1:{without}"},
    }
    (bench.folder / "registry.yml").write_text(json.dumps(config))
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    servers = [
        subprocess.Popen([bench.tools["DOCKER_REGISTRY"], "serve", bench.folder / "registry.yml"], **quiet),
        subprocess.Popen([bench.registry, f"127.0.0.1:{with_api}"], **quiet),
    ]
    try:
        for port in (without, with_api):
            wait_for(port)
        yield {"docker-registry": f"127.0.0.1:{without}", "with referrers": f"127.0.0.1:{with_api}"}
    finally:
        for server in servers:
            server.terminate()
            server.wait()


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_for(port):
    for _ in range(100):
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.1)
    sys.exit(f"nothing listens on port {port}")


if __name__ == "__main__":
    sys.exit(main())

#!/usr/bin/env python3
"""How many images that kustomize and Helm render are judged with the text that is deployed.

    rendered_share.py BINARY CORPUS FILE.jsonl… [-- OPTION…]

Runs `imagegate images` over the corpus and looks up each rendered image: one JSON object a line with `image`,
`src` and `places` (`f` file, `l` line). It is `exact` when an image with its text stands at one of its places,
`known part` when one of which a part is said elsewhere stands there, `other text` when another image does, and
`nowhere` when nothing is judged there. An image without places stands in no file of the corpus.
"""

import collections
import json
import subprocess
import sys


def uses(binary, corpus, options):
    command = [binary, "images", "--format", "json", "--allow-empty", *options, "."]
    run = subprocess.run(command, cwd=corpus, stdout=subprocess.PIPE, check=False)
    at = collections.defaultdict(list)
    for used in json.loads(run.stdout)["images"]:
        places = [(used["path"], used["line"])]
        origin = used.get("origin") or {}
        places += [(part["path"], part["line"]) for part in origin.get("parts", [])]
        for place in set(places):
            at[place].append(used)
    return at


def verdict(truth, at):
    if not truth["places"]:
        return "in no file"
    found = [used for p in truth["places"] for used in at.get((p["f"], p["l"]), [])]
    wanted = truth["image"]
    if any(used["image"] == wanted for used in found):
        return "exact"
    if any(used["reference"] is None and used["image"].strip(":") in wanted for used in found):
        return "known part"
    return "other text" if found else "nowhere"


def main():
    arguments = sys.argv[1:]
    options = []
    if "--" in arguments:
        cut = arguments.index("--")
        arguments, options = arguments[:cut], arguments[cut + 1 :]
    binary, corpus, *files = arguments
    at = uses(binary, corpus, options)
    for file in files:
        with open(file, encoding="utf-8") as lines:
            truths = [json.loads(line) for line in lines]
        counts = collections.Counter(verdict(truth, at) for truth in truths)
        print(f"{file.rsplit('/', 1)[-1]}: {len(truths)} images, {dict(counts)}")


if __name__ == "__main__":
    main()

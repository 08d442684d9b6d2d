#!/usr/bin/env python3
"""Holds what imagegate finds in charts that it renders against a list of the images that helm renders.

    compare.py IMAGEGATE CORPUS LIST.jsonl [POLICY]

CORPUS holds repositories as folders. A line of the list is a JSON object: `repo` and `src` (the chart's folder),
`image` as it is rendered, `places` (`f` from the corpus, `l`, `c`): the scalars that the image is made of, empty for a
literal of a template. helm is the one on PATH. Prints what is missing and what stands elsewhere, and the shares.
"""

import collections
import json
import pathlib
import shutil
import subprocess
import sys
import time


def found_in(program, repository, chart, policy):
    command = [program, "images", "--render", "--format", "json", "--allow-empty", chart]
    command += ["--policy", policy] if policy else []
    run = subprocess.run(command, cwd=repository, capture_output=True, text=True)
    return json.loads(run.stdout), run.stderr


def main(program, corpus, listed, policy=None):
    corpus = pathlib.Path(corpus)
    charts = collections.defaultdict(list)
    for line in open(listed, encoding="utf-8"):
        row = json.loads(line)
        charts[row["repo"], row["src"]].append(row)
    total = found = placed = literal = literal_placed = 0
    begun = time.monotonic()
    if not shutil.which("helm"):
        print("left out: rendering: helm is not installed")
        return
    for (repo, src), rows in sorted(charts.items()):
        report, said = found_in(program, corpus / repo, src, policy)
        at = collections.defaultdict(list)
        for image in report["images"]:
            at[image["image"]].append((f"{repo}/{image['path']}", image["line"]))
        distinct = {}
        for row in rows:
            places = distinct.setdefault(row["image"], set())
            places.update((place["f"], place["l"]) for place in row["places"])
        for image, places in distinct.items():
            total += 1
            found += image in at
            if image not in at:
                print(f"missing   {repo}/{src}: {image}\n{said}")
                continue
            if not places:
                literal += 1
                literal_placed += any("/templates/" in path for path, _ in at[image])
                continue
            if any(place in places for place in at[image]):
                placed += 1
            else:
                print(f"elsewhere {repo}/{src}: {image} at {at[image]}, not {sorted(places)}")
    print(f"{len(charts)} charts, {total} images: {found} found; of {found - literal} that values make ", end="")
    print(f"{placed} at a scalar that makes them; of {literal} literals {literal_placed} in a template; ", end="")
    print(f"{time.monotonic() - begun:.1f} s")


if __name__ == "__main__":
    main(*sys.argv[1:])

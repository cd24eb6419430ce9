#!/usr/bin/env python3
"""Fetch the wheels that the catalogue was made from, and record which they are.

Nothing from a wheel is imported or executed.  pip downloads each one by package name and release,
from whatever index it is configured with; what wheels.json knows is compared by its digest.

    python3 fetch_wheels.py --cache DIR                      # all that the catalogue names
    python3 fetch_wheels.py --cache DIR --only hashicorp     # those of packages with that in the name
    python3 fetch_wheels.py --cache DIR --record wheels.json # and write down what they are

The wheels are put into DIR/backends, for extract_backends.py, and into DIR/conn_types/latest and
DIR/conn_types/DATE, for extract_conn_types.py.
"""
from __future__ import annotations

import argparse
import concurrent.futures
import hashlib
import json
import subprocess
import sys
import zipfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
# What a generation of connection types is for in wheels.json.
LATEST = "latest"


def key(name: str) -> str:
    return name.replace("-", "_").replace(".", "_").lower()


def wanted() -> dict[str, dict[str, list[str]]]:
    """folder -> package -> releases, as the catalogue's own JSON names them"""
    backends = json.loads((HERE / "backends.json").read_text())["probed_releases"]
    types = json.loads((HERE / "conn_types.json").read_text())["generated_from"]
    generations = {LATEST: types["latest"], **types["older"]}
    out = {"backends": {name: list(releases) for name, releases in backends.items()}}
    for generation, releases in generations.items():
        out[f"conn_types/{generation}"] = {name: [release] for name, release in releases.items()}
    return out


def rounds(releases: dict[str, list[str]], folder: Path) -> list[list[str]]:
    """What is not there yet, in lists that name each package once: pip refuses two releases of one."""
    there = {tuple(path.name.split("-")[:2]) for path in folder.glob("*.whl")}
    lists: list[list[str]] = []
    for name, own in sorted(releases.items()):
        missing = [release for release in own if (key(name), release) not in there]
        for index, release in enumerate(missing):
            if index == len(lists):
                lists.append([])
            lists[index].append(f"{name}=={release}")
    return lists


def download(folder: Path, requirements: list[str]) -> None:
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps",
               "--only-binary", ":all:", "--python-version", "3.11", "--ignore-requires-python",
               "--dest", str(folder), *requirements]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode != 0:
        raise SystemExit(f"pip cannot download {' '.join(requirements)}:\n{done.stderr[-2000:]}")


def describe(path: Path) -> dict[str, str]:
    """Package, release, file, digest, and the newest date that the archive gives a file in it."""
    name, release = path.name.split("-")[:2]
    with zipfile.ZipFile(path) as archive:
        built = max(info.date_time for info in archive.infolist())
    return {"package": name.replace("_", "-"), "version": release, "file": path.name,
            "built": "%04d-%02d-%02d" % built[:3], "sha256": hashlib.sha256(path.read_bytes()).hexdigest()}


def main() -> None:
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("--cache", type=Path, required=True)
    ap.add_argument("--only", action="append", default=[], help="part of a package name")
    ap.add_argument("--folder", action="append", default=[], help="backends, conn_types/latest, …")
    ap.add_argument("--record", type=Path, help="the file to write what the wheels are")
    args = ap.parse_args()
    known_path = HERE / "wheels.json"
    known = json.loads(known_path.read_text())["wheels"] if known_path.exists() else []
    known = {wheel["file"]: wheel for wheel in known}
    jobs, used = [], {}
    for folder, releases in wanted().items():
        if args.folder and folder not in args.folder:
            continue
        if args.only:
            releases = {name: own for name, own in releases.items() if any(part in name for part in args.only)}
        used[folder] = releases
        place = args.cache / folder
        place.mkdir(parents=True, exist_ok=True)
        jobs += [(place, requirements) for requirements in rounds(releases, place)]
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda job: download(*job), jobs))
    wheels: dict[str, dict] = {}
    for folder, releases in used.items():
        names = {(key(name), release) for name, own in releases.items() for release in own}
        for path in sorted((args.cache / folder).glob("*.whl")):
            if tuple(path.name.split("-")[:2]) not in names:
                path.unlink()  # of another catalogue: the extractors read all there is
                continue
            wheel = describe(path)
            if args.record is None and path.name in known and known[path.name]["sha256"] != wheel["sha256"]:
                raise SystemExit(f"{path.name} is not the wheel that the catalogue was made from")
            wheels.setdefault(path.name, {**wheel, "for": []})["for"].append(folder)
    if args.record:
        order = sorted(wheels.values(), key=lambda wheel: (wheel["package"], [int(part) if part.isdigit() else 0
                                                           for part in wheel["version"].split(".")]))
        rows = ",\n".join("  " + json.dumps(wheel) for wheel in order)
        args.record.write_text(f'{{\n "schema_version": 1,\n "wheels": [\n{rows}\n ]\n}}\n')


if __name__ == "__main__":
    main()

#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Each file that is installed is in one Debian package: debian/*.install names it or its folder.

Usage: packages.py SOURCE_ROOT BUILD_ROOT PREFIX LIBDIR"""

import fnmatch
import json
import pathlib
import sys


def packages(source):
    """[package, pattern] of each line."""
    for path in sorted((source / "debian").glob("*.install")):
        for line in path.read_text(encoding="utf-8").splitlines():
            if line.strip():
                yield path.stem, line.strip()


def in_package(path, prefix, libdir):
    """Where a package has what is installed there."""
    inner = path.relative_to(prefix)
    if inner.is_relative_to(libdir):
        inner = pathlib.PurePath("lib", "any-architecture", inner.relative_to(libdir))
    return pathlib.PurePath("usr", inner)


def matches(path, pattern):
    return any(fnmatch.fnmatchcase(part.as_posix(), pattern) for part in (path, *path.parents))


def main():
    source, build, prefix, libdir = map(pathlib.Path, sys.argv[1:5])
    installed = json.loads((build / "meson-info/intro-installed.json").read_text(encoding="utf-8"))
    patterns = list(packages(source))
    n_wrong = 0
    for destination in sorted(set(installed.values())):
        path = in_package(pathlib.Path(destination), prefix, libdir)
        found = {package for package, pattern in patterns if matches(path, pattern)}
        if len(found) != 1:
            n_wrong += 1
            print(f"{path} is in {'the packages ' + ', '.join(sorted(found)) if found else 'no package'}"
                  " (debian/*.install)")
    print(f"{len(installed)} files, {n_wrong} wrong")
    sys.exit(n_wrong > 0 or not installed)


if __name__ == "__main__":
    main()

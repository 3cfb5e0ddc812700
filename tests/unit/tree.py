#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads the tree: each source names its licence first, and no file names a place of one machine.

Usage: tree.py licence|places SOURCE_ROOT"""

import os
import pathlib
import re
import sys

SOURCE_NAMES = re.compile(r".*\.(c|h|comp|glsl|py|sh|ui|css)|meson\.build|dev|inside|run|unpack|uninstall")
LICENCE = "SPDX-License-Identifier: GPL-3.0-or-later"
# Someone's home folder.
PLACES = re.compile(r"(?<![\w.~$}-])/(?:home|root)/\w")


def files(source):
    """Every file of the tree, without build folders and version control."""
    for folder, folders, names in os.walk(source):
        here = pathlib.Path(folder)
        folders[:] = [name for name in folders
                      if name not in (".git", "__pycache__")
                      and not (here == source and name.startswith("build"))]
        yield from (here / name for name in names if name != ".git")


def text_of(path):
    """The file's text, or None for a binary file."""
    with open(path, "rb") as file:
        if b"\0" in file.read(8192):
            return None
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return None


def check_licence(path, text):
    if not SOURCE_NAMES.fullmatch(path.name):
        return None
    lines = text.splitlines()
    first = 1 if lines and lines[0].startswith(("#!", "<?xml")) else 0
    if len(lines) > first and LICENCE in lines[first]:
        return None
    return f"does not begin with “{LICENCE}”"


def check_places(path, text):
    match = PLACES.search(text)
    return f"names “{match.group()}…”, a place of one machine" if match else None


def main():
    check = {"licence": check_licence, "places": check_places}[sys.argv[1]]
    source = pathlib.Path(sys.argv[2]).resolve()
    n_files = n_failed = 0
    for path in sorted(files(source)):
        text = text_of(path)
        if text is None:
            continue
        n_files += 1
        complaint = check(path, text)
        if complaint:
            n_failed += 1
            print(f"{path.relative_to(source)} {complaint}")
    print(f"{n_files} files read, {n_failed} wrong")
    sys.exit(n_failed > 0 or n_files == 0)


if __name__ == "__main__":
    main()

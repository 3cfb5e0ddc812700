#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads every #include of engine/ and app/ and fails on an arrow that points up.

Usage: includes.py SOURCE_ROOT BUILD_ROOT"""

import pathlib
import re
import sys

# What each folder may use directly (ARCHITECTURE.md); it may also use all that those may use.
MAY_USE = {
    "include": [],
    "base": ["include"],
    "gpu": ["base"],
    "ops": ["gpu", "shaders"],
    "io": ["base"],
    "filter": ["io"],
    "model": ["ops", "io"],
    "sample": ["ops"],
    "pipeline": ["model", "sample", "filter"],
    "session": ["pipeline"],
    "bench": ["session"],
    "worker": ["session"],
    "cli": ["session", "bench"],
    "decode": ["base"],
    "app": ["include"],
    "shaders": ["gpu"],  # the headers that the build makes from the kernels
}

ABOVE_IO = {"io", "model", "pipeline", "session", "bench", "worker", "cli"}

# Libraries that stay in some folders: what their headers begin with, and the folders.
LIBRARIES = {
    r"vulkan/|vk_": {"gpu"},
    r"gtk/|gdk/|gsk/|graphene|adwaita|pango": {"app"},
    r"sqlite3|archive|libsoup/": {"app"},
    r"lcms2|gexiv2/|gdk-pixbuf/": {"decode"},
    r"png\.h|zlib\.h": ABOVE_IO,
    r"json-glib/": ABOVE_IO | {"app"},
}

INCLUDE = re.compile(r'^\s*#\s*include\s*(?:"([^"]+)"|<([^>]+)>)', re.MULTILINE)


def reach(folder):
    """The folders that folder may use, itself included."""
    found = {folder}
    for below in MAY_USE[folder]:
        found |= reach(below)
    return found


def folder_of(path, root):
    """The row of the table that a file below root belongs to, or None."""
    parts = path.relative_to(root).parts
    name = parts[1] if parts[0] == "engine" and len(parts) > 2 else parts[0]
    return name if name in MAY_USE else None


def resolve(name, includer, source, build):
    """The folder of a quoted include; None where there is no such file."""
    for root in (source, build):
        near = root / includer.parent.relative_to(source)
        for place in (near, root / "engine", root / "engine/include", root / "app", root,
                      root / "shaders"):
            path = (place / name).resolve()
            if path.is_file() and path.is_relative_to(root):
                return folder_of(path, root)
    return None


def complaints(path, source, build):
    """Sentences about the includes of one file."""
    folder = folder_of(path, source)
    where = path.relative_to(source)
    if folder is None:
        yield f"{where} is in a folder that the table does not know"
        return
    for quoted, angled in INCLUDE.findall(path.read_text(encoding="utf-8")):
        if angled.startswith("cascade/"):
            quoted = angled
        target = quoted and resolve(quoted, path, source, build)
        if quoted and target is None:
            yield f"{where} includes “{quoted}”, which is in no folder of the table"
        elif quoted and target not in reach(folder):
            yield f"{where} includes “{quoted}”: {folder} may not use {target}"
        for library, folders in LIBRARIES.items():
            if angled and re.match(library, angled) and folder not in folders:
                yield f"{where} includes <{angled}>: that is for {', '.join(sorted(folders))} alone"


def main():
    source, build = (pathlib.Path(argument).resolve() for argument in sys.argv[1:3])
    files = [path for top in ("engine", "app") for path in sorted((source / top).rglob("*.[ch]"))]
    if not files:
        sys.exit("there are no sources to read")
    found = [sentence for path in files for sentence in complaints(path, source, build)]
    for sentence in found:
        print(sentence)
    print(f"{len(files)} files read, {len(found)} wrong includes")
    sys.exit(bool(found))


if __name__ == "__main__":
    main()

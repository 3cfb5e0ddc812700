#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The headers of kernels that Debian 12's compiler cannot read: they are kept in the tree.

usage: kept.py write INCLUDE_DIR FOLDER GLSLANG SOURCE...
       kept.py compare INCLUDE_DIR FOLDER GLSLANG SOURCE...
       kept.py sources INCLUDE_DIR FOLDER SOURCE...

FOLDER/NAME.h belongs to SOURCE …/NAME.comp. `write` makes the headers. `compare` makes them anew
and fails if they differ. `sources` needs no compiler: it fails if a header is missing, or was made
from other sources than those that are there.

A compiler may translate otherwise than the one before it. So a header names the release that made
it; with another one, `compare` says which words differ, and fails only if the C around them does."""

import hashlib
import os
import pathlib
import re
import subprocess
import sys

sys.dont_write_bytecode = True  # no folder of it beside the kernels
import generate

OLDEST = (16, 0)
HEAD = """/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Made by ./dev shaders; do not edit.
 * compiler: glslang {version}
 * sources: {digest} */

"""
HEAD_PATTERN = re.compile(re.escape(HEAD).replace(r"\{version\}", r"(?P<version>[\d.]+)")
                          .replace(r"\{digest\}", r"(?P<digest>[0-9a-f]{64})"))
WORDS = re.compile(r"static const guint32 (\w+)_spirv\[\] = \{(.*?)\};", re.S)


def read(path):
    with open(path, encoding="utf-8") as file:
        return file.read()


def digest_of(source, include):
    """What says that a header belongs to these sources: of the kernel and of all that it includes."""
    found, names = {}, [(os.path.basename(source), source)]
    while names:
        name, path = names.pop()
        if name not in found:
            found[name] = read(path)
            names += [(other, os.path.join(include, other))
                      for other in re.findall(r'^\s*#include "([^"]+)"', found[name], re.M)]
    digest = hashlib.sha256()
    for name in sorted(found):
        digest.update(f"{name}\n{len(found[name].encode())}\n{found[name]}".encode())
    return digest.hexdigest()


def version_of(glslang):
    said = subprocess.run([glslang, "--version"], stdout=subprocess.PIPE, text=True, check=True)
    match = re.search(r"^Glslang Version: (?:\d+:)?([\d.]+)", said.stdout, re.M)
    if not match or tuple(map(int, match[1].split(".")[:2])) < OLDEST:
        sys.exit(f"glslang {match[1] if match else 'of no known version'} is too old for these"
                 f" kernels, wanted {OLDEST[0]} or newer: {glslang}")
    return match[1]


def header_path(folder, source):
    return pathlib.Path(folder, pathlib.Path(source).stem + ".h")


def strangers(folder, sources):
    """Headers in the folder that belong to no kernel."""
    wanted = {header_path(folder, source) for source in sources}
    return sorted(set(pathlib.Path(folder).glob("*.h")) - wanted)


def write(include, folder, glslang, *sources):
    version = version_of(glslang)
    for path in strangers(folder, sources):
        path.unlink()
    for source in sources:
        os.makedirs(folder, exist_ok=True)
        text, _ = generate.make_header(glslang, source, include)
        head = HEAD.format(version=version, digest=digest_of(source, include))
        header_path(folder, source).write_text(head + text, encoding="utf-8")
    print(f"{len(sources)} headers made by glslang {version}")


def split(path):
    """The compiler that made a header, its sources' digest, and the rest of it."""
    text = read(path)
    match = HEAD_PATTERN.match(text)
    if not match:
        sys.exit(f"{path} was not made by ./dev shaders")
    return match["version"], match["digest"], text[match.end():]


def difference(kept, made, same_compiler):
    """What is wrong with a kept header, None if nothing is."""
    if kept == made:
        return None
    if WORDS.sub(r"\1", kept) != WORDS.sub(r"\1", made):
        return "the C around its SPIR-V is not what its source gives"
    words = dict(WORDS.findall(made))
    names = ", ".join(name for name, body in WORDS.findall(kept) if words[name] != body)
    if same_compiler:
        return f"the same compiler gives other SPIR-V for {names}"
    print(f"# {names}: made by another release of glslang, which gives other words")
    return None


def compare(include, folder, glslang, *sources):
    version = version_of(glslang)
    found = []
    for source in sources:
        path = header_path(folder, source)
        made_by, _, kept = split(path)
        made, _ = generate.make_header(glslang, source, include)
        wrong = difference(kept, made, made_by == version)
        found += [f"{path}: {wrong}"] * bool(wrong)
    print(f"{len(sources)} headers compared, by glslang {version}")
    return found


def check_sources(include, folder, *sources):
    found = [f"{path} belongs to no kernel" for path in strangers(folder, sources)]
    for source in sources:
        path = header_path(folder, source)
        if not path.is_file():
            found.append(f"{path} is missing")
        elif split(path)[1] != digest_of(source, include):
            found.append(f"{path} was made from other sources than {source}")
    print(f"{len(sources)} kept headers looked at; suite newer compares them and validates their SPIR-V")
    return found


def main():
    command = {"write": write, "compare": compare, "sources": check_sources}[sys.argv[1]]
    found = command(*sys.argv[2:]) or []
    for sentence in found:
        print(sentence, file=sys.stderr)
    if found:
        sys.exit("./dev shaders makes these headers anew")


if __name__ == "__main__":
    main()

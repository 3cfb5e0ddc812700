#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Compiles each header of engine/ and app/ alone, with the build's own flags, but for those with which
a source begins: the build has compiled these so.

Usage: headers.py SOURCE_ROOT BUILD_ROOT"""

import concurrent.futures
import json
import os
import pathlib
import re
import shlex
import subprocess
import sys


def flags_of(top, source, build):
    """Compiler and flags that the build uses for the first source below source/top."""
    entries = json.loads((build / "compile_commands.json").read_text(encoding="utf-8"))
    for entry in entries:
        file = (build / entry["file"]).resolve()
        if file.is_relative_to(source / top):
            command = shlex.split(entry["command"])
            kept = [word for word in command if word.startswith(("-I", "-D", "-U", "-isystem", "-std"))]
            return [command[0] if "ccache" not in command[0] else command[1], *kept]
    sys.exit(f"the build compiles nothing of {top}/")


def first_headers(folder):
    """The headers beside or below folder with which a source there begins."""
    for path in folder.rglob("*.c"):
        first = re.search(r"^#include (.*)$", path.read_text(encoding="utf-8"), re.MULTILINE)
        name = first[1].strip('"') if first else "<"
        if not name.startswith("<"):
            yield from (header for header in (path.parent / name, folder / name)
                        if header.is_file())


def compile_alone(header, flags, build):
    """What the compiler says of the header by itself, or None if it compiles."""
    result = subprocess.run(
        [*flags, "-fsyntax-only", "-Wall", "-Werror", "-x", "c", "-"],
        input=f'#include "{header}"\n', cwd=build, text=True, stderr=subprocess.PIPE, check=False)
    return result.stderr if result.returncode else None


def main():
    source, build = (pathlib.Path(argument).resolve() for argument in sys.argv[1:3])
    n_headers = n_failed = 0
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        for top in ("engine", "app"):
            headers = sorted(set((source / top).rglob("*.h")) - set(first_headers(source / top)))
            n_headers += len(headers)
            if not headers:
                continue
            flags = flags_of(top, source, build)
            results = pool.map(lambda header: compile_alone(header, flags, build), headers)
            for header, message in zip(headers, results):
                if message is not None:
                    n_failed += 1
                    print(f"{header.relative_to(source)} does not compile alone:\n{message}")
    print(f"{n_headers} headers compiled, {n_failed} failed")
    sys.exit(n_failed > 0 or n_headers == 0)


if __name__ == "__main__":
    main()

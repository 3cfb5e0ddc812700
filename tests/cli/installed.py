#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Installs into a folder, moves it, builds a small program against the installed library, and
makes a picture with it, which it reads by the installed decoder, and with the installed tool.

Usage: installed.py MESON BUILD_ROOT PREFIX LIBDIR EXAMPLE_C"""

import os
import pathlib
import re
import shlex
import shutil
import subprocess
import sys
import tempfile

PNG = b"\x89PNG\r\n\x1a\n"


def run(command, **options):
    print("+", shlex.join(str(word) for word in command), flush=True)
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, **options).stdout


def check_png(path):
    if not path.read_bytes().startswith(PNG):
        sys.exit(f"{path} is no PNG")


def check_symbols(library):
    """The library shows cas_* and nothing else."""
    names = [line.split()[-1] for line in run(["nm", "-D", "--defined-only", library]).splitlines()]
    wrong = [name for name in names if not re.match(r"cas_|libcascade", name)]
    if wrong or not names:
        sys.exit(f"{library} shows {wrong or 'nothing'}")


def main():
    meson, build, prefix, libdir, example = sys.argv[1:6]
    with tempfile.TemporaryDirectory(dir=build) as folder:
        first = pathlib.Path(folder, "first")
        run([*shlex.split(meson), "install", "-C", build, "--no-rebuild", "--quiet",
             "--destdir", first])
        root = pathlib.Path(folder, "moved")
        shutil.move(first / prefix.lstrip("/"), root)

        libraries = root / libdir
        check_symbols(libraries / "libcascade.so.0")
        env = {**os.environ, "LD_LIBRARY_PATH": str(libraries),
               "PKG_CONFIG_PATH": f"{libraries}/pkgconfig:" + os.environ.get("PKG_CONFIG_PATH", "")}
        env.pop("WEIR_DEMO_MODEL", None)  # the installed one has to be found
        description = libraries / "pkgconfig/cascade.pc"  # the one place that knows the prefix
        description.write_text(re.sub("(?m)^prefix=.*", f"prefix={root}", description.read_text()))
        flags = shlex.split(run(["pkg-config", "--cflags", "--libs", "cascade"], env=env))
        program = pathlib.Path(folder, "example")
        run([*shlex.split(os.environ.get("CC", "cc")), "-Wall", "-Werror", "-o", program, example,
             *flags])

        picture = pathlib.Path(folder, "library.png")
        run([program, picture], env=env, cwd=folder)
        check_png(picture)

        size = ["--width", "64", "--height", "64", "--steps", "1", "--decoder-steps", "1"]
        out = run([root / "bin/weir-cli", "generate", "a red house", *size, "-o", "tool.png"],
                  env=env, cwd=folder)
        check_png(pathlib.Path(out.rstrip("\n")))


if __name__ == "__main__":
    main()

#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Installs into a folder, moves it, builds a small program against the installed library, and
makes a picture with it, which it reads by the installed decoder, and with the installed tool. What a desktop
reads is where it looks, and uninstall leaves nothing of it.

Usage: installed.py MESON BUILD_ROOT PREFIX LIBDIR EXAMPLE_C UNINSTALL APP_ID"""

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


def check_desktop(root, app_id):
    """The files that a desktop reads; the schema is one that compiles."""
    share = root / "share"
    for name in (f"applications/{app_id}.desktop", f"dbus-1/services/{app_id}.service",
                 f"metainfo/{app_id}.metainfo.xml", f"mime/packages/{app_id}.xml", "man/man1/weir.1",
                 f"glib-2.0/schemas/{app_id}.gschema.xml",
                 f"icons/hicolor/scalable/apps/{app_id}.svg",
                 f"icons/hicolor/symbolic/apps/{app_id}-symbolic.svg"):
        if not (share / name).is_file():
            sys.exit(f"{name} is not installed")
    if caches(root):
        sys.exit(f"an install into another root made the caches {caches(root)}")


def caches(root):
    share = root / "share"
    names = ("glib-2.0/schemas/gschemas.compiled", "icons/hicolor/icon-theme.cache",
             "applications/mimeinfo.cache", "mime/mime.cache")
    return [name for name in names if (share / name).exists()]


def make_caches(root):
    """As an install without DESTDIR does."""
    run(["glib-compile-schemas", root / "share/glib-2.0/schemas"])
    run(["gtk4-update-icon-cache", "-q", "-t", "-f", root / "share/icons/hicolor"])
    run(["update-desktop-database", "-q", root / "share/applications"])
    run(["update-mime-database", root / "share/mime"])
    if len(caches(root)) != 4:
        sys.exit(f"of the caches there are only {caches(root)}")


def add_stranger(root):
    """What another program has in the same folders."""
    share = root / "share"
    schemas = share / "glib-2.0/schemas/org.example.Other.gschema.xml"
    schemas.write_text('<schemalist><schema id="org.example.Other" path="/org/example/Other/"/>'
                       "</schemalist>", encoding="utf-8")
    icon = share / "icons/hicolor/scalable/apps/org.example.Other.svg"
    icon.write_text('<svg xmlns="http://www.w3.org/2000/svg" width="16" height="16"/>',
                    encoding="utf-8")
    entry = share / "applications/org.example.Other.desktop"
    entry.write_text("[Desktop Entry]\nType=Application\nName=Other\nExec=other\n"
                     "MimeType=image/png;\n", encoding="utf-8")
    types = share / "mime/packages/org.example.Other.xml"
    types.write_text('<mime-info xmlns="http://www.freedesktop.org/standards/shared-mime-info">'
                     '<mime-type type="application/x-other"><glob pattern="*.other"/></mime-type>'
                     "</mime-info>", encoding="utf-8")
    return [schemas, icon, entry, types]


def everything_below(root):
    return sorted(root.rglob("*"))


def check_uninstall(uninstall, root, installed, app_id):
    """With a stranger's files in the same folders those stay, and the caches know them alone; without
    them nothing is left."""
    listed = root.parent / "list"
    listed.write_text("".join(f"{path}\n" for path in installed), encoding="utf-8")
    copy = root.parent / "alone"
    shutil.copytree(root, copy, symlinks=True)

    strangers = add_stranger(root)
    make_caches(root)
    run([uninstall, listed, root])
    left = [path for path in everything_below(root) if path.is_file()
            and (path.name in ("mime.cache", "org.example.Other.xml") or "mime" not in path.parts)]
    if left != sorted(strangers + [root / "share" / name for name in caches(root)]):
        sys.exit(f"uninstall left {left}")
    schemas = run(["gsettings", "--schemadir", root / "share/glib-2.0/schemas", "list-schemas"])
    for cache in caches(root):
        known = (root / "share" / cache).read_bytes()
        if app_id.encode() in known or b"application/x-weir" in known:
            sys.exit(f"{cache} still knows {app_id}")
    if "org.example.Other" not in schemas.split() or len(caches(root)) != 4:
        sys.exit("uninstall broke another program's caches")

    listed.write_text("".join(f"{copy / path.relative_to(root)}\n" for path in installed),
                      encoding="utf-8")
    make_caches(copy)
    run([uninstall, listed, copy])
    if everything_below(copy):
        sys.exit(f"uninstall left {everything_below(copy)}")


def main():
    meson, build, prefix, libdir, example, uninstall, app_id = sys.argv[1:8]
    with tempfile.TemporaryDirectory(dir=build) as folder:
        first = pathlib.Path(folder, "first")
        run([*shlex.split(meson), "install", "-C", build, "--no-rebuild", "--quiet",
             "--destdir", first])
        root = pathlib.Path(folder, "moved")
        shutil.move(first / prefix.lstrip("/"), root)
        installed = everything_below(root)
        check_desktop(root, app_id)

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

        check_uninstall(uninstall, root, installed, app_id)


if __name__ == "__main__":
    main()

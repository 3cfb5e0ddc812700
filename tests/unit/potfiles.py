#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""po/POTFILES.in names every source with strings to translate, and no other; and those strings are
whole: gettext knows PRIu64 and its like within one, and takes GLib's formats for its end.

Usage: potfiles.py SOURCE_ROOT [--write]; with --write the list is made anew."""

import pathlib
import re
import sys

MARKED = re.compile(r'\b(?:N?_|N?C_) ?\(\s*"|\bg_dngettext ?\(|translatable="yes"')
# What has strings by its kind, without a mark.
DESCRIPTIONS = ("*.desktop.in", "*.metainfo.xml.in", "*.gschema.xml")
CUT = re.compile(r'\b_ ?\((?:\s*(?:"(?:[^"\\]|\\.)*"|PRI\w+))*\s*(G_\w+_FORMAT)')


def check_whole(source, paths):
    """Whether no marked string holds a format that gettext cannot read."""
    is_good = True
    for path in paths:
        text = (source / path).read_text(encoding="utf-8")
        for match in CUT.finditer(text):
            line = text.count("\n", 0, match.start()) + 1
            print(f"{path}:{line}: {match[1]} ends the string for gettext; take PRIu64 or %zu")
            is_good = False
    return is_good


def main():
    source = pathlib.Path(sys.argv[1]).resolve()
    wanted = sorted(
        path.relative_to(source).as_posix()
        for top in ("engine", "app", "ui") for path in (source / top).rglob("*")
        if path.suffix in (".c", ".h", ".ui") and MARKED.search(path.read_text(encoding="utf-8")))
    wanted += sorted(f"data/{path.name}" for pattern in DESCRIPTIONS
                     for path in (source / "data").glob(pattern))
    wanted.sort()

    listed = source / "po" / "POTFILES.in"
    lines = listed.read_text(encoding="utf-8").splitlines()
    comments = [line for line in lines if line.startswith("#")]
    found = [line for line in lines if line and not line.startswith("#")]
    if "--write" in sys.argv[2:]:
        listed.write_text("".join(f"{line}\n" for line in comments + wanted), encoding="utf-8")
        return
    for path in wanted:
        if path not in found:
            print(f"po/POTFILES.in lacks {path} (potfiles.py --write adds it)")
    for path in found:
        if path not in wanted:
            print(f"po/POTFILES.in names {path}, which has nothing to translate")
    sys.exit(not check_whole(source, wanted) or sorted(found) != wanted)


if __name__ == "__main__":
    main()

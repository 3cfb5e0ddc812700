#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every translation that LINGUAS names has every message, in a form that fits its formats.

Usage: translations.py SOURCE_ROOT"""

import pathlib
import subprocess
import sys
import tempfile

# As meson's preset for GLib has them.
KEYWORDS = ["_", "N_", "C_:1c,2", "NC_:1c,2", "g_dcgettext:2", "g_dngettext:2,3",
            "g_dpgettext2:2c,3"]


def extract(source, template):
    """Writes all messages of the sources into a template."""
    subprocess.run(
        ["xgettext", "--from-code=UTF-8", *[f"--keyword={word}" for word in KEYWORDS],
         f"--directory={source}", f"--files-from={source / 'po' / 'POTFILES.in'}",
         f"--output={template}"], check=True)


def complaint(command):
    """What the command says, or None if it has nothing to say against it."""
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                          check=False)
    return done.stdout if done.returncode else None


def main():
    source = pathlib.Path(sys.argv[1]).resolve()
    languages = (source / "po" / "LINGUAS").read_text(encoding="utf-8").split()
    found = []
    with tempfile.TemporaryDirectory() as folder:
        template = pathlib.Path(folder) / "weir.pot"
        extract(source, template)
        for language in languages:
            po = source / "po" / f"{language}.po"
            found += filter(None, [
                complaint(["msgfmt", "--check", f"--output-file={template}.mo", str(po)]),
                complaint(["msgcmp", str(po), str(template)]),
            ])
    print(*found, sep="\n")
    print(f"{len(languages)} languages, {len(found)} wrong")
    sys.exit(bool(found) or not languages)


if __name__ == "__main__":
    main()

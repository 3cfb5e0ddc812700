#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every action of the window and the program that a button, a menu, a key or a message names is
there, and the other way round: GTK makes a button without its action insensitive, and says nothing.

Usage: actions.py SOURCE_ROOT"""

import pathlib
import re
import sys

NAMED = re.compile(r'["\'>](win|app)\.([a-z][a-z-]*)(?:\([^")]*\))?["\'<]')
MADE = {
    "app": ["app/application-*.c"],
    "win": ["app/window-*.c"],
}
# what another process of the program activates
TO_THE_PROGRAM = {"prompt"}
ENTRY = re.compile(r'^\s*\{ "([a-z-]+)", (?:\w+_activated|NULL, NULL, "\w+", \w+_changed)'
                   r'|g_property_action_new \("([a-z-]+)"',
                   re.MULTILINE)


def main():
    source = pathlib.Path(sys.argv[1])
    made = {group: {name for pattern in patterns
                    for path in source.glob(pattern)
                    for match in ENTRY.findall(path.read_text(encoding="utf-8"))
                    for name in match if name}
            for group, patterns in MADE.items()}
    n_named = n_wrong = 0
    unnamed = {group: set(names) for group, names in made.items()}
    for path in sorted([*(source / "app").rglob("*.c"), *(source / "ui").glob("*.ui")]):
        for group, name in NAMED.findall(path.read_text(encoding="utf-8")):
            n_named += 1
            unnamed[group].discard(name)
            if name not in made[group]:
                n_wrong += 1
                print(f"{path.relative_to(source)} names {group}.{name}, which is not there")
    for group, names in unnamed.items():
        for name in sorted(names - TO_THE_PROGRAM):
            n_wrong += 1
            print(f"{group}.{name} is there, and no button, menu or key names it")
    print(f"{n_named} actions named, {n_wrong} wrong")
    sys.exit(n_wrong > 0 or n_named == 0)


if __name__ == "__main__":
    main()

#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What can be said of the .ui files without a display: they and the icons are well-formed and in the
program's resources; a file has one template, named after it; ids are unique; what a person reads can
be translated; and a button with nothing but an icon has a tooltip and a name.

Usage: ui.py SOURCE_ROOT"""

import pathlib
import re
import sys
import xml.etree.ElementTree as tree

BUTTONS = ("GtkButton", "GtkToggleButton", "GtkMenuButton", "AdwSplitButton")
READ = ("label", "title", "subtitle", "description", "tooltip-text", "placeholder-text")


def class_name(path):
    return "Weir" + "".join(word.capitalize() for word in path.stem.split("-"))


def properties(node):
    return {child.get("name"): child for child in node.findall("property")}


def check_button(node):
    own = properties(node)
    named = node.find("accessibility/property[@name='label']") is not None or (
        node.find("accessibility/relation[@name='labelled-by']") is not None)
    if "icon-name" not in own or "label" in own:
        return
    where = node.get("id", "a button without an id")
    if "tooltip-text" not in own:
        yield f"{where} has an icon alone and no tooltip"
    if not named:
        yield f"{where} has an icon alone and no accessible name"


def check_text(node):
    for child in node.iter("property"):
        if (child.get("name") in READ and child.get("translatable") != "yes"
                and re.search(r"[^\W\d_]", child.text or "")):
            yield f"“{child.text}” cannot be translated"


def check_ui(path):
    root = tree.parse(path).getroot()
    templates = [node.get("class") for node in root.iter("template")]
    if templates != [class_name(path)]:
        yield f"has the templates {templates}, wanted {class_name(path)}"
    ids = [node.get("id") for node in root.iter() if node.get("id")]
    yield from (f"has the id “{name}” twice" for name in sorted(set(ids)) if ids.count(name) > 1)
    for node in root.iter("object"):
        if node.get("class") in BUTTONS:
            yield from check_button(node)
    yield from check_text(root)


def main():
    source = pathlib.Path(sys.argv[1]).resolve()
    listed = {node.text for node in tree.parse(source / "ui/weir.gresource.xml").iter("file")}
    complaints = []
    paths = sorted((source / "ui").glob("*.ui"))
    for path in paths:
        complaints += [f"ui/{path.name}: {what}" for what in check_ui(path)]
    icons = sorted((source / "ui/icons").rglob("*.svg"))
    app_icons = sorted((source / "data/icons").rglob("*.svg"))
    for path in icons + app_icons:
        tree.parse(path)
    names = [path.relative_to(source / "ui").as_posix() for path in paths + icons]
    names += [path.relative_to(source / "data/icons").as_posix() for path in app_icons]
    complaints += [f"ui/weir.gresource.xml lacks {name}" for name in names if name not in listed]
    print(*complaints, sep="\n")
    print(f"{len(paths)} templates, {len(icons + app_icons)} icons, {len(complaints)} complaints")
    sys.exit(bool(complaints) or not paths or not app_icons)


if __name__ == "__main__":
    main()

#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes a table of the classes whose .ui template is in the resources.

Usage: templates.py GRESOURCE_XML OUTPUT"""

import pathlib
import re
import sys
import xml.etree.ElementTree as tree


def main():
    resources, output = map(pathlib.Path, sys.argv[1:])
    paths = [resources.parent / file.text for file in tree.parse(resources).iter("file")
             if file.text.endswith(".ui")]
    lines = ["/* SPDX-License-Identifier: GPL-3.0-or-later */", "", "/* made by templates.py */", ""]
    rows = []
    for name in sorted(tree.parse(path).find("template").get("class") for path in paths):
        function = re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower() + "_get_type"
        lines.append(f"GType {function} (void);")
        rows.append(f'  {{ "{name}", {function} }},')
    lines += ["", "static const struct { const char *name; GType (*get_type) (void); } templates[] = {",
              *rows, "};"]
    output.write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()

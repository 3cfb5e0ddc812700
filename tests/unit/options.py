#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The man page and the completions know the options of weir-cli, all of them and no others.

Usage: options.py WEIR_CLI SOURCE_ROOT"""

import pathlib
import re
import subprocess
import sys

COMMANDS = [[], ["generate"], ["upscale"], ["batch"], ["encode"], ["decode"], ["devices"], ["inspect"],
            ["show"], ["bench"]]
IN_HELP = re.compile(r"^ +(?:-\w, )?--([a-z][a-z-]*)", re.MULTILINE)
PLACES = {
    "data/man/weir-cli.1": r"--([a-z][a-z-]*)",
    "data/completions/weir-cli.bash": r"--([a-z][a-z-]*)",
    "data/completions/_weir-cli": r"--([a-z][a-z-]*)",
    "data/completions/weir-cli.fish": r"complete.* -l ([a-z][a-z-]*)",
}


def main():
    program, source = sys.argv[1], pathlib.Path(sys.argv[2])
    wanted = {"version"}
    for command in COMMANDS:
        result = subprocess.run([program, *command, "--help"], stdout=subprocess.PIPE, text=True,
                                check=True)
        wanted |= set(IN_HELP.findall(result.stdout))
    wanted -= {"help-all"}

    n_wrong = 0
    for place, pattern in PLACES.items():
        text = (source / place).read_text(encoding="utf-8").replace("\\-", "-")
        found = set(re.findall(pattern, text))
        for name in sorted(wanted - found):
            print(f"{place} lacks --{name}")
        for name in sorted(found - wanted):
            print(f"{place} names --{name}, which weir-cli does not have")
        n_wrong += found != wanted
    sys.exit(n_wrong > 0)


if __name__ == "__main__":
    main()

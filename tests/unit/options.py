#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The man pages know the options of their programs, all of them and no others, and the completions
those of each command of weir-cli.

Usage: options.py WEIR_CLI SOURCE_ROOT [WEIR]"""

import pathlib
import re
import subprocess
import sys

COMMANDS = ["generate", "upscale", "batch", "encode", "decode", "devices", "inspect", "show", "bench"]
OPTION = r"--([a-z][a-z-]*)"
IN_HELP = re.compile(r"^ +(?:-\w, )?" + OPTION, re.MULTILINE)
OF_THE_TOOLKIT = {"help-all", "help-gapplication"}

# What a person sees who asks for the options of a command.
IN_BASH = """
source "$1"
compopt () { :; }
COMP_WORDS=(weir-cli "$2" --) COMP_CWORD=2
_weir_cli
printf '%s\\n' "${COMPREPLY[@]}"
"""


def run(*command):
    return subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout


def read_bash(path):
    return {command: set(re.findall(OPTION, run("bash", "-c", IN_BASH, "bash", path, command)))
            for command in COMMANDS}


def read_zsh(path):
    """Of each branch of the case that tells commands apart."""
    text = path.read_text(encoding="utf-8")
    common = set(re.findall(OPTION, re.search(r"common=\((.*?)\n  \)", text, re.DOTALL)[1]))
    found = {}
    for names, options in re.findall(r"^    ([a-z |]+)\)(.*?);;", text, re.MULTILINE | re.DOTALL):
        for name in names.split(" | "):
            found[name] = set(re.findall(OPTION, options))
            found[name] |= common if "$common" in options else set()
    return found


def read_fish(path):
    """Of the lines whose condition has the command, or that have none."""
    text = path.read_text(encoding="utf-8")
    variables = dict(re.findall(r"^set -l (\w+) '?([^'\n]*)'?$", text, re.MULTILINE))
    found = {command: set() for command in COMMANDS}
    for line in re.findall(r"^complete -c weir-cli(.*)$", text, re.MULTILINE):
        option = re.search(r" -l ([a-z-]+)", line)
        condition = re.search(r" -n (?:'([^']*)'|\"([^\"]*)\"|(\$\w+))", line)
        words = "".join(filter(None, condition.groups())) if condition else "$commands"
        for name, value in variables.items():
            words = words.replace("$" + name, value)
        if not option or words.startswith("not "):
            continue
        for command in set(words.split()) & set(COMMANDS):
            found[command].add(option[1])
    return found


def read_man(path):
    return set(re.findall(OPTION, path.read_text(encoding="utf-8").replace("\\-", "-")))


def compare(place, wanted, found):
    for name in sorted(wanted - found):
        print(f"{place} lacks --{name}")
    for name in sorted(found - wanted):
        print(f"{place} names --{name}, which is no option of it")
    return found != wanted


def main():
    program, source = sys.argv[1], pathlib.Path(sys.argv[2])
    completions, pages = source / "data" / "completions", source / "data" / "man"
    wanted = {command: set(IN_HELP.findall(run(program, command, "--help"))) for command in COMMANDS}

    n_wrong = compare("weir-cli.1", set.union({"version"}, *wanted.values()),
                      read_man(pages / "weir-cli.1"))
    for window in sys.argv[3:]:
        n_wrong += compare("weir.1", set(IN_HELP.findall(run(window, "--help-all"))) - OF_THE_TOOLKIT,
                           read_man(pages / "weir.1"))
    for place, found in (("weir-cli.bash", read_bash(completions / "weir-cli.bash")),
                         ("_weir-cli", read_zsh(completions / "_weir-cli")),
                         ("weir-cli.fish", read_fish(completions / "weir-cli.fish"))):
        for command in COMMANDS:
            n_wrong += compare(f"{place}: {command}", wanted[command], found.get(command, set()))
    sys.exit(n_wrong > 0)


if __name__ == "__main__":
    main()

#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Starts a program and looks at the screen until its window is drawn there.

Usage: startup.py RUNS PROGRAM, on a display of its own whose screen lies in $WEIR_FRAMEBUFFER
(tests/support/on-display). Prints the seconds of each run, a line each; one run before warms the
caches."""

import mmap
import os
import pathlib
import struct
import subprocess
import sys
import time

PATIENCE = 30  # seconds, for what hangs
PLACES = [(x, y) for x in range(100, 1000, 100) for y in range(100, 600, 100)]


class Screen:
    """The pixels of the X server, in a file of the X window dump format."""

    def __init__(self, path):
        with open(path, "rb") as file:
            self.memory = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        header = struct.unpack(">25I", self.memory[:100])
        self.line = header[12]
        self.first = header[0] + 12 * header[19]  # after the header, its text, and the colours

    def is_drawn(self):
        """An empty screen is black, and no place of a window is quite."""
        return all(any(self.memory[self.first + y * self.line + 4 * x:][:3]) for x, y in PLACES)


def wait_for(what, is_so):
    end = time.monotonic() + PATIENCE
    while not is_so():
        if time.monotonic() > end:
            sys.exit(f"waited {PATIENCE} seconds in vain for {what}")
        time.sleep(0.001)


def measure(screen, program):
    start = time.monotonic()
    with subprocess.Popen([program], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL) as process:
        wait_for("the window", screen.is_drawn)
        seconds = time.monotonic() - start
        process.kill()
    wait_for("an empty screen", lambda: not screen.is_drawn())
    return seconds


def main():
    screen = Screen(pathlib.Path(os.environ["WEIR_FRAMEBUFFER"], "Xvfb_screen0"))
    measure(screen, sys.argv[2])
    for _ in range(int(sys.argv[1])):
        print(measure(screen, sys.argv[2]))


if __name__ == "__main__":
    main()

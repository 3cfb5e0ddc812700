#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Waits until the screen of an Xvfb, read from its file in the format of xwd, shows more than one
colour, and then writes it as PNG.

Usage: screen.py SCREEN_FILE OUTPUT_PNG PID; fails when the process ends before."""

import pathlib
import struct
import sys
import time
import zlib

BOUND_SECONDS = 60
N_COLOURS = 64  # of a window with text; a bare screen has one, a frame without its content a few


def read_screen(path):
    """Width, height, and rows of RGB."""
    data = path.read_bytes()
    header = struct.unpack(">25I", data[:100])
    (size, version, _, depth, width, height, _, order), row_size, n_colours = (
        header[:8], header[12], header[19])
    if version != 7 or depth != 24 or header[11] != 32 or order != 0:
        sys.exit(f"{path} is no screen of 24 bits")
    start = size + 12 * n_colours
    rows = []
    for y in range(height):
        row = data[start + y * row_size:start + y * row_size + 4 * width]
        rgb = bytearray(3 * width)
        rgb[0::3], rgb[1::3], rgb[2::3] = row[2::4], row[1::4], row[0::4]
        rows.append(bytes(rgb))
    return width, height, rows


def colours(width, rows):
    return len({row[3 * x:3 * x + 3] for row in rows[::2] for x in range(0, width, 2)})


def write_png(path, width, height, rows):
    def chunk(kind, data):
        return (struct.pack(">I", len(data)) + kind + data
                + struct.pack(">I", zlib.crc32(kind + data)))
    pixels = zlib.compress(b"".join(b"\0" + row for row in rows))
    path.write_bytes(b"\x89PNG\r\n\x1a\n"
                     + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
                     + chunk(b"IDAT", pixels) + chunk(b"IEND", b""))


def is_alive(pid):
    """A process that has ended and was not waited for is still there, in state Z."""
    try:
        return pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def main():
    screen, output, pid = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]), int(sys.argv[3])
    end = time.monotonic() + BOUND_SECONDS
    while time.monotonic() < end:
        if not is_alive(pid):
            sys.exit("the program ended before it showed a window")
        if screen.exists() and screen.stat().st_size > 100:
            width, height, rows = read_screen(screen)
            if colours(width, rows) >= N_COLOURS:
                write_png(output, width, height, rows)
                print(f"{output}: {width}×{height}")
                return
        time.sleep(0.5)
    sys.exit(f"no window was shown in {BOUND_SECONDS} seconds")


if __name__ == "__main__":
    main()

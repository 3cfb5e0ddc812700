#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""`weir-cli devices` names the newer driver, whatever the width of its vectors.

Usage: devices.py RUN BUILD WEIR_CLI

With 128 bits the driver claims matrix units that it has not: it lists the extension, and rows of
sizes, but not the feature. With 512 it has them, but may crash when it compiles for them."""

import json
import os
import re
import subprocess
import sys

OLDEST_MESA = 26
WIDTHS = [None, 128, 256, 512]


def devices(command, width):
    environment = dict(os.environ)
    if width:
        environment["LP_NATIVE_VECTOR_WIDTH"] = str(width)
    result = subprocess.run([*command, "devices", "--json"], stdout=subprocess.PIPE, text=True,
                            encoding="utf-8", env=environment, check=False)
    if result.returncode != 0:
        sys.exit(f"devices: exit code {result.returncode} with vectors of {width} bits")
    return [json.loads(line) for line in result.stdout.splitlines()]


def main():
    command = sys.argv[1:4]
    wrong = 0
    for width in WIDTHS:
        for device in devices(command, width):
            driver, name = device["driver"], device["name"]
            mesa = re.search(r"Mesa (\d+)\.", driver)
            is_newer = mesa is not None and int(mesa[1]) >= OLDEST_MESA
            has_matrix = width not in (128, 512)
            kernels = [kernel["name"] for kernel in device["kernels"]]
            wanted = ["register", "tile", *["matrix-f16", "matrix2-f16"] * has_matrix]
            is_wide = width is None or f" {width} bits" in name
            print(f"{width}: {name}, {driver}")
            if not is_newer:
                print(f"wanted Mesa {OLDEST_MESA} or newer")
            if not is_wide:
                print(f"wanted vectors of {width} bits")
            if kernels != wanted:
                print(f"kernels {kernels}, wanted {wanted}")
            wrong += not is_newer or not is_wide or kernels != wanted
    sys.exit(wrong > 0)


if __name__ == "__main__":
    main()

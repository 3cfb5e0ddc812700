#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every kernel in these headers is valid SPIR-V. Usage: spirv.py SPIRV_VAL HEADER..."""

import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

WORDS = re.compile(r"static const guint32 (\w+)_spirv\[\] = \{(.*?)\};", re.S)


def main():
    validator, headers = shutil.which(sys.argv[1]), sys.argv[2:]
    if validator is None:
        sys.exit(f"{sys.argv[1]} is missing: install the package spirv-tools, or ./dev shaders")
    failed = checked = 0
    with tempfile.TemporaryDirectory() as folder:
        for header in headers:
            for name, body in WORDS.findall(pathlib.Path(header).read_text(encoding="utf-8")):
                words = [int(word, 16) for word in re.findall(r"0x[0-9a-f]+", body)]
                path = pathlib.Path(folder, f"{name}.spv")
                path.write_bytes(b"".join(word.to_bytes(4, "little") for word in words))
                result = subprocess.run([validator, "--target-env", "vulkan1.3",
                                         "--scalar-block-layout", str(path)],
                                        capture_output=True, text=True, check=False)
                checked += 1
                if result.returncode != 0:
                    failed += 1
                    print(f"{name}: {result.stdout}{result.stderr}", file=sys.stderr)
    if checked < len(headers):
        sys.exit(f"{checked} kernels found in {len(headers)} headers")
    sys.exit(1 if failed else 0)


main()

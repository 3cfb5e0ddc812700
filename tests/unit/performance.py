#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""docs/performance.md has a section a device: a new measurement replaces its own and no other.

Usage: performance.py SOURCE_ROOT"""

import pathlib
import sys
import tempfile

KERNEL = {"event": "kernel", "name": "linear-8x8x8-f32", "part": "-", "rows": 4, "rows_wanted": 8,
          "seconds": 2e-6, "unit": "GFLOP", "per_second": 0.5, "share": 0.25, "flop": 1024,
          "bytes": 768}
NETWORK = {"event": "network", "name": "stage-x", "seconds": 1.5, "ideal_seconds": 0.5, "ratio": 3,
           "device_seconds": 1.25, "host_seconds": 0.25, "dispatches": 7, "flop": 3000000000,
           "bytes": 2000000000, "memory_bytes": 2**30}
PARTS = [{"event": "part", "network": "stage-x", "family": "linear", "seconds": 1.0},
         {"event": "part", "network": "stage-x", "family": "copy", "seconds": 0.001}]
SUM = {"event": "picture", "name": "picture-x", "sum_of": "2 × stage-x", "seconds": 3.0,
       "ideal_seconds": 1.0, "ratio": 3}
PICTURE = {"runs": 3, "seconds": 2.0, "cpu_seconds": 4.0,
           "profile": [{"network": "Stage C", "family": "linear", "seconds": 1.0, "flop": 10**9}]}
WINDOW = {"runs": 3, "processors": 2, "seconds": 0.25, "stall": 12.5, "work": 5.0, "own": 4.0,
          "long": 1.0, "turns": 150.0, "frames": 30.0}


def events(name, speed, extra):
    return [{"event": "device", "name": name, "driver": "drv", "driver_version": "1.2",
             "is_processor": bool(extra)},
            {"event": "ceiling", "name": "multiply-add-f32", "unit": "GFLOP", "per_second": speed},
            {**KERNEL, **extra}, NETWORK, *PARTS, *([] if extra else [SUM])]


def main():
    sys.dont_write_bytecode = True
    sys.path.insert(0, str(pathlib.Path(sys.argv[1]) / "tests" / "bench"))
    import performance  # pylint: disable=import-outside-toplevel,import-error

    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / "performance.md"
        for name, speed, extra in (("Card B", 10.0, {}), ("Card A", 20.0, {"cpu_seconds": 4e-6}),
                                   ("Card B", 30.0, {})):
            performance.keep(path, performance.section(events(name, speed, extra), PICTURE, WINDOW))
        text = path.read_text(encoding="utf-8")

    print(text)
    headings = [line for line in text.splitlines() if line.startswith("#")]
    assert headings == ["# Performance", "## Card A", "## Card B"], headings
    assert "| multiply-add-f32 | 20.0 GFLOP/s |" in text
    assert "| multiply-add-f32 | 30.0 GFLOP/s |" in text
    assert "| multiply-add-f32 | 10.0 GFLOP/s |" not in text
    assert "| linear-8x8x8-f32 | - | 2 µs | 0.5 GFLOP/s | 25.0 % |\n" in text
    assert "| linear-8x8x8-f32 | - | 2 µs | 0.5 GFLOP/s | 25.0 % | 0.26 GFLOP | 4 of 8 |" in text
    assert ("| stage-x | 1.5 s | 500 ms | 3.0 | 2.0 GFLOP/s | 250 ms | 7 | 2.00 GB | 1.00 GiB"
            " | linear 80 % |") in text
    assert "250 ms from its start" in text and "150 times, 1 of those longer than 50 ms" in text
    assert "2.00 s, 4.00 CPU-seconds" in text
    assert text.count("| picture-x | 3 s | 1 s | 3.0 | 2 × stage-x |\n\n") == 1, text


if __name__ == "__main__":
    main()

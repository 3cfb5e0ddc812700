# SPDX-License-Identifier: GPL-3.0-or-later
"""The table in docs/performance.md: a section a device, replaced when it is measured again."""

import re

HEAD = """\
# Performance

What `./dev bench` measured, a section for each device; measuring a device again replaces its section.

- A **ceiling** is what the device was measured to do at best.
- A **kernel** is one operation as the networks use it: *linear* is rows × outputs × inputs, and its
  weights' type; *attention* is queries × keys × channels, in heads of 64; the others begin with their
  pixels. Speeds are beside the best ceiling of their kind. What is read again and again may come from
  a cache, and so be above it.
- A **network** is one step for a picture of 1024×1024, Stages C and B with both halves of the
  guidance. Its *ideal* time is what the ceilings allow: each dispatch by its arithmetic or its
  memory, whichever takes longer. *Host* is the time in which the device had nothing to do.
- A **picture** is the sum of such steps: both prompts, 20 steps of Stage C, 10 of Stage B, Stage A.
- A **processor** (a software driver) does fewer rows where all would take long, and of networks one
  block a level and a smaller picture: its speeds can be compared, its times only with its own, and
  nothing is added up.
- The **window** shares the processors with the worker, which makes the picture: a *turn* of its main
  loop is what it does between two waits, in which it answers nobody. What of a turn was not work is
  waiting for a processor.
"""


def table(columns, rows):
    """Columns are titles; those that end in a colon are numbers."""
    titles = [column.rstrip(":") for column in columns]
    rules = ["---:" if column.endswith(":") else "---" for column in columns]
    lines = [titles, *rows]
    return "\n".join(["| " + " | ".join(lines[0]) + " |", "|" + "|".join(rules) + "|",
                      *("| " + " | ".join(row) + " |" for row in lines[1:])]) + "\n"


def duration(seconds):
    """Three digits."""
    for unit, size in (("s", 1), ("ms", 1e-3)):
        if seconds >= size:
            return f"{seconds / size:.3g} {unit}" if seconds < 1000 else f"{seconds:.0f} s"
    return f"{seconds * 1e6:.3g} µs"


def speed(flop, seconds):
    return f"{flop / 1e9 / seconds:.1f} GFLOP/s" if flop and seconds else ""


def ceilings(events):
    return table(["ceiling", "speed:"],
                 [[event["name"], f"{event['per_second']:.1f} {event['unit']}/s"]
                  for event in events if event["event"] == "ceiling"])


def kernels(events):
    found = [event for event in events if event["event"] == "kernel"]
    has_cpu = any("cpu_seconds" in event for event in found)
    rows = []
    for event in found:
        row = [event["name"], event["part"], duration(event["seconds"]),
               f"{event['per_second']:.1f} {event['unit']}/s", f"{100 * event['share']:.1f} %"]
        if has_cpu:
            work = event["bytes"] if event["unit"] == "GB" else event["flop"]
            rows_done = str(event["rows"])
            if event["rows"] != event["rows_wanted"]:
                rows_done += f" of {event['rows_wanted']}"
            row += [f"{work / 1e9 / event['cpu_seconds']:.2f} {event['unit']}", rows_done]
        rows.append(row)
    columns = ["kernel", "of", "time:", "speed:", "of ceiling:"]
    return table(columns + (["in a CPU-second:", "rows:"] if has_cpu else []), rows)


def shares(events, network, total):
    """Where a network's time goes, as far as it is a hundredth."""
    parts = [event for event in events if event["event"] == "part" and event["network"] == network]
    return ", ".join(f"{part['family']} {100 * part['seconds'] / total:.0f} %" for part in parts
                     if part["seconds"] >= 0.01 * total)


def networks(events):
    rows = [[event["name"], duration(event["seconds"]), duration(event["ideal_seconds"]),
             f"{event['ratio']:.1f}", speed(event["flop"], event["seconds"]),
             duration(event["host_seconds"]), str(event["dispatches"]),
             f"{event['bytes'] / 1e9:.2f} GB", f"{event['memory_bytes'] / 2**30:.2f} GiB",
             shares(events, event["name"], event["device_seconds"])]
            for event in events if event["event"] == "network"]
    text = table(["network", "time:", "ideal:", "ratio:", "speed:", "host:", "dispatches:", "moved:",
                  "memory:", "where the time goes"], rows)
    for event in events:
        if event["event"] == "skipped":
            text += f"\n{event['name']} was left out. {event['reason']}\n"
    return text


def sums(events):
    """Whole pictures; of a processor none is added up."""
    found = [event for event in events if event["event"] == "picture"]
    if not found:
        return ""
    return table(["picture", "time:", "ideal:", "ratio:", "the sum of"],
                 [[event["name"], duration(event["seconds"]), duration(event["ideal_seconds"]),
                   f"{event['ratio']:.1f}", event["sum_of"]] for event in found]) + "\n"


def pictures(picture):
    total = sum(entry["seconds"] for entry in picture["profile"])
    parts = {}
    for entry in picture["profile"]:
        parts.setdefault(entry["network"], []).append(entry)
    rows = []
    for network, entries in sorted(parts.items(),
                                   key=lambda item: -sum(part["seconds"] for part in item[1])):
        seconds = sum(entry["seconds"] for entry in entries)
        families = ", ".join(f"{entry['family']} {100 * entry['seconds'] / seconds:.0f} %"
                             for entry in sorted(entries, key=lambda entry: -entry["seconds"])
                             if entry["seconds"] >= 0.01 * seconds)
        rows.append([network, duration(seconds), f"{100 * seconds / total:.1f} %",
                     speed(sum(entry["flop"] for entry in entries), seconds), families])
    return (f"The demo picture, 256×256 in 20 + 10 steps, whole program, median of"
            f" {picture['runs']}: {picture['seconds']:.2f} s, {picture['cpu_seconds']:.2f}"
            f" CPU-seconds, of which the device worked {total:.2f} s:\n\n"
            + table(["network", "time:", "share:", "speed:", "where the time goes"], rows))


def window(found):
    return (f"The window, on {found['processors']} processors and a screen in memory, median of"
            f" {found['runs']}: {duration(found['seconds'])} from its start until it is drawn. While the"
            f" demo picture was made, it drew {found['frames']:.0f} frames and its main loop turned"
            f" {found['turns']:.0f} times, {found['long']:.0f} of those longer than 50 ms; in the worst"
            f" run the longest turn took {duration(found['stall'] / 1e3)}, of which the window was at"
            f" work for {duration(found['work'] / 1e3)}, and the longest without drawing"
            f" {duration(found['own'] / 1e3)}.\n")


def section(events, picture, shown):
    """The text of a device's section, from the lines of weir-cli bench --json."""
    device = next(event for event in events if event["event"] == "device")
    driver = " ".join(part for part in (device["driver"], device["driver_version"]) if part)
    kind = " A processor." if device["is_processor"] else ""
    return "\n".join([f"## {device['name']}\n", f"Driver: {driver}.{kind}\n", ceilings(events),
                      kernels(events), networks(events), sums(events) + pictures(picture),
                      window(shown)])


def keep(path, text):
    """Puts a section into the file, in the place of the one with the same heading."""
    old = path.read_text(encoding="utf-8") if path.exists() else ""
    sections = re.split(r"^(?=## )", old, flags=re.MULTILINE)[1:]
    heading = text.splitlines()[0]
    kept = [part.strip() for part in sections if part.splitlines()[0] != heading]
    body = "\n\n".join(sorted([*kept, text.strip()]))
    path.write_text(f"{HEAD}\n{body}\n", encoding="utf-8")

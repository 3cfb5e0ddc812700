#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The program as a desktop starts it: over D-Bus, by the installed service file, on a bus and a
display of the test's own. It has no window until one is asked for, and one for two calls.

Usage: service.py PROGRAM APP_ID SERVICE_FILE"""

import os
import pathlib
import re
import subprocess
import sys
import tempfile
import time

BOUND_SECONDS = 60


def call(name, path, method, *arguments, check=True):
    command = ["gdbus", "call", "--session", "--timeout", str(BOUND_SECONDS), "--dest", name,
               "--object-path", path, "--method", method, "--", *arguments]
    print("+", *command, flush=True)
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                          timeout=2 * BOUND_SECONDS)
    if check and done.returncode:
        sys.exit(done.stderr)
    return done.returncode == 0, done.stdout.strip()


def bus(method, *arguments):
    return call("org.freedesktop.DBus", "/org/freedesktop/DBus", f"org.freedesktop.DBus.{method}",
                *arguments)[1]


def wait_for(what, is_done):
    end = time.monotonic() + BOUND_SECONDS
    while not is_done():
        if time.monotonic() > end:
            sys.exit(f"waited {BOUND_SECONDS} seconds in vain for {what}")
        time.sleep(0.05)


def has_window(app_id, path, number):
    return call(app_id, f"{path}/window/{number}", "org.gtk.Actions.List", check=False)[0]


def install_service(data_home, program, app_id, service):
    """The service file, with this program for the one that is not installed."""
    text = service.read_text(encoding="utf-8")
    moved, n = re.subn(r"(?m)^Exec=/.*/weir( --gapplication-service)$", rf"Exec={program}\1", text)
    if n != 1:
        sys.exit(f"{service} does not start weir as a service:\n{text}")
    folder = pathlib.Path(data_home, "dbus-1", "services")
    folder.mkdir(parents=True)
    (folder / f"{app_id}.service").write_text(moved, encoding="utf-8")


def main():
    program, app_id, service = sys.argv[1:4]
    path = "/" + app_id.replace(".", "/")
    data_home = pathlib.Path(os.environ["XDG_DATA_HOME"])
    install_service(data_home, program, app_id, pathlib.Path(service))
    bus("ReloadConfig")

    call(app_id, path, "org.freedesktop.DBus.Peer.Ping")
    if has_window(app_id, path, 1):
        sys.exit("the service shows a window before anyone asked for one")
    for _ in range(2):
        call(app_id, path, "org.freedesktop.Application.Activate", "{}")
    wait_for("the window", lambda: has_window(app_id, path, 1))
    if has_window(app_id, path, 2):
        sys.exit("there are two windows")
    call(app_id, path, "org.freedesktop.Application.ActivateAction", "quit", "[]", "{}")
    wait_for("the program's end", lambda: "false" in bus("NameHasOwner", app_id))


if __name__ == "__main__":
    if "WEIR_TEST_INSIDE" not in os.environ:
        # The bus knows the folder from its own environment, so it begins inside of that.
        with tempfile.TemporaryDirectory() as folder:
            env = {**os.environ, "XDG_DATA_HOME": folder, "WEIR_TEST_INSIDE": "1"}
            sys.exit(subprocess.run(["dbus-run-session", "--", sys.executable, *sys.argv],
                                    env=env).returncode)
    main()

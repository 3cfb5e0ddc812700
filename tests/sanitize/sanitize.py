#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Makes a small picture and runs the readers' tests under AddressSanitizer and UBSan.

Usage: sanitize.py MESON SOURCE_ROOT BUILD

BUILD is a build folder of its own, kept from run to run; only what is run is compiled. Any report
ends the program that it is about with an exit code that is not 0, and so this one."""

import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

# Less optimised than the product: quicker to compile, and stacks that can be read.
# What is found ends the program by itself: weir-decode gets no environment that would say so.
OPTIONS = ["-Doptimization=1", "-Ddebug=true", "-Db_sanitize=address,undefined",
           "-Dc_args=-fno-sanitize-recover=undefined", "-Db_lundef=false", "-Dtests=all"]

# What is painted, kept and read of the window's, without a display.
UI_TESTS = ["ui-archive", "ui-document", "ui-job-folder", "ui-mask", "ui-mask-filter", "ui-project"]
TESTS = ["faces", "file", "metadata", "onnx", "png", "safetensors", "tokenizer", "detect", "folder",
         "networks", "weights", "refusals", "image-shape", "decode", "decode-faults",
         "decode-confine", "decode-parts", "worker-job-variant", "worker-restart", "worker-lies",
         "worker-server", *UI_TESTS]
TARGETS = ["weir-cli", "weir-decode", "weir-worker", "decode-stand-in", "worker-stand-in", "faults",
           "keep-loaded", *("test-" + name for name in TESTS)]

# What the sanitizers must say of each of the faults.
FAULTS = {
    "overflow": "heap-buffer-overflow",
    "leak": "detected memory leaks",
    "shift": "runtime error: shift exponent",
}

PICTURE = ["--width", "64", "--height", "64", "--steps", "2", "--decoder-steps", "1", "--seed", "1"]


def run(what, command, **others):
    print(f"# {what}", flush=True)
    result = subprocess.run(command, stdin=subprocess.DEVNULL, check=False, **others)
    if result.returncode != 0:
        sys.exit(f"sanitize: {what} failed with exit code {result.returncode}")


def configure(meson, source, build):
    """Sets the folder up, anew if it was set up otherwise or not to the end."""
    command = [meson, "setup", *OPTIONS, build, source]
    version = subprocess.run([meson, "--version"], stdout=subprocess.PIPE, text=True, check=True)
    record = build / "sanitize.txt"
    wanted = "\n".join([*map(str, command), version.stdout])
    if not record.is_file() or record.read_text(encoding="utf-8") != wanted:
        shutil.rmtree(build, ignore_errors=True)
        run("configure", command)
        record.write_text(wanted, encoding="utf-8")


def compile_targets(meson, build):
    jobs = ["-j", os.environ["JOBS"]] if os.environ.get("JOBS") else []
    run("build", [meson, "compile", "-C", build, *jobs, *TARGETS])


def sanitizer_environment(source, build):
    here = source / "tests" / "sanitize"
    return {
        **os.environ,
        # The driver's own refused allocations are for it to deal with. The preloaded library is
        # none of the sanitizer's.
        "ASAN_OPTIONS": "allocator_may_return_null=1:detect_stack_use_after_return=1"
                        ":strict_string_checks=1:detect_leaks=1:verify_asan_link_order=0",
        "LSAN_OPTIONS": f"suppressions='{here / 'leaks.supp'}':print_suppressions=0",
        "UBSAN_OPTIONS": "halt_on_error=1:print_stacktrace=1",
        "LD_PRELOAD": str(build / "tests" / "sanitize" / "keep-loaded.so"),
        "G_SLICE": "always-malloc",
        # Compiled kernels are kept from run to run: most of a picture's time is theirs.
        "MESA_SHADER_CACHE_DIR": os.environ.get("MESA_SHADER_CACHE_DIR", str(build / "cache")),
    }


def check_faults(build, environment):
    for fault, report in FAULTS.items():
        result = subprocess.run([build / "tests" / "sanitize" / "faults", fault], text=True,
                                stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, env=environment,
                                check=False)
        if result.returncode == 0 or report not in result.stderr:
            sys.exit(f"sanitize: the fault “{fault}” is not reported:\n{result.stderr}")


def make_picture(source, build, environment):
    cli = build / "engine" / "cli" / "weir-cli"
    with tempfile.TemporaryDirectory() as folder:
        picture = os.path.join(folder, "picture.png")
        environment = {**environment, "HOME": folder, "XDG_CACHE_HOME": folder,
                       "XDG_STATE_HOME": folder, "LC_ALL": "C.UTF-8"}
        run("a small picture",
            [cli, "generate", "a red house", *PICTURE, "--model", source / "data" / "demo",
             "--preview", os.path.join(folder, "previews"), "--output", picture], env=environment)
        run("reading it", [cli, "inspect", picture], env=environment)


def main():
    meson = sys.argv[1]
    source, build = (pathlib.Path(argument).resolve() for argument in sys.argv[2:4])
    configure(meson, source, build)
    compile_targets(meson, build)
    environment = sanitizer_environment(source, build)
    check_faults(build, environment)
    make_picture(source, build, environment)
    run("the readers", [meson, "test", "-C", build, "--no-rebuild", "--print-errorlogs",
                        "--timeout-multiplier", "10", *TESTS], env=environment)


if __name__ == "__main__":
    main()

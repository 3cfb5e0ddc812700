#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Turn one GLSL kernel into a C header: its parameters as a struct, its SPIR-V as words.

usage: generate.py GLSLANG SOURCE OUTPUT DEPFILE INCLUDE_DIR

In the source, `PARAMS { ... };` declares the push constants and `BLOCK (Name) { ... };` a struct in
a buffer. A line `// variant: NAME DEFINE...` asks for one more compilation with these defines."""

import os
import re
import subprocess
import sys
import tempfile

SIZES = {"uint": 4, "int": 4, "float": 4}
C_TYPES = {"uint": "guint32", "int": "gint32", "float": "float"}


def camel(name):
    return "".join(part.capitalize() for part in name.split("_"))


def parse_fields(body, source):
    fields = []
    for statement in re.sub(r"//[^\n]*", "", body).split(";"):
        words = statement.replace(",", " ").split()
        if not words:
            continue
        kind, names = words[0], words[1:]
        if not names:
            sys.exit(f"{source}: cannot read “{statement.strip()}”")
        for name in names:
            if kind in SIZES:
                fields.append((C_TYPES[kind], name, SIZES[kind]))
            else:  # a buffer reference: an address
                fields.append(("guint64", name, 8))
    return fields


def with_includes(text, name, include):
    """The file and those of its includes that may declare parameters, each with its name."""
    yield name, text
    for included in re.findall(r'^#include "(\w+)\.glsl"', text, re.M):
        if included != "cascade":
            with open(os.path.join(include, f"{included}.glsl"), encoding="utf-8") as f:
                yield from with_includes(f.read(), included, include)


def c_struct(name, fields):
    """The struct and the check that C lays it out as GLSL's scalar layout does."""
    offset, checks = 0, []
    for _, field, size in fields:
        offset = (offset + size - 1) // size * size
        checks.append(f"G_STATIC_ASSERT (offsetof ({name}, {field}) == {offset});")
        offset += size
    align = max(size for _, _, size in fields)
    offset = (offset + align - 1) // align * align
    checks.append(f"G_STATIC_ASSERT (sizeof ({name}) == {offset});")
    guard = f"{name}_IS_DEFINED"
    lines = [f"#ifndef {guard}", f"#define {guard}", "typedef struct", "{"]
    lines += [f"  {kind} {field};" for kind, field, _ in fields]
    return "\n".join(lines + [f"}} {name};", *checks, "#endif", ""])


def compile_spirv(glslang, text, source, include, defines):
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, os.path.basename(source))
        spirv = os.path.join(folder, "out.spv")
        deps = os.path.join(folder, "deps")
        with open(path, "w", encoding="utf-8") as f:
            f.write("#version 460\n#extension GL_GOOGLE_include_directive : require\n#line 1\n" + text)
        command = [glslang, "-V", "--target-env", "vulkan1.3", "--quiet", "-S", "comp",
                   f"-I{include}", "--depfile", deps, "-o", spirv, path]
        command += [f"-D{define}" for define in defines]
        run = subprocess.run(command, capture_output=True, text=True)
        if run.returncode != 0:
            sys.exit(f"{source}:\n{run.stdout}{run.stderr}".replace(path, source))
        with open(spirv, "rb") as f:
            words = f.read()
        with open(deps, encoding="utf-8") as f:
            found = f.read().split(":", 1)[1].split()
        return words, [d for d in found if d != path]


def n_views(spirv):
    """How many descriptors the module declares: its decorations of a binding."""
    words = [int.from_bytes(spirv[i:i + 4], "little") for i in range(0, len(spirv), 4)]
    count, at = 0, 5
    while at < len(words):
        length, operation = words[at] >> 16, words[at] & 0xffff
        if operation == 71 and words[at + 2] == 33:  # OpDecorate, Binding
            count += 1
        at += length
    return count


def c_words(name, spirv):
    numbers = [f"0x{int.from_bytes(spirv[i:i + 4], 'little'):x}" for i in range(0, len(spirv), 4)]
    rows = [", ".join(numbers[i:i + 12]) for i in range(0, len(numbers), 12)]
    return f"static const guint32 {name}[] = {{\n  " + ",\n  ".join(rows) + "\n};\n"


def make_header(glslang, source, include):
    """The header's text, and the files besides SOURCE that it was made from."""
    name = os.path.splitext(os.path.basename(source))[0]
    with open(source, encoding="utf-8") as f:
        text = f.read()

    out = ["#pragma once\n", "#include <stddef.h>\n\n#include \"gpu/pipeline.h\"\n"]
    params = None
    for part, body in with_includes(text, name, include):
        for block, fields in re.findall(r"^BLOCK \((\w+)\)\s*\{(.*?)\};", body, re.S | re.M):
            out.append(c_struct(f"Cas{block}", parse_fields(fields, source)))
        push = re.search(r"^PARAMS\s*\{(.*?)\};", body, re.S | re.M)
        if push:
            params = f"Cas{camel(part)}Params"
            out.append(c_struct(params, parse_fields(push.group(1), source)))
            out.append(f"G_STATIC_ASSERT (sizeof ({params}) <= 128);\n")
    if params is None:
        sys.exit(f"{source}: no PARAMS")

    variants = [(name, [])]
    for line in re.findall(r"^// variant: (.*)$", text, re.M):
        words = line.split()
        variants.append((f"{name}_{words[0]}", words[1:]))
    dependencies = set()
    for variant, defines in variants:
        spirv, found = compile_spirv(glslang, text, source, include, defines)
        dependencies |= set(found)
        out.append(c_words(f"{variant}_spirv", spirv))
        out.append(f"static const CasShader cas_shader_{variant} = {{\n  .name = \"{variant}\",\n"
                   f"  .spirv = {variant}_spirv,\n  .spirv_bytes = sizeof ({variant}_spirv),\n"
                   f"  .push_bytes = sizeof ({params}),\n  .n_views = {n_views(spirv)},\n}};\n")
    return "\n".join(out), dependencies


def main():
    glslang, source, output, depfile, include = sys.argv[1:]
    header, dependencies = make_header(glslang, source, include)
    with open(output, "w", encoding="utf-8") as f:
        f.write("/* Made by shaders/generate.py; do not edit. */\n\n" + header)
    with open(depfile, "w", encoding="utf-8") as f:
        f.write(f"{output}: {' '.join(sorted({source, *dependencies}))}\n")


if __name__ == "__main__":
    main()

#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Uses the window as a screen reader does: by names, roles and actions alone. Everything that can
be used must have a name, and a picture must come of it.

Usage: walk.py PROGRAM, on a session bus and a display of its own. Prints TAP."""

import os
import subprocess
import sys
import time

import gi
gi.require_version("Atspi", "2.0")
from gi.repository import Atspi  # noqa: E402

PATIENCE = 60  # seconds, for what hangs
INTERACTIVE = {
    Atspi.Role.PUSH_BUTTON, Atspi.Role.TOGGLE_BUTTON, Atspi.Role.CHECK_BOX, Atspi.Role.COMBO_BOX,
    Atspi.Role.ENTRY, Atspi.Role.TEXT, Atspi.Role.SLIDER, Atspi.Role.SPIN_BUTTON,
    Atspi.Role.MENU_ITEM, Atspi.Role.LIST_BOX, Atspi.Role.PROGRESS_BAR,
}


def children(node):
    for i in range(node.get_child_count()):
        child = node.get_child_at_index(i)
        if child is not None:
            yield child


def descendants(node):
    yield node
    for child in children(node):
        yield from descendants(child)


def is_shown(node):
    """GTK 4.8 tells of every widget that is not hidden that it is visible, and gives those not drawn
    no size."""
    if "Component" not in node.get_interfaces():
        return False
    if not node.get_state_set().contains(Atspi.StateType.VISIBLE):
        return False
    extents = Atspi.Component.get_extents(node, Atspi.CoordType.WINDOW)
    return extents.width > 0 and extents.height > 0


def wait_for(find, what):
    """What find() gives once it gives something; ends the test after PATIENCE seconds."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        try:
            found = find()
        except gi.repository.GLib.Error:  # the tree changed meanwhile
            found = None
        if found:
            return found
        time.sleep(0.1)
    sys.exit(f"Bail out! waited in vain for {what}")


def find_application():
    desktop = Atspi.get_desktop(0)
    return next((app for app in children(desktop) if app.get_child_count() > 0), None)


def is_called(node, name):
    """GTK 4.8 says the text of a label before the name, with the mark of its key."""
    before = node.get_name().replace("_", "").removesuffix(name).strip()
    return node.get_name().endswith(name) and before in ("", name)


def find(root, role, name):
    return next((node for node in descendants(root)
                 if node.get_role() == role and is_called(node, name) and is_shown(node)), None)


def name_of(node):
    """Its own name, or that of what labels it. GTK calls what has none after its class."""
    if node.get_name() and not node.get_name().startswith(("Gtk", "Adw", "Weir")):
        return node.get_name()
    for relation in node.get_relation_set():
        if relation.get_relation_type() == Atspi.RelationType.LABELLED_BY:
            return relation.get_target(0).get_name()
    return ""


def path_of(node):
    steps = []
    while node is not None and node.get_role() != Atspi.Role.APPLICATION:
        steps.append(f"{node.get_role_name()} “{node.get_name()}”")
        node = node.get_parent()
    return " in ".join(steps)


def press(node):
    if not Atspi.Action.do_action(node, 0):
        sys.exit(f"Bail out! {path_of(node)} could not be pressed")


def is_part(node):
    """Whether it is the inside of something else that can be used and has a name."""
    parent = node.get_parent()
    return parent is not None and parent.get_role() in INTERACTIVE and name_of(parent)


def unnamed(root):
    return [path_of(node) for node in descendants(root)
            if node.get_role() in INTERACTIVE and is_shown(node) and not name_of(node)
            and not is_part(node)]


def report(number, is_good, what, lines=()):
    print(f"{'ok' if is_good else 'not ok'} {number} {what}")
    for line in lines:
        print(f"# {line}")


def main():
    print("1..3")
    program = subprocess.Popen([sys.argv[1]], env=os.environ | {"GTK_A11Y": "atspi", "G_DEBUG": "fatal-warnings"})
    try:
        app = wait_for(find_application, "the window")
        prompt = wait_for(lambda: find(app, Atspi.Role.TEXT, "Prompt"), "the prompt")
        lacking = unnamed(app)
        report(1, not lacking, "everything that can be used has a name", lacking)

        Atspi.EditableText.set_text_contents(prompt, "a grey thing")
        press(wait_for(lambda: find(app, Atspi.Role.PUSH_BUTTON, "Generate"), "Generate"))
        keep = wait_for(lambda: find(app, Atspi.Role.PUSH_BUTTON, "Keep"), "a candidate")
        wait_for(lambda: any("a grey thing" in node.get_name() and is_shown(node)
                             for node in descendants(app)
                             if node.get_role() == Atspi.Role.PUSH_BUTTON), "the history")
        lacking = unnamed(app)
        report(2, not lacking, "so it has while a candidate waits", lacking)

        press(keep)
        undo = wait_for(lambda: find(app, Atspi.Role.PUSH_BUTTON, "Undo"), "Undo")
        wait_for(lambda: undo.get_state_set().contains(Atspi.StateType.SENSITIVE),
                 "something to undo")
        report(3, True, "a picture was made and kept by names alone")
    finally:
        program.kill()
        program.wait()


if __name__ == "__main__":
    main()

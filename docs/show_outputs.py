"""Run what the guides show, and write down what it answers today.

A block fenced as `console` holds commands after `$ ` and below each what it printed. Run
`python docs/show_outputs.py` in the checkout, and every such block of the guides is true again; a
test runs the same commands. A block after the line `<!-- by hand -->` is left alone: it takes long
or ends only when told to.
"""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

DOCS = Path(__file__).resolve().parent
GUIDES = (
    "tour.md",
    "adding-a-city.md",
    "adding-an-aircraft.md",
    "adding-a-policy.md",
    "test-site.md",
)
BY_HAND = "<!-- by hand -->"
_BLOCK = re.compile(rf"({re.escape(BY_HAND)}\n+)?```console\n(.*?)^```$", re.M | re.S)


class Shown(NamedTuple):
    """One command of a guide and what the guide says it prints."""

    command: str
    output: str


def list_shown(text: str) -> Iterator[tuple[re.Match[str], list[Shown]]]:
    """Yield each block of a guide that is run, with its commands."""
    for block in _BLOCK.finditer(text):
        if block.group(1):
            continue
        parts = re.split(r"^\$ (.*)\n", block.group(2), flags=re.M)[1:]
        yield block, [Shown(*pair) for pair in zip(parts[::2], parts[1::2], strict=True)]


def answer(command: str, folder: Path) -> tuple[int, str]:
    """Return how a command ends in `folder` and what it prints, errors included.

    It runs in bash, with the `aspan` of this Python first on the path.
    """
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}"
    done = subprocess.run(
        ["bash", "-c", command],
        cwd=folder,
        env={**os.environ, "PATH": path, "COLUMNS": "100"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
    )
    return done.returncode, done.stdout.decode("utf-8")


def show(text: str, folder: Path) -> str:
    """Return a guide with the outputs of today, its commands run in their order."""
    parts, end = [], 0
    for block, commands in list_shown(text):
        parts += [text[end : block.start()], "```console\n"]
        for shown in commands:
            output = answer(shown.command, folder)[1].rstrip()
            parts.append(f"$ {shown.command}\n" + (f"{output}\n" if output else ""))
        parts.append("```")
        end = block.end()
    return "".join([*parts, text[end:]])


if __name__ == "__main__":
    for name in GUIDES:
        guide = DOCS / name
        guide.write_text(show(guide.read_text("utf-8"), DOCS.parent), encoding="utf-8")

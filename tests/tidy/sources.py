"""Which files are ours: those git knows, or would take, below the root of the checkout."""

import ast
import subprocess
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ROOT / "src" / "aspan"


@cache
def list_files() -> tuple[Path, ...]:
    """Return every file that is tracked or would be, sorted; those just deleted left out."""
    names = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        check=True,
        capture_output=True,
    ).stdout.decode()
    paths = sorted({ROOT / name for name in names.split("\0") if name})
    return tuple(path for path in paths if path.is_file())


def list_python_files() -> list[Path]:
    """Return our Python files."""
    return [path for path in list_files() if path.suffix == ".py"]


@cache
def read_text(path: Path) -> str:
    """Return the text of one of our files; bytes that are no text are replaced."""
    return path.read_bytes().decode("utf-8", errors="replace")


@cache
def parse_python(path: Path) -> ast.Module:
    """Return the syntax tree of one of our Python files."""
    return ast.parse(read_text(path), filename=str(path))


def name_of(path: Path) -> str:
    """Return the path below the root, as it is written in messages."""
    return path.relative_to(ROOT).as_posix()

"""The code keeps its own house: lengths, names, rooms."""

import ast
import re
from itertools import chain

from tidy.sources import ROOMS, list_files, list_python_files, name_of, parse_python, read_text

FILE_LINES_MAX = 500
FUNCTION_LINES_MAX = 60
BANNED_NAMES = {"utils", "util", "helpers", "helper", "common", "manager", "misc"}
CODE_SUFFIXES = {".py", ".ts", ".css"}


def test_files_are_short() -> None:
    """No file of code is longer than 500 lines."""
    lengths = {
        name_of(path): read_text(path).count("\n")
        for path in list_files()
        if path.suffix in CODE_SUFFIXES
    }
    assert {name: lines for name, lines in lengths.items() if lines > FILE_LINES_MAX} == {}


def test_functions_are_short() -> None:
    """No function is longer than 60 lines, its docstring not counted."""
    long = []
    for path in list_python_files():
        for node in ast.walk(parse_python(path)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                lines = _lines_of(node)
                if lines > FUNCTION_LINES_MAX:
                    long.append(f"{name_of(path)}:{node.lineno} {node.name} {lines} lines")
    assert not long, "\n" + "\n".join(long)


def test_file_names_are_nouns_of_the_field() -> None:
    """No file or folder is called by a word that says nothing."""
    bad = [
        name_of(path)
        for path in list_files()
        if path.suffix in CODE_SUFFIXES
        for part in path.relative_to(ROOMS.parents[1]).with_suffix("").parts
        if BANNED_NAMES & set(re.split(r"[_\-.]", part))
    ]
    assert not bad, "\n" + "\n".join(bad)


def test_only_the_command_line_prints() -> None:
    """`print` stands in the command line and in scripts, not in rooms."""
    printing = [
        f"{name_of(path)}:{node.lineno}"
        for path in list_python_files()
        if path.is_relative_to(ROOMS) and not path.is_relative_to(ROOMS / "faces" / "cli")
        for node in ast.walk(parse_python(path))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id == "print"
    ]
    assert not printing, "\n" + "\n".join(printing)


def test_silenced_checks_say_which() -> None:
    """Every `type: ignore` and `noqa` names the rule it silences."""
    pattern = re.compile(r"#\s*(type:\s*ignore(?!\[)|noqa(?!:))")
    assert _lines_matching(pattern) == []


def test_todo_carries_a_number() -> None:
    """Every TODO names the issue that will see to it."""
    pattern = re.compile(r"#.*\bTODO\b(?!\(#?\d+\))")
    assert _lines_matching(pattern) == []


def test_rooms_open_with_a_docstring_and_all_only() -> None:
    """A room's `__init__.py` holds a docstring that says where to start reading, and `__all__`."""
    bad = []
    for path in sorted(ROOMS.glob("*/__init__.py")):
        tree = parse_python(path)
        docstring = ast.get_docstring(tree) or ""
        if "start reading" not in docstring.lower():
            bad.append(f"{name_of(path)}: the docstring does not say where to start reading")
        if not re.search(r"\bnot\b", docstring, re.IGNORECASE):
            bad.append(f"{name_of(path)}: the docstring does not say what is not here")
        for node in tree.body[1:]:
            if not _is_all(node):
                bad.append(f"{name_of(path)}:{node.lineno}: more than a docstring and __all__")
    assert not bad, "\n" + "\n".join(bad)


def test_all_names_modules_that_exist() -> None:
    """Every name in a room's `__all__` is a module or package of that room."""
    bad = []
    for path in sorted(ROOMS.glob("*/__init__.py")):
        values = [node for node in parse_python(path).body if _is_all(node)]
        names = chain.from_iterable(ast.literal_eval(_value_of(node)) for node in values)
        for name in names:
            room = path.parent
            if not (room / f"{name}.py").is_file() and not (room / name).is_dir():
                bad.append(f"{name_of(path)}: {name}")
    assert not bad, "\n" + "\n".join(bad)


def test_tests_say_what_they_test() -> None:
    """Every test has a docstring."""
    silent = [
        f"{name_of(path)}:{node.lineno} {node.name}"
        for path in list_python_files()
        if path.name.startswith("test_")
        for node in ast.walk(parse_python(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and node.name.startswith("test_")
        and not ast.get_docstring(node)
    ]
    assert not silent, "\n" + "\n".join(silent)


def test_tests_do_not_sleep() -> None:
    """No test sleeps, except those of the pages and those behind `make test-long`."""
    pattern = re.compile(r"\btime\.sleep\(|\basyncio\.sleep\((?!0\))")
    lines = [
        line
        for line in _lines_matching(pattern)
        if line.startswith("tests/")
        and not line.startswith(("tests/web/", "tests/tidy/"))
        and "long" not in line.split(":")[0]
    ]
    assert not lines, "\n" + "\n".join(lines)


def _lines_of(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Return how many lines a function has, its docstring not counted."""
    lines = (node.end_lineno or node.lineno) - node.lineno + 1
    first = node.body[0]
    if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant):
        lines -= (first.end_lineno or first.lineno) - first.lineno + 1
    return lines


def _lines_matching(pattern: re.Pattern[str]) -> list[str]:
    """Return `file:line text` of every line of Python, outside this folder, that matches."""
    return [
        f"{name_of(path)}:{number} {line.strip()}"
        for path in list_python_files()
        if "tests/tidy/" not in name_of(path)
        for number, line in enumerate(read_text(path).splitlines(), 1)
        if pattern.search(line)
    ]


def _is_all(node: ast.stmt) -> bool:
    """Answer whether a statement gives `__all__` its value."""
    if isinstance(node, ast.Assign):
        return [getattr(target, "id", "") for target in node.targets] == ["__all__"]
    return isinstance(node, ast.AnnAssign) and getattr(node.target, "id", "") == "__all__"


def _value_of(node: ast.stmt) -> ast.expr:
    """Return what an assignment assigns."""
    assert isinstance(node, ast.Assign | ast.AnnAssign)
    assert node.value is not None
    return node.value

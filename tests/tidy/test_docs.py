"""The documents keep up with the code."""

import ast
import re
import typing
from pathlib import Path

import typer.main
from docs import draw_references
from docs.build_reference import build, list_documents, list_modules
from docs.draw_lifecycles import PAGE, draw_page

from aspan.dispatch.policies import POLICIES
from aspan.faces.cli.main import make_app
from aspan.world.quantity import Mark
from tidy.sources import ROOMS, ROOT, list_files, name_of, parse_python, read_text

DECISIONS = ROOT / "docs" / "decisions"


def test_every_decision_is_in_the_index() -> None:
    """The index names every decision note once, and no note that is not there."""
    notes = sorted(path.name for path in DECISIONS.glob("[0-9]*.md"))
    linked = re.findall(r"\]\((\d{4}-[\w\-]+\.md)\)", read_text(DECISIONS / "README.md"))
    assert sorted(linked) == notes
    assert notes != []


def test_decisions_have_their_five_parts() -> None:
    """A note says context, decision, other options, and good and bad consequences."""
    parts = ["## Context", "## Decision", "## Other options", "## Good", "## Bad"]
    bad = [
        f"{note.name}: {part}"
        for note in sorted(DECISIONS.glob("[0-9]*.md"))
        for part in parts
        if part not in read_text(note)
    ]
    assert not bad, "\n" + "\n".join(bad)


def test_documents_mention_every_command() -> None:
    """Every command of `aspan` is shown in the documents as it is typed."""
    text = "\n".join(read_text(path) for path in _documents())
    missing = [name for name in _list_commands() if not re.search(rf"{name}(?![\w-])", text)]
    assert not missing, "\n" + "\n".join(missing)


def test_documents_mention_every_target() -> None:
    """Every target that `make help` lists is explained in the documents."""
    text = "\n".join(read_text(path) for path in _documents())
    targets = re.findall(r"^([a-z-]+):.*## ", read_text(ROOT / "Makefile"), re.MULTILINE)
    assert [target for target in targets if f"make {target}" not in text] == []


def test_documents_name_every_policy() -> None:
    """Every dispatch policy is explained in the documents."""
    text = "\n".join(read_text(path) for path in _documents())
    assert [policy for policy in POLICIES if f"`{policy}`" not in text] == []


def test_the_index_names_every_document() -> None:
    """Every document beside the index is in it."""
    index = read_text(ROOT / "docs" / "index.md")
    names = sorted(path.name for path in (ROOT / "docs").glob("*.md") if path.name != "index.md")
    assert [name for name in names if f"]({name})" not in index] == []


def test_the_reference_has_every_module() -> None:
    """The reference is made of every module that does not begin with an underscore."""
    files = [path.relative_to(ROOMS.parent).with_suffix("") for path in ROOMS.rglob("*.py")]
    names = {".".join(p.parts).removesuffix(".__init__") for p in files}
    public = {name for name in names if not name.rpartition(".")[2].startswith("_")}
    assert set(list_modules()) == public


def test_the_reference_is_built_from_docstrings(tmp_path: Path) -> None:
    """Pages are written, with docstrings, led links and nothing from elsewhere."""
    modules = ["aspan.primitives", "aspan.primitives.dice", "aspan.dispatch.policies"]
    assert build(tmp_path, modules) == len(modules) + len(list_documents())
    dice = (tmp_path / "reference" / "aspan" / "primitives" / "dice.html").read_text("utf-8")
    assert "draw" in dice
    assert not re.search(r"(?:src|href)=\"https?:", dice.replace("https://pdoc.dev", ""))
    index = (tmp_path / "index.html").read_text("utf-8")
    assert 'href="tour.html"' in index
    assert 'href="reference/index.html"' in index
    inside = re.findall(r'(?:href|src)="(?!https?:|#)([^"#]+\.html)', index)
    assert [target for target in inside if not (tmp_path / target).exists()] == []


def test_links_lead_somewhere() -> None:
    """Every relative link in the documents leads to a file."""
    broken = [
        f"{name_of(path)}: {target}"
        for path in _documents()
        for target in re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", read_text(path))
        if "://" not in target and not (path.parent / target).exists()
    ]
    assert not broken, "\n" + "\n".join(broken)


def test_dictionary_defines_the_marks() -> None:
    """Every mark of truth is a word of the dictionary."""
    words = _list_words()
    assert [mark for mark in typing.get_args(Mark) if mark not in words] == []


def test_dictionary_defines_what_has_an_id() -> None:
    """Everything that has a typed id is a word of the dictionary."""
    words = _list_words()
    ids = [
        node.targets[0].id
        for node in parse_python(ROOMS / "primitives" / "ids.py").body
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name)
    ]
    nouns = [re.sub(r"(?<!^)(?=[A-Z])", " ", name.removesuffix("Id")).lower() for name in ids]
    assert [noun for noun in nouns if noun not in words] == []
    assert nouns != []


def test_dictionary_is_sorted_within_sections() -> None:
    """The words of each table stand in alphabetical order, so that one finds them."""
    for section in re.split(r"^## ", read_text(ROOT / "docs" / "dictionary.md"), flags=re.M)[1:]:
        words = [word.lower() for word in re.findall(r"^\| \*\*(.+?)\*\*", section, re.M)]
        assert words == sorted(words), section.splitlines()[0]


def test_architecture_names_every_room() -> None:
    """Every room is in `docs/architecture.md`."""
    text = read_text(ROOT / "docs" / "architecture.md")
    rooms = sorted(path.parent.name for path in ROOMS.glob("*/__init__.py"))
    assert [room for room in rooms if f"`{room}`" not in text] == []


def test_lifecycles_are_drawn_from_their_tables() -> None:
    """`docs/lifecycles.md` is what `python docs/draw_lifecycles.py` writes today."""
    assert read_text(PAGE) == draw_page()


def test_references_are_drawn_from_their_file() -> None:
    """`docs/references.md` is what `python docs/draw_references.py` writes today."""
    assert read_text(draw_references.PAGE) == draw_references.draw_page()


def _documents() -> list[typing.Any]:
    """Return README and everything written below `docs/`."""
    return [
        path
        for path in list_files()
        if path.suffix == ".md" and name_of(path).startswith(("docs/", "README", "changes/"))
    ]


def _list_words() -> set[str]:
    """Return the words the dictionary defines, those of one entry split at commas."""
    text = read_text(ROOT / "docs" / "dictionary.md")
    entries = re.findall(r"^\| \*\*(.+?)\*\*", text, re.M)
    return {word.strip().lower() for entry in entries for word in entry.split(",")}


def _list_commands() -> list[str]:
    """Return every command as it is typed, `aspan city check`."""
    names = []
    pending = [("aspan", typer.main.get_command(make_app()))]
    while pending:
        typed, command = pending.pop()
        children = getattr(command, "commands", {})
        pending += [(f"{typed} {name}", child) for name, child in children.items()]
        if not children:
            names.append(typed)
    return sorted(names)

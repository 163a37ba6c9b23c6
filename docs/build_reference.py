"""Build what `make docs` opens: the guides and a reference from docstrings, as plain pages.

`build/docs/index.html` is `docs/index.md`; the documents stand beside it, the reference, made by
pdoc, below `reference/`. Nothing is fetched, and nothing in the pages is from elsewhere.
"""

import html
import os
import pkgutil
import re
import sys
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import pdoc
import pdoc.render
from markdown_it import MarkdownIt
from markdown_it.token import Token

import aspan

ROOT: Final = Path(__file__).resolve().parents[1]
_STYLE: Final = """
:root { color-scheme: light dark }
body { font: 16px/1.55 system-ui, sans-serif; max-width: 52rem; margin: 2rem auto }
body { padding: 0 1rem }
pre, code { font: 14px/1.45 ui-monospace, monospace }
pre { overflow-x: auto; padding: .8rem; border-radius: 6px }
pre { background: light-dark(#f3f4f6, #1c2127) }
table { border-collapse: collapse; display: block; overflow-x: auto }
th, td { text-align: left; vertical-align: top; padding: .3rem .8rem .3rem 0 }
th, td { border-bottom: 1px solid light-dark(#d5d9de, #3a414a) }
a { color: light-dark(#0a5bb5, #7db7ff) }
img { max-width: 100% }
"""
_PAGE: Final = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>{title} · Aspan</title>
<meta name="viewport" content="width=device-width, initial-scale=1"><style>{style}</style></head>
<body><p><a href="{up}index.html">Documents</a>
· <a href="{up}reference/index.html">Reference</a></p>
{body}</body></html>
"""


def list_modules() -> list[str]:
    """Return the names of our modules that stand for themselves, sorted."""
    found = pkgutil.walk_packages(aspan.__path__, "aspan.", onerror=_refuse)
    names = [module.name for module in found]
    return ["aspan", *sorted(name for name in names if name.rpartition(".")[2][0] != "_")]


def _refuse(name: str) -> None:
    raise ImportError(f"{name} cannot be imported")


def list_documents() -> list[Path]:
    """Return the documents that become pages."""
    names = {*(ROOT / "docs").rglob("*.md"), ROOT / "README.md", ROOT / "CHANGELOG.md"}
    return sorted(names | {*(ROOT / "changes").glob("*.md"), *(ROOT / "benchmarks").glob("*.md")})


def build(into: Path, modules: Sequence[str]) -> int:
    """Write every page below `into`; return how many modules and documents there are."""
    pdoc.render.configure(docformat="numpy", show_source=False)
    with warnings.catch_warnings():
        # Names imported for type checkers alone are shown as they are written; a package's
        # `__all__` may name modules that stand in our list as well.
        warnings.filterwarnings("ignore", module=r"pdoc\.doc_types")
        warnings.filterwarnings("ignore", message="The module specification")
        pdoc.pdoc(*modules, output_directory=into / "reference")
    documents = list_documents()
    for path in documents:
        page = into / _page_of(path)
        page.parent.mkdir(parents=True, exist_ok=True)
        page.write_text(_render(path, into), encoding="utf-8")
    return len(modules) + len(documents)


def _page_of(path: Path) -> Path:
    """Return where a document's page stands below the built folder."""
    name = path.relative_to(ROOT)
    if name.parts[0] == "docs":
        name = name.relative_to("docs")
    return name.with_suffix(".html")


def _render(path: Path, into: Path) -> str:
    """Return the page of a document, its links led to pages where they exist."""
    parser = MarkdownIt("commonmark", {"html": True}).enable("table")
    tokens = parser.parse(path.read_text("utf-8"))
    page = into / _page_of(path)
    title = path.stem
    for at, token in enumerate(tokens):
        if token.type == "heading_open":
            text = tokens[at + 1].content
            title = text if token.tag == "h1" else title
            token.attrSet("id", re.sub(r"[^\w\- ]", "", text.lower()).replace(" ", "-"))
        for child in token.children or ():
            _lead(child, path, page, into)
    body = parser.renderer.render(tokens, parser.options, {})
    up = "../" * (len(page.relative_to(into).parts) - 1)
    return _PAGE.format(title=html.escape(title), style=_STYLE, up=up, body=body)


def _lead(token: Token, path: Path, page: Path, into: Path) -> None:
    """Turn a relative link or image of a document into one of its page."""
    key = {"link_open": "href", "image": "src"}.get(token.type)
    target = str(token.attrGet(key) or "") if key else ""
    if key is None or not target or "://" in target or target.startswith("#"):
        return
    name, _, anchor = target.partition("#")
    file = (path.parent / name).resolve()
    to = into / _page_of(file) if file.suffix == ".md" and file in list_documents() else file
    token.attrSet(key, os.path.relpath(to, page.parent) + (f"#{anchor}" if anchor else ""))


if __name__ == "__main__":
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "build" / "docs"
    count = build(folder.resolve(), list_modules())
    sys.stdout.write(f"{count} pages: {folder / 'index.html'}\n")

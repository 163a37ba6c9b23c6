"""The routes of the pages and of the map behind them."""

import mimetypes
from pathlib import Path
from typing import Any

from litestar import MediaType, get
from litestar.connection import ASGIConnection
from litestar.exceptions import NotFoundException
from litestar.handlers import BaseRouteHandler
from litestar.response import File
from litestar.static_files import create_static_files_router
from litestar.types import ControllerRouterHandler

for _kind, _ending in (
    ("image/webp", ".webp"),
    ("font/woff2", ".woff2"),
    ("application/geo+json", ".geojson"),
    ("text/javascript", ".mjs"),
):
    mimetypes.add_type(_kind, _ending)  # Python's own table lacks them on some systems

_NO_PAGES = """<!doctype html><meta charset="utf-8"><title>Aspan</title>
<h1>The pages are not built</h1>
<p>Run <code>make pages</code> in a checkout (a wheel carries them). The API works:
<a href="/api/state">state</a>, <a href="/api/city">city</a>,
<a href="/api/openapi/openapi.json">its description</a>.</p>
"""


APP_FILES = {
    "sw.js": "text/javascript",
    "manifest.webmanifest": "application/manifest+json",
    "app-icon.svg": "image/svg+xml",
    "app-icon-192.png": "image/png",
    "app-icon-512.png": "image/png",
    "gate-worker.js": "text/javascript",
}
"""Files beside the pages that a phone asks for by name, with what they are."""

PATH_CHARACTERS_MAX = 200
"""Longest path of a file here; ours have less than half of it."""


def _guard_path(connection: ASGIConnection[Any, Any, Any, Any], _: BaseRouteHandler) -> None:
    """Say of a path that no file system takes what is said of any other that is not there."""
    path = connection.url.path
    if len(path.encode()) > PATH_CHARACTERS_MAX or not path.isprintable():
        raise NotFoundException


def _page(path: Path) -> File:
    return File(
        path,
        media_type=MediaType.HTML,
        content_disposition_type="inline",
        headers={"Cache-Control": "no-cache"},
    )


def _app_routes(pages: Path) -> list[ControllerRouterHandler]:
    """Return the routes of what makes pages apps on a phone: workers, manifest, icons.

    A worker serves the paths below its own, so it stands at the root; it is asked for anew each
    time, so that a phone does not stay with old pages.
    """

    def route(name: str, media_type: str) -> ControllerRouterHandler:
        @get(f"/{name}", include_in_schema=False, media_type=media_type)
        async def app_file() -> File:
            return File(
                pages / name,
                media_type=media_type,
                content_disposition_type="inline",
                headers={"Cache-Control": "no-cache"},
            )

        return app_file

    return [route(name, kind) for name, kind in APP_FILES.items() if (pages / name).is_file()]


def page_routes(pages: Path | None, map_folder: Path | None) -> list[ControllerRouterHandler]:
    """Return the routes of the built pages and of the city's `map/` folder, as far as there are."""
    if pages is None:

        @get("/", include_in_schema=False, media_type=MediaType.HTML)
        async def no_pages() -> str:
            return _NO_PAGES

        routes: list[ControllerRouterHandler] = [no_pages]
    else:

        @get("/", include_in_schema=False, media_type=MediaType.HTML)
        async def index() -> File:
            return _page(pages / "index.html")

        @get("/go", include_in_schema=False, media_type=MediaType.HTML)
        async def door() -> File:
            return _page(pages / "door.html")

        @get("/gate", include_in_schema=False, media_type=MediaType.HTML)
        async def gate() -> File:
            return _page(pages / "gate.html")

        @get("/range", include_in_schema=False, media_type=MediaType.HTML)
        async def test_site() -> File:
            return _page(pages / "range.html")

        assets = create_static_files_router(
            path="/assets",
            directories=[pages / "assets"],
            include_in_schema=False,
            guards=[_guard_path],
        )
        routes = [index, door, gate, test_site, assets, *_app_routes(pages)]
    if map_folder is not None and map_folder.is_dir():
        routes.append(
            create_static_files_router(
                path="/map",
                directories=[map_folder],
                include_in_schema=False,
                guards=[_guard_path],
            )
        )
    return routes

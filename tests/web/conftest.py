"""A served page in a real browser, and the server behind it."""

import http.client
import shutil
import threading
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from litestar.types import ControllerRouterHandler

from aspan.faces.http.app import create_app
from aspan.faces.http.place_view import CityPlaces
from aspan.faces.http.server import bind, make_server
from aspan.faces.web.pages import find_pages
from aspan.world.readers import load_city, load_feeds
from web.scripted import ScriptedService
from web.scripted_sales import ScriptedSales
from web.scripted_trips import ScriptedTrips

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

MAP_FOLDER = Path(__file__).parents[2] / "cities" / "alatau" / "map"
CHROMIUM_ARGUMENTS = [
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
    "--ignore-gpu-blocklist",
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
]


class Served:
    """A scripted service behind a real server, in a thread of its own.

    Parameters
    ----------
    places
        What `/v1/places` searches; with it trips are found too, by a script. Neither if None.
    more
        Further routes.
    """

    def __init__(
        self,
        port: int = 0,
        places: CityPlaces | None = None,
        more: Sequence[ControllerRouterHandler] = (),
    ) -> None:
        self.service = ScriptedService()
        self.trips = ScriptedTrips()
        self.sales = ScriptedSales()
        self._connections: list[http.client.HTTPConnection] = []
        self.listener = bind("127.0.0.1", port)
        self.port: int = self.listener.getsockname()[1]
        app = create_app(self.service, map_folder=MAP_FOLDER, places=places)
        if places is not None:
            for route in (*self.trips.routes(), *self.sales.routes()):
                app.register(route)
        for route in more:
            app.register(route)
        self._server = make_server(app)
        self._thread = threading.Thread(
            target=self._server.run, kwargs={"sockets": [self.listener]}, daemon=True
        )
        self._thread.start()

    @property
    def url(self) -> str:
        """Return the page's address."""
        return f"http://127.0.0.1:{self.port}/"

    def open_stream(self, headers: dict[str, str] | None = None) -> http.client.HTTPResponse:
        """Return an open stream; reading it waits for the server."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        self._connections.append(connection)
        connection.request("GET", "/api/stream", headers=headers or {})
        return connection.getresponse()

    def stop(self) -> None:
        """End the server as Ctrl-C does."""
        self._server.should_exit = True
        self._thread.join(20)
        self.listener.close()
        if self._thread.is_alive():
            pytest.fail("the server did not stop while streams were open")

    def close(self) -> None:
        """End the server and what was opened to it."""
        self.stop()
        for connection in self._connections:
            connection.close()


@pytest.fixture
def serve() -> Iterator[Callable[..., Served]]:
    """Return a function that starts a server; all are stopped at the end."""
    running: list[Served] = []

    def start(port: int = 0) -> Served:
        running.append(Served(port))
        return running[-1]

    yield start
    for served in running:
        served.close()


@pytest.fixture(scope="session")
def places() -> CityPlaces:
    """Return the places of Alatau."""
    city = load_city("alatau")
    return CityPlaces(city, load_feeds(city))


@pytest.fixture(scope="session")
def browser() -> Iterator["Browser"]:
    """Return Debian's chromium without a window."""
    from playwright.sync_api import sync_playwright

    path = shutil.which("chromium")
    if path is None:
        pytest.skip("there is no chromium here (Debian: apt-get install chromium)")
    if find_pages() is None:
        pytest.skip("the pages are not built (make pages)")
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=path, args=CHROMIUM_ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def open_page(browser: "Browser") -> Iterator[Callable[..., "Page"]]:
    """Return a function that opens an address; complaints and foreign requests fail the test."""
    contexts = []
    complaints: list[str] = []
    foreign: list[str] = []
    expected: list[str] = []

    def note_request(url: str) -> None:
        if not url.startswith(("http://127.0.0.1:", "data:", "blob:")):
            foreign.append(url)

    def open_at(url: str, *, expects: str = "", **options: object) -> "Page":
        settings: dict[str, Any] = {
            "viewport": {"width": 1440, "height": 900},
            "locale": "en-GB",
            **options,
        }
        context = browser.new_context(**settings)
        contexts.append(context)
        page = context.new_page()
        expected.append(expects)
        page.on(
            "console",
            lambda m: complaints.append(m.text) if m.type in ("error", "warning") else None,
        )
        page.on("pageerror", lambda fault: complaints.append(str(fault)))
        page.on("request", lambda request: note_request(request.url))
        page.on("websocket", lambda web_socket: note_request(web_socket.url))
        page.goto(url)
        return page

    yield open_at
    for context in contexts:
        context.close()
    assert foreign == []
    assert [c for c in complaints if not any(e and e in c for e in expected)] == []

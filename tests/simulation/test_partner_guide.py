"""The guide for partners is true: every command and every line of Python of it is run."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from aspan.faces.http.partners import read_partners

ROOT = Path(__file__).parents[2]
GUIDE = (ROOT / "docs" / "partner-guide.md").read_text("utf-8")
ADDRESS = "http://127.0.0.1:8080"
WAIT_S = 240

needs_tools = pytest.mark.skipif(
    shutil.which("curl") is None or shutil.which("jq") is None,
    reason="the guide's commands need curl and jq",
)


def _blocks(kind: str) -> list[str]:
    return re.findall(rf"^```{kind}\n(.*?)^```$", GUIDE, re.M | re.S)


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Return the address of the service that the guide begins with."""
    (command,) = [block.strip() for block in _blocks("") if "aspan serve tiny" in block]
    folder = tmp_path_factory.mktemp("guide")
    (folder / "cities").symlink_to(ROOT / "cities")
    (folder / "runs").mkdir()
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    code = "from aspan.faces.cli.main import run; run()"
    arguments = [sys.executable, "-c", code, *command.split()[1:], "--port", "0"]
    with subprocess.Popen(
        arguments, cwd=folder, env=environment, stdout=subprocess.PIPE, text=True
    ) as service:
        assert service.stdout is not None
        yield service.stdout.readline().strip().rstrip("/")
        service.terminate()
        service.wait(WAIT_S)


@needs_tools
def test_the_commands_of_the_guide_do_what_it_says(url: str, tmp_path: Path) -> None:
    """Run one after the other in one shell, all of them end well."""
    blocks = _blocks("sh")
    assert len(blocks) >= 8
    script = "set -eo pipefail\n" + "\n".join(blocks).replace(ADDRESS, url)
    done = subprocess.run(
        ["bash", "-c", script], cwd=tmp_path, capture_output=True, text=True, timeout=WAIT_S
    )
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]


def test_the_python_of_the_guide_runs(url: str, tmp_path: Path) -> None:
    """The whole way by the client ends with a cancellation and a refusal."""
    (program,) = _blocks("python")
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), "PYTHONUTF8": "1"}
    done = subprocess.run(
        [sys.executable, "-c", program.replace(ADDRESS, url)],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        timeout=WAIT_S,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    assert len(done.stdout.splitlines()) == 3
    assert done.stdout.splitlines()[-1] == "booking_cancelled"


def test_the_file_of_the_guide_is_one() -> None:
    """The partners shown are read as a service would read them."""
    (text,) = _blocks("toml")
    assert set(read_partners(text, source="guide")) == {"superapp"}

"""A test site killed at any instant has every answer it gave, and opens again."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from aspan.evidence.site_fold import fold, state_bytes
from aspan.evidence.site_store import SiteStore, verify_site
from aspan.primitives.dice import draw
from ranging import REQUIREMENTS, small_range

pytestmark = pytest.mark.long

KILLS = 12
WRITER = """
import sys
from pathlib import Path
from ranging import *
from aspan.evidence import orders
from aspan.evidence.people import PersonId
from aspan.evidence.site_store import SiteStore
from aspan.evidence.signing import KeyPair
life = sys.argv[2]
with SiteStore(Path(sys.argv[1]), small_range(), REQUIREMENTS) as store:
    town = Town(enrol=False)
    town.site = store.site
    state = store.site.state
    if not state.people:
        key = key_of("dana")
        Path(sys.argv[1] + ".key").write_text(key.private_key)
        store.order(town.signed("dana", town.founding()), 1)
    private = Path(sys.argv[1] + ".key").read_text()
    for number in range(100_000):
        order = orders.FileCard(
            key=f"{life}-{number}", card=make_card(title=f"{life} {number}"),
            version=f"{int(life) * 100_000 + number:064x}",
        )
        signed = sign(order, store.site_id, PersonId("dana"), private)
        answer = store.order(signed, state.last_at_ms + 1)
        print(order.key, type(answer).__name__, flush=True)
"""


def test_a_site_killed_at_any_instant(tmp_path: Path) -> None:
    """Twelve lives of one site, each killed in the middle: all that was answered is there."""
    path = tmp_path / "site.range"
    told: list[str] = []
    for life in range(KILLS):
        command = [sys.executable, "-c", WRITER, str(path), str(life)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
            assert process.stdout is not None
            for _ in range(1 + int(draw(7, "kill", life) * 60)):
                key, kind = process.stdout.readline().split()
                assert kind == "list"
                told.append(key)
            os.kill(process.pid, signal.SIGKILL)
            told += [line.split()[0] for line in process.stdout if line.endswith("\n")]
        verify_site(path)
        with SiteStore(path, small_range(), REQUIREMENTS) as store:
            events = store.events()
            assert set(told) <= {event.key for event in events}
            assert state_bytes(fold(events)) == store.look(state_bytes)
    assert len(told) >= KILLS

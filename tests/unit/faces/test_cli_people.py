"""`aspan people`: lists, shows, erases and purges, and says who did it."""

import json
from pathlib import Path

import pytest

from aspan.faces.cli.main import execute
from aspan.live.person import Person
from aspan.live.sqlite_log import SqliteLog
from aspan.live.vault import Vault, find_vault_path
from aspan.operations.events import DeparturesResumed
from aspan.primitives.ids import VertiportId
from aspan.primitives.units import MS_PER_DAY

NOW_MS = 1_776_225_600_000


@pytest.fixture
def store(tmp_path: Path) -> Path:
    """Return a store whose last event is now, with two persons beside it."""
    path = tmp_path / "day.sqlite"
    log = SqliteLog(path)
    log.append("desk/1", [DeparturesResumed(at_ms=NOW_MS, vertiport_id=VertiportId("EAST"))])
    log.sync()
    log.close()
    vault = Vault(find_vault_path(path))
    for name, days_ago in (("Әсем", 0), ("Ұлан", 400)):
        trip_at_ms = NOW_MS - days_ago * MS_PER_DAY
        person = Person(name=name, phone="+7 701 234 56 78")
        vault.put(person, seller="aspan", key=name, trip_at_ms=trip_at_ms, at_ms=trip_at_ms)
    vault.close()
    return path


def _ask(capsys: pytest.CaptureFixture[str], *arguments: str, status: int = 0) -> dict[str, object]:
    assert execute(["people", *arguments, "--json"]) == status
    found: dict[str, object] = json.loads(capsys.readouterr().out)
    return found


def _list_ids(capsys: pytest.CaptureFixture[str], store: Path) -> list[str]:
    people = _ask(capsys, "list", str(store))["people"]
    assert isinstance(people, list)
    return [line["person_id"] for line in people]


def test_the_list_names_nobody(store: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Who is kept is listed by id and day of the trip, without a name."""
    assert execute(["people", "list", str(store)]) == 0
    told = capsys.readouterr().out
    assert "2 kept" in told
    assert "last trip 2026-04-15T04:00:00.000Z" in told
    assert "Әсем" not in told
    assert len(_list_ids(capsys, store)) == 2


def test_a_look_and_an_erasure_are_on_the_list(
    store: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """What is shown is listed with who and why; after the erasure nothing is shown."""
    found = [
        person_id
        for person_id in _list_ids(capsys, store)
        for person in [_ask(capsys, "show", str(store), person_id, "--who", "A", "--why", "asked")]
        if "Әсем" in str(person)
    ]
    assert len(found) == 1
    assert _ask(capsys, "erase", str(store), found[0], "--who", "Дана")["erased"] is True
    assert execute(["people", "erase", str(store), found[0], "--who", "Дана"]) == 1
    assert "refused: nobody is kept" in capsys.readouterr().out
    _ask(capsys, "show", str(store), found[0], "--who", "A", "--why", "again", status=1)
    assert execute(["people", "access", str(store), found[0]]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert "erased by Дана: asked for" in lines[0]
    assert "looked by A: asked" in lines[1]
    assert len(lines) == 3


def test_purging_counts_from_the_last_event(
    store: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """After 500 days nobody is due, after 365 one, with 0 days only who travels from now on."""
    assert _ask(capsys, "purge", str(store), "--who", "A", "--retention-days", "500")["erased"] == 0
    assert _ask(capsys, "purge", str(store), "--who", "A")["erased"] == 1
    last = _ask(capsys, "purge", str(store), "--who", "A", "--retention-days", "0")
    assert (last["erased"], last["kept"]) == (0, 1)
    access = _ask(capsys, "access", str(store), "--limit", "1")["access"]
    assert isinstance(access, list)
    assert (access[0]["what"], access[0]["who"]) == ("purged", "A")


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (("purge", "STORE", "--who", "A", "--retention-days", "-1"), "--retention-days"),
        (("access", "STORE", "--limit", "0"), "--limit"),
        (("list", "none.sqlite"), "store"),
        (("erase", "STORE", "H1", "--who", "w" * 201), ""),
    ],
)
def test_bad_input_is_named(
    store: Path, capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], named: str
) -> None:
    """What is wrong is said on one line; nobody is erased by somebody without a proper name."""
    status = execute(["people", *(str(store) if a == "STORE" else a for a in arguments)])
    assert status == (2 if named else 1)
    assert named in capsys.readouterr().err


def test_a_store_without_persons_says_so(store: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Beside a store that never sold a seat there is no vault, and none is made by looking."""
    find_vault_path(store).unlink()
    assert execute(["people", "list", str(store)]) == 2
    assert "day.sqlite.people" in capsys.readouterr().err
    assert not find_vault_path(store).exists()

"""The vault: who is kept, who looked, and that of the erased nothing is left."""

import sqlite3
import stat
import subprocess
import sys
from pathlib import Path
from threading import Thread

import pytest

from aspan.live.person import NAME_CHARACTERS_MAX, Person
from aspan.live.vault import RETENTION_MS, Vault, find_vault_path
from aspan.primitives.errors import InvalidInput
from aspan.primitives.units import MS_PER_DAY

NOW_MS = 1_776_225_600_000
ASSEM = Person(name="Әсем Жүнісова", phone="+7 701 234 56 78", email="asem@example.kz", lang="kk")
NAMES = (
    "Ұлпан Қасқырбайқызы Ғабитова-Өтегенұлы",
    "АӘБВГҒДЕЁЖЗИЙКҚЛМНҢОӨПРСТУҰҮФХҺЦЧШЩЪЫІЬЭЮЯ аәбвгғдеёжзийкқлмнңоөпрстуұүфхһцчшщъыіьэюя",
    "👩‍👩‍👧‍👦 Aigerım 🚁",
    "محمد بن سلمان",
    "\u200fשלום\u200f Cohen",
    "O'Brien; DROP TABLE people --",
    "x" * NAME_CHARACTERS_MAX,
)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Return where the persons of a store lie."""
    return find_vault_path(tmp_path / "day.sqlite")


def _put(vault: Vault, key: str, person: Person = ASSEM, trip_at_ms: int = NOW_MS) -> str:
    return vault.put(person, seller="aspan", key=key, trip_at_ms=trip_at_ms, at_ms=NOW_MS)


def _read_all(path: Path) -> bytes:
    """Return the bytes of the file and of whatever SQLite keeps beside it."""
    return b"".join(p.read_bytes() for p in sorted(path.parent.glob(f"{path.name}*")))


def _find_key(path: Path, person_id: str) -> tuple[bytes, bytes]:
    """Return the key and the sealed text of a person, as another program reads them."""
    db = sqlite3.connect(path)
    row: tuple[bytes, bytes] = db.execute(
        "SELECT key, sealed FROM people JOIN seals USING (slot) WHERE person_id = ?",
        (person_id,),
    ).fetchone()
    db.close()
    return row


def test_a_person_is_kept_and_found(path: Path) -> None:
    """Who was put is got again after the file was opened anew; the file is its owner's alone."""
    vault = Vault(path)
    person_id = _put(vault, "k1")
    vault.close()
    assert path.name == "day.sqlite.people"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    again = Vault(path)
    assert again.get(person_id, who="gate", why="boarding", at_ms=NOW_MS) == ASSEM
    again.close()


@pytest.mark.parametrize("name", NAMES)
def test_every_name_comes_back_as_it_was_given(path: Path, name: str) -> None:
    """Kazakh letters, emoji, names from right to left and very long ones are kept letter by letter.

    Nothing of them stands in the file.
    """
    vault = Vault(path)
    person_id = _put(vault, "k", Person(name=name))
    assert vault.get(person_id, who="a", why="b", at_ms=NOW_MS).name == name
    assert name.encode()[:12] not in _read_all(path)
    vault.close()


def test_the_id_says_nothing_and_is_the_same_for_the_same_request(path: Path) -> None:
    """A repeated request finds the person of the first; another vault would name them otherwise."""
    vault = Vault(path)
    person_id = _put(vault, "k1")
    assert _put(vault, "k1", Person(name="Someone else")) == person_id
    assert vault.get(person_id, who="a", why="b", at_ms=NOW_MS) == ASSEM
    assert _put(vault, "k2") != person_id
    other = Vault(path.with_name("other.people"))
    assert _put(other, "k1") != person_id
    assert len(person_id) == 17
    other.close()
    vault.close()


def test_each_look_is_on_the_list(path: Path) -> None:
    """Who looked at whom, when and why is on the list before the answer; so is an erasure."""
    vault = Vault(path)
    person_id = _put(vault, "k1")
    vault.get(person_id, who="gate ALATAU", why="boarding S000123", at_ms=NOW_MS + 5)
    assert vault.find("H0", who="gate", why="none", at_ms=NOW_MS + 6) is None
    vault.erase(person_id, who="desk", at_ms=NOW_MS + 7)
    lines = vault.list_access(person_id)
    assert [(line.what, line.who, line.at_ms - NOW_MS) for line in lines] == [
        ("erased", "desk", 7),
        ("looked", "gate ALATAU", 5),
        ("given", "aspan", 0),
    ]
    assert lines[1].why == "boarding S000123"
    assert [line.number for line in vault.list_access(limit=2)] == [3, 2]
    vault.close()


def test_of_the_erased_nothing_is_left(path: Path) -> None:
    """Neither key nor sealed text of an erased person is in the bytes of any file.

    Many persons stand about the erased ones, so that rows have moved between pages. The salt gives
    an order of ids in which a sealed text was once left behind in a page that its row had moved
    from; so everybody who is kept has to stand in one place only.
    """
    vault = Vault(path)
    vault._salt = bytes([1]) * 32
    vault._db.execute("PRAGMA synchronous=OFF")  # nobody pulls the plug here
    ids = [
        _put(vault, f"k{n}", Person(name=f"Person {n} " + "а" * (n % 90)), NOW_MS - n % 2)
        for n in range(600)
    ]
    stood = {person_id: _find_key(path, person_id) for person_id in ids}
    assert vault.purge(NOW_MS, who="desk", at_ms=NOW_MS) == 300
    after = _read_all(path)
    counts = [(after.count(key), after.count(sealed)) for key, sealed in stood.values()]
    assert counts == [(1, 1), (0, 0)] * 300
    assert vault.get(ids[2], who="a", why="b", at_ms=NOW_MS).name.startswith("Person 2 ")
    assert not vault.erase(ids[1], who="desk", at_ms=NOW_MS)
    vault.close()


def test_who_was_acknowledged_survives_a_kill(path: Path) -> None:
    """Killed at any moment, the vault has everybody whose id was given out."""
    script = (
        "import sys; from pathlib import Path\n"
        "from aspan.live.vault import Vault; from aspan.live.person import Person\n"
        "vault = Vault(Path(sys.argv[1]))\n"
        "for n in range(100_000):\n"
        "    print(vault.put(Person(name=f'Person {n}'), seller='a', key=str(n),"
        " trip_at_ms=1, at_ms=1), flush=True)\n"
    )
    process = subprocess.Popen([sys.executable, "-c", script, path], stdout=subprocess.PIPE)
    assert process.stdout is not None
    told = [process.stdout.readline().decode().strip() for _ in range(200)]
    process.kill()
    told += process.stdout.read().decode().split("\n")[:-1]
    process.wait()
    process.stdout.close()
    vault = Vault(path)
    assert {line.person_id for line in vault.list_people()} >= set(told)
    assert vault.get(told[-1], who="a", why="b", at_ms=1).name == f"Person {len(told) - 1}"
    vault.close()


def test_nobody_comes_back(path: Path) -> None:
    """A request repeated after the erasure gets the same id and keeps nothing."""
    vault = Vault(path)
    person_id = _put(vault, "k1")
    vault.erase(person_id, who="desk", at_ms=NOW_MS)
    assert _put(vault, "k1") == person_id
    assert vault.find(person_id, who="a", why="b", at_ms=NOW_MS) is None
    with pytest.raises(InvalidInput, match="was not erased"):
        vault.get(person_id, who="a", why="b", at_ms=NOW_MS)
    assert not vault.replace(person_id, ASSEM, who="a", why="b", at_ms=NOW_MS)
    vault.close()


def test_changed_words_leave_no_trace_of_the_old(path: Path) -> None:
    """A changed contact is sealed under a new key; the old key is nowhere."""
    vault = Vault(path)
    person_id = _put(vault, "k1")
    key, sealed = _find_key(path, person_id)
    changed = Person(name="Әсем Жүнісова", phone="+77011112233")
    assert vault.replace(person_id, changed, who="aspan", why="asked", at_ms=NOW_MS)
    assert vault.get(person_id, who="a", why="b", at_ms=NOW_MS) == changed
    after = _read_all(path)
    assert key not in after
    assert sealed not in after
    vault.close()


def test_an_erasure_cut_off_goes_on_at_the_next_opening(path: Path) -> None:
    """Killed after the rows were deleted and before the sweep, the next opening sweeps."""
    vault = Vault(path)
    person_id = _put(vault, "k1")
    key, _ = _find_key(path, person_id)
    vault._sweep = lambda: None  # type: ignore[method-assign]  # the process ends here
    vault.erase(person_id, who="desk", at_ms=NOW_MS)
    assert key in _read_all(path)
    del vault  # never closed in order
    again = Vault(path)
    assert key not in _read_all(path)
    assert again.find(person_id, who="a", why="b", at_ms=NOW_MS) is None
    again.close()


def test_retention_erases_who_was_kept_long_enough(path: Path) -> None:
    """A year after the last trip a person is erased, not a millisecond sooner, and not when moved.

    It is seen to once a service day, by whatever is asked first.
    """
    vault = Vault(path, retention_ms=RETENTION_MS)
    old, moved, later = (_put(vault, key, trip_at_ms=NOW_MS) for key in ("old", "moved", "later"))
    vault.keep_until_trip(moved, NOW_MS + MS_PER_DAY)
    vault.keep_until_trip(later, NOW_MS - MS_PER_DAY)
    at_ms = NOW_MS + RETENTION_MS
    assert vault.find(old, who="a", why="b", at_ms=at_ms) is not None
    assert vault.find(old, who="a", why="b", at_ms=at_ms + MS_PER_DAY) is None
    assert [line.person_id for line in vault.list_people()] == [moved]
    assert {line.what for line in vault.list_access(later, limit=1)} == {"purged"}
    vault.close()


def test_a_sealed_text_belongs_to_its_person(path: Path) -> None:
    """A row put under another person's id does not open."""
    from cryptography.exceptions import InvalidTag

    vault = Vault(path)
    one, two = _put(vault, "k1"), _put(vault, "k2", Person(name="Two"))
    vault._db.execute(
        "UPDATE people SET slot = (SELECT slot FROM people WHERE person_id = ?)"
        " WHERE person_id = ?",
        (one, two),
    )
    with pytest.raises(InvalidTag):
        vault.get(two, who="a", why="b", at_ms=NOW_MS)
    vault.close()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""),
        ("name", "   "),
        ("name", "two\nlines"),
        ("name", "bell\x07"),
        ("name", "half \ud83d"),
        ("name", "x" * (NAME_CHARACTERS_MAX + 1)),
        ("phone", "call me"),
        ("phone", "1" * 40),
        ("email", "nobody"),
        ("email", "a@" + "b" * 253),
        ("email", "a b@c"),
    ],
)
def test_what_is_no_person_is_refused_without_a_word_of_it(field: str, value: str) -> None:
    """Bad words are refused by field; the refusal repeats none of them."""
    with pytest.raises(InvalidInput, match=field) as refused:
        Person(**({"name": "Aigerım"} | {field: value}))  # type: ignore[arg-type]
    assert not value.strip() or value[:6] not in str(refused.value)
    assert "Әсем" not in repr(ASSEM)


@pytest.mark.parametrize("who", ["two\nlines", "w" * 201])
def test_who_looks_says_so_on_one_line(path: Path, who: str) -> None:
    """A look by somebody who gives no proper name is not answered."""
    vault = Vault(path)
    person_id = _put(vault, "k1")
    with pytest.raises(InvalidInput, match="who"):
        vault.get(person_id, who=who, why="b", at_ms=NOW_MS)
    vault.close()


def test_another_file_is_no_vault(path: Path) -> None:
    """A log, another database, a text or a folder that is not there are refused by name."""
    db = sqlite3.connect(path)
    db.execute("CREATE TABLE a (b)")
    db.close()
    with pytest.raises(InvalidInput, match="a vault of Aspan"):
        Vault(path)
    path.write_text("no database, but a text that is longer than a header" * 10)
    with pytest.raises(InvalidInput, match="vault of Aspan"):
        Vault(path)
    with pytest.raises(InvalidInput, match="a folder that exists"):
        Vault(path.parent / "none" / "a.people")


def test_a_faulty_work_spoils_no_other(path: Path) -> None:
    """Of sixteen threads at once each keeps its persons; a refused look changes nothing."""
    vault = Vault(path)
    refused: list[str] = []

    def put_some(thread: int) -> None:
        for number in range(5):
            person_id = _put(vault, f"{thread}/{number}")
            try:
                vault.get(person_id, who="x" * 201, why="b", at_ms=NOW_MS)
            except InvalidInput as error:
                refused.append(error.field)

    threads = [Thread(target=put_some, args=(n,)) for n in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(vault.list_people()) == 80
    assert refused == ["who"] * 80
    assert {line.what for line in vault.list_access()} == {"given"}
    vault.close()

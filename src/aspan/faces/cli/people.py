"""`aspan people`: who is kept in the vault beside a store, who looked at whom, and erasing."""

import json
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated, Any

import typer

from aspan.faces.cli.options import AsJson, check_retention_days
from aspan.primitives.errors import InvalidInput
from aspan.primitives.instants import format_utc
from aspan.primitives.units import MS_PER_DAY

if TYPE_CHECKING:
    from collections.abc import Iterator

    from aspan.live.vault import Vault

StoreName = Annotated[str, typer.Argument(metavar="STORE", help="Log of a service: path or URL.")]
PersonId = Annotated[str, typer.Argument(metavar="PERSON", help="Id of a person, as the log has.")]
OnePerson = Annotated[
    str | None, typer.Argument(metavar="[PERSON]", help="Id of a person; all if not given.")
]
Who = Annotated[str, typer.Option(metavar="NAME", help="Who does it; stands on the list.")]
Why = Annotated[str, typer.Option(metavar="TEXT", help="Why; stands on the list.")]
RetentionDays = Annotated[
    int, typer.Option(metavar="N", help="Days after the last trip that a person is kept.")
]
Limit = Annotated[int, typer.Option(metavar="N", help="Lines at most, the newest first.")]


def register(app: typer.Typer) -> None:
    """Add the group `aspan people` to the application."""
    group = typer.Typer(
        help="Look after names and contacts, which are kept beside the log.", no_args_is_help=True
    )
    group.command("list", short_help="Who is kept, by id.")(list_people)
    group.command("show", short_help="What is kept of one person.")(show)
    group.command("erase", short_help="Destroy one person's key.")(erase)
    group.command("purge", short_help="Erase who was kept long enough.")(purge)
    group.command("access", short_help="Who looked at whom, and why.")(access)
    group.callback()(_people)
    app.add_typer(group, name="people")


def _people() -> None:
    """Look after names and contacts, which are kept beside the log."""


def list_people(store: StoreName, as_json: AsJson = False) -> None:
    """List who is kept, by id, with the day of the last trip; nothing of what is sealed."""
    with _opened(store) as (vault, _):
        lines = vault.list_people()
    if as_json:
        _print_json({"people": [_plain(line) for line in lines]})
        return
    for line in lines:
        given, trip = format_utc(line.given_at_ms), format_utc(line.trip_at_ms)
        print(f"{line.person_id}  given {given}  last trip {trip}")
    print(f"{len(lines)} kept")


def show(store: StoreName, person_id: PersonId, who: Who, why: Why, as_json: AsJson = False) -> int:
    """Show what is kept of one person; the look stands on the list of accesses.

    Exit status 1 if nobody of that id is kept.
    """
    import msgspec

    with _opened(store) as (vault, now_ms):
        person = vault.find(person_id, who=who, why=why, at_ms=now_ms)
    plain = None if person is None else msgspec.to_builtins(person)
    if as_json:
        _print_json({"person_id": person_id, "person": plain})
    elif plain is None:
        print(f"refused: nobody is kept as {person_id}")
    else:
        print("\n".join(f"{name}: {value}" for name, value in plain.items()))
    return 0 if plain is not None else 1


def erase(store: StoreName, person_id: PersonId, who: Who, as_json: AsJson = False) -> int:
    """Destroy a person's key and what it sealed; the log keeps an id that says nothing.

    Exit status 1 if nobody of that id is kept. Copies of the file made before are not reached.
    """
    with _opened(store) as (vault, now_ms):
        is_erased = vault.erase(person_id, who=who, at_ms=now_ms)
    if as_json:
        _print_json({"person_id": person_id, "erased": is_erased})
    elif is_erased:
        print(f"erased {person_id}: key and contents are destroyed")
    else:
        print(f"refused: nobody is kept as {person_id}")
    return 0 if is_erased else 1


def purge(
    store: StoreName, who: Who, retention_days: RetentionDays = 365, as_json: AsJson = False
) -> None:
    """Erase everybody whose last trip was longer ago than they are kept.

    Counted from the last event of the log, which is the service's now.
    """
    retention_ms = check_retention_days(retention_days) * MS_PER_DAY
    with _opened(store) as (vault, now_ms):
        before_ms = now_ms - retention_ms
        erased = vault.purge(before_ms, who=who, at_ms=now_ms)
        kept = len(vault.list_people())
    if as_json:
        _print_json({"erased": erased, "kept": kept, "before_ms": before_ms})
    else:
        print(f"erased {erased} whose last trip was before {format_utc(before_ms)}")
        print(f"{kept} kept")


def access(
    store: StoreName, person_id: OnePerson = None, limit: Limit = 100, as_json: AsJson = False
) -> None:
    """List who looked at whom, when and why, and who erased; the newest first."""
    if limit < 1:
        raise InvalidInput("--limit", limit, "1 or more")
    with _opened(store) as (vault, _):
        lines = vault.list_access(person_id, limit=limit)
    if as_json:
        _print_json({"access": [_plain(line) for line in lines]})
        return
    for line in lines:
        why = f": {line.why}" if line.why else ""
        at = format_utc(line.at_ms)
        print(f"{line.number}  {at}  {line.person_id}  {line.what} by {line.who}{why}")


@contextmanager
def _opened(store: str) -> "Iterator[tuple[Vault, int]]":
    """Open the vault of a store, beside a running service too, and tell the service's now."""
    from aspan.live.store import connect, parse_store
    from aspan.live.vault import Vault, find_vault_path

    path = parse_store(store)
    log = connect(path, is_read_only=True)
    row = log.execute("SELECT at_ms FROM events ORDER BY seq DESC LIMIT 1").fetchone()
    log.close()
    people = find_vault_path(path)
    if not people.is_file():
        raise InvalidInput("store", store, f"a store with persons beside it, in {people.name}")
    vault = Vault(people)
    try:
        yield vault, 0 if row is None else int(row[0])
    finally:
        vault.close()


def _plain(line: object) -> object:
    import msgspec

    plain: object = msgspec.to_builtins(line)
    return plain


def _print_json(answer: dict[str, Any]) -> None:
    print(json.dumps(answer, ensure_ascii=False))

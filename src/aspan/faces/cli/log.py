"""`aspan log`: does the chain of a log hold, and does it fold back to one state."""

import json
from typing import TYPE_CHECKING, Annotated, Any

import typer

from aspan.faces.cli.options import AsJson
from aspan.primitives.errors import InvalidInput

if TYPE_CHECKING:
    from aspan.world.city import City

StoreName = Annotated[str, typer.Argument(metavar="STORE", help="Log of a service: path or URL.")]
CityName = Annotated[
    str | None, typer.Option("--city", metavar="CITY", help="The city; as the store names it.")
]


def register(app: typer.Typer) -> None:
    """Add the group `aspan log` to the application."""
    group = typer.Typer(help="Look at a service's log.", no_args_is_help=True)
    group.command("verify", short_help="Does the chain of hashes hold.")(verify)
    group.command("replay", short_help="Does it fold back to one state.")(replay)
    group.command("export", short_help="Write its run tables, for audit and report.")(export)
    group.callback()(_log)
    app.add_typer(group, name="log")


def _log() -> None:
    """Look at a service's log."""


def verify(store: StoreName, as_json: AsJson = False) -> int:
    """Say whether every event of a log is as it was written, by the hash chained over them.

    Exit status 1, with the number of the first bad event, if one is not.
    """
    from aspan.live.sqlite_log import LogDamaged
    from aspan.live.sqlite_log import verify as verify_store
    from aspan.live.store import parse_store

    answer: dict[str, Any] = {"store": store, "holds": True, "first_bad": None, "problem": ""}
    try:
        found = verify_store(parse_store(store))
        answer |= {"events": found.events, "log_sha256": found.head_sha256}
    except LogDamaged as error:
        answer |= {"holds": False, "first_bad": error.seq, "problem": str(error)}
    if as_json:
        print(json.dumps(answer))
    elif answer["holds"]:
        print(f"the chain holds over {answer['events']:,} events")
        print(f"log sha256 {answer['log_sha256']}")
    else:
        print(f"the chain breaks at event {answer['first_bad']}: {answer['problem']}")
    return 0 if answer["holds"] else 1


def replay(store: StoreName, city: CityName = None, as_json: AsJson = False) -> int:
    """Fold a log twice, bare and as a service that goes on from it does, and compare the states.

    The second fold also scans the whole state for broken invariants. Exit status 1 if they differ.
    """
    answer = answer_replay(store, city)
    if as_json:
        print(json.dumps(answer))
    else:
        same = "the same state" if answer["same"] else "DIFFERENT STATES"
        print(
            f"{answer['events']:,} events, folded bare and as a service goes on: {same}\n"
            f"log    sha256 {answer['log_sha256']}\n"
            f"bare   sha256 {answer['state_sha256']}\n"
            f"engine sha256 {answer['engine_sha256']}"
        )
    return 0 if answer["same"] else 1


def export(
    store: StoreName,
    out: Annotated[str, typer.Option("--out", metavar="DIR", help="Folder for the tables.")],
    city: CityName = None,
    as_json: AsJson = False,
) -> int:
    """Write the run tables of a service's log, as it stands, as `aspan simulate --out` does."""
    from pathlib import Path

    from aspan.compose.export import export_store
    from aspan.live.store import parse_store

    folder = Path(out)
    if not out or "\0" in out or (folder.exists() and not folder.is_dir()):
        raise InvalidInput("--out", out, "a folder, or a name that is still free")
    figures = export_store(parse_store(store), folder, city)
    if as_json:
        print(json.dumps(figures, ensure_ascii=False))
    else:
        flown, events = figures["sorties_flown"], figures["events"]
        print(f"{events:,} events, {flown} sorties flown: tables in {folder}")
        print(f"trips are not among them: {figures['trips_note']}")
        print(f"next: aspan audit {folder}, aspan report {folder}")
    return 0


def answer_replay(store: str, city_name: str | None) -> dict[str, Any]:
    """Return the answer as one document."""
    from aspan.compose.service import check_city, read_stored
    from aspan.live.sqlite_log import SqliteLog
    from aspan.live.store import parse_store
    from aspan.operations.city_index import CityIndex
    from aspan.operations.digest import state_digest
    from aspan.operations.invariants import check_all
    from aspan.operations.replay import fold_log, resume_engine

    path = parse_store(store)
    if not path.is_file() or path.stat().st_size == 0:
        raise InvalidInput("store", store, "the log of a service")
    log = SqliteLog(path)
    try:
        stored = read_stored(log.settings, path)
        city = _load(city_name or stored.city, stored.phase)
        check_city(stored, city, path)
        index = CityIndex(city)
        bare = state_digest(fold_log(index, log.read()))
        engine = resume_engine(index, log.read())
        check_all(engine.state)
        digest = state_digest(engine.state)
        return {
            "store": store,
            "events": len(log),
            "log_sha256": log.head_sha256(),
            "state_sha256": bare,
            "engine_sha256": digest,
            "same": bare == digest,
        }
    finally:
        log.close()


def _load(city: str, phase: int) -> "City":
    from aspan.world.readers import load_city

    return load_city(city, phase=phase)

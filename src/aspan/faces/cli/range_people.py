"""`aspan range key`, `open`, `enrol`, `dismiss`: who decides on a test site, and their keys."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, cast, get_args

import typer

from aspan.faces.cli.options import AsJson, CityName
from aspan.faces.cli.range_site import (
    At,
    FromCity,
    KeyPath,
    StoreName,
    answer_order,
    open_site,
    read_key,
    tell_instant,
)
from aspan.primitives.errors import InvalidInput

if TYPE_CHECKING:
    from aspan.evidence.people import Role

Name = Annotated[str, typer.Option("--name", metavar="NAME", help="Of the person.")]
Roles = Annotated[
    list[str], typer.Option("--role", metavar="ROLE", help="What they may decide; again for more.")
]
Out = Annotated[Path, typer.Option("--out", metavar="FILE", help="New file; its owner's alone.")]
OwnId = Annotated[
    str | None,
    typer.Option("--id", metavar="ID", help="Id on the site; from the name if not given."),
]
PersonFile = Annotated[
    Path, typer.Option("--person", metavar="FILE", help="Their key file, or its public half.")
]
PublicOut = Annotated[
    Path | None,
    typer.Option("--public", metavar="FILE", help="Also write the public half, to be enrolled by."),
]
PersonName = Annotated[str, typer.Argument(metavar="PERSON", help="Id of a person.")]


Training = Annotated[
    bool,
    typer.Option(
        "--training", help="A site whose time may be told (--at): where people or the twin train."
    ),
]


def register(group: typer.Typer) -> None:
    """Add the commands to the group of the test site."""
    key = typer.Typer(help="Keys by which a person's word is known.", no_args_is_help=True)
    key.command(
        "new",
        short_help="Make a person's key.",
        epilog="Example: aspan range key new --name 'Aigerim S.' --role test_director "
        "--out aigerim.key",
    )(new_key)
    key.callback()(_key)
    group.add_typer(key, name="key")
    group.command(
        "open",
        short_help="Begin the log of a test site with its first director.",
        epilog="Example: aspan range open runs/site.range alatau --key aigerim.key",
    )(open_new)
    group.command(
        "enrol",
        short_help="Make a person known.",
        epilog="Example: aspan range enrol runs/site.range --person bolat.public --key aigerim.key",
    )(enrol)
    group.command(
        "dismiss",
        short_help="A person decides nothing any more.",
        epilog="Example: aspan range dismiss runs/site.range bolat --key aigerim.key",
    )(dismiss)


def _key() -> None:
    """Keys by which a person's word is known."""


def new_key(
    name: Name,
    role: Roles,
    out: Out,
    person_id: OwnId = None,
    public: PublicOut = None,
    as_json: AsJson = False,
) -> None:
    """Make a person's key in a file that only its owner may read.

    The private half never leaves the file. To be enrolled, give the site the public half.
    """
    import msgspec

    from aspan.evidence.people import PersonId
    from aspan.evidence.signing import make_key_file

    own_id = person_id if person_id is not None else _make_id(name)
    if not own_id or not name.strip():
        raise InvalidInput("--name", name, "a name that is not empty")
    if public is not None and public.exists():
        raise InvalidInput("--public", str(public), "a name that is still free")
    made = make_key_file(
        out, person_id=PersonId(own_id), name=name.strip(), roles=_parse_roles(role)
    )
    if public is not None:
        public.write_bytes(msgspec.json.format(msgspec.json.encode(made.person)) + b"\n")
    if as_json:
        told = {"file": str(out), **msgspec.to_builtins(made.person)}
        print(json.dumps(told, ensure_ascii=False))
    else:
        print(f"{made.person_id}  {made.name}  {', '.join(made.roles)}")
        print(f"public key  {made.public_key}")
        print(f"file        {out}: keep it to yourself")


def _make_id(name: str) -> str:
    return "-".join("".join(c if c.isalnum() else " " for c in name.lower()).split())


def _parse_roles(texts: list[str]) -> "tuple[Role, ...]":
    from aspan.evidence.people import Role

    for text in texts:
        if text not in get_args(Role):
            raise InvalidInput("--role", text, f"one of {', '.join(get_args(Role))}")
    return cast("tuple[Role, ...]", tuple(dict.fromkeys(texts)))


def open_new(
    store: StoreName,
    city: CityName,
    key: KeyPath,
    training: Training = False,
    at: At = None,
    as_json: AsJson = False,
) -> int:
    """Begin the log of a city's test site; who signs is its first test director.

    The log gets an id of its own: what is signed for it is nothing in another log.

    Exit status 1 if the person is no test director; nothing is begun then.
    """
    from aspan.evidence.orders import FoundSite

    who = read_key(key)
    with open_site(store, city, is_new=True) as site:
        at_ms = site.instant(at, is_training=training)
        site_id = site.store.site_id
        answer = site.order(
            who,
            lambda name: FoundSite(
                key=name, site_id=site_id, person=who.person, is_training=training
            ),
            at_ms,
        )
        kind = "a training site" if training else "a site at work"
        lines = [
            f"{site.range.site.names.en}: log {store}, {kind}, id {site_id}",
            f"first test director {who.name}, {tell_instant(at_ms, site.city.time_zone)}",
        ]
    return answer_order(answer, lines, as_json=as_json, store=store)


def enrol(
    store: StoreName,
    person: PersonFile,
    key: KeyPath,
    at: At = None,
    city: FromCity = None,
    as_json: AsJson = False,
) -> int:
    """Make a person known by their public key; a director or the accountable manager signs."""
    import msgspec

    from aspan.evidence.orders import Enrol
    from aspan.evidence.people import Person

    try:
        known = msgspec.json.decode(person.read_bytes(), type=Person)
    except msgspec.DecodeError as error:
        expected = f"a key file, or its public half ({error})"
        raise InvalidInput("--person", str(person), expected) from None
    with open_site(store, city) as site:
        answer = site.order(
            read_key(key), lambda name: Enrol(key=name, person=known), site.instant(at)
        )
    return answer_order(
        answer, [f"enrolled {known.name} as {', '.join(known.roles)}"], as_json=as_json
    )


def dismiss(
    store: StoreName,
    person_id: PersonName,
    key: KeyPath,
    at: At = None,
    city: FromCity = None,
    as_json: AsJson = False,
) -> int:
    """Take a person off; cards that stand on their approval alone are held again."""
    from aspan.evidence.orders import Dismiss
    from aspan.evidence.people import PersonId

    with open_site(store, city) as site:
        answer = site.order(
            read_key(key),
            lambda name: Dismiss(key=name, person_id=PersonId(person_id)),
            site.instant(at),
        )
    return answer_order(answer, [f"dismissed {person_id}"], as_json=as_json)

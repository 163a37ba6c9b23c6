"""`aspan range fly`, `call`, `end`, `note`, `review`: a run from its beginning to its review."""

import json
from typing import TYPE_CHECKING, Annotated, Any

import typer

from aspan.faces.cli.options import AsJson
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
    from aspan.twin.card_faults import AnyFault

RunName = Annotated[str, typer.Argument(metavar="RUN", help="Id of a run.")]
Seed = Annotated[int, typer.Option("--seed", metavar="N", help="Of gusts, noise and faults.")]
FaultOption = Annotated[
    list[str] | None,
    typer.Option(
        "--fault",
        metavar="NAME:SECONDS",
        help="Plant a fault, so long after the first row: OverTemperature:60; again for more.",
    ),
]
Why = Annotated[str, typer.Option("--why", metavar="TEXT", help="What was seen.")]
Text = Annotated[str, typer.Option("--text", metavar="TEXT", help="What was not as the card says.")]
Accept = Annotated[bool, typer.Option("--accept/--reject", help="Whether the data are good.")]
Note = Annotated[str, typer.Option("--note", metavar="TEXT", help="Why.")]


def register(group: typer.Typer) -> None:
    """Add the commands to the group of the test site."""
    group.command(
        "fly",
        short_help="The twin flies a run that has begun.",
        epilog="Example: aspan range fly site.range GT1-S1 --seed 7 --fault OverTemperature:60",
    )(fly)
    group.command(
        "call",
        short_help="Knock it off: anybody of the crew calls a run off.",
        epilog="Example: aspan range call site.range GT1-S1 --why 'smell of smoke' --key k.key",
    )(call)
    group.command(
        "end",
        short_help="The aircraft is back and the recorder closed.",
        epilog="Example: aspan range end runs/site.range GT1-S1 --key director.key",
    )(end)
    group.command(
        "note",
        short_help="Write down a deviation.",
        epilog="Example: aspan range note runs/site.range GT1-S1 --text 'held 4 m lower' "
        "--key k.key",
    )(note)
    group.command(
        "review",
        short_help="Judge a run's telemetry, accept or reject it.",
        epilog="Example: aspan range review runs/site.range GT1-S1 --accept --note 'as predicted' "
        "--key lena.key",
    )(review)


def fly(
    store: StoreName,
    run_id: RunName,
    seed: Seed = 1,
    fault: FaultOption = None,
    city: FromCity = None,
    as_json: AsJson = False,
) -> int:
    """Let the twin fly a run that has begun, as fast as it goes, watched at every row.

    Telemetry counts from the instant at which the run was begun. What the limit watch sees is
    reported to the site, which knocks the run off; the aircraft then comes home. Exit status 1 if
    it was knocked off.
    """
    from aspan import __version__
    from aspan.evidence.twin_run import fly_run

    faults = tuple(parse_fault(text) for text in fault or [])
    with open_site(store, city) as site:
        flown = fly_run(
            site.store,
            site.city,
            run_id,
            software=f"aspan {__version__}",
            seed=seed,
            faults=faults,
        )
        until = tell_instant(flown.until_ms, site.city.time_zone)
    stops = [
        {"limit_id": breach.limit_id, "at_ms": breach.at_ms, "value": breach.value}
        for breach in flown.breaches
    ]
    if as_json:
        told = {
            "run_id": run_id,
            "flown_by": "twin",
            "rows": flown.manifest.rows,
            "manifest_sha256": flown.manifest.sha256,
            "until_ms": flown.until_ms,
            "knocked_off": stops,
        }
        print(json.dumps(told))
    else:
        print(f"{run_id} flown by the twin, not by an aircraft: {flown.manifest.rows:,} rows")
        for stop in stops:
            print(f"knocked off by {stop['limit_id']}: {stop['value']:g}")
        print(f"its last row is of {until}; telemetry SHA-256 {flown.manifest.sha256}")
    return 1 if stops else 0


def parse_fault(text: str) -> "AnyFault":
    """Return a fault to plant from `NAME:SECONDS`, or from JSON with all its fields."""
    from typing import get_args

    import msgspec

    from aspan.twin import card_faults

    kinds = (
        card_faults.MotionFault,
        card_faults.PackFault,
        card_faults.SensorFault,
        card_faults.LinkFault,
    )
    names = {kind.__name__: kind for union in kinds for kind in get_args(union)}
    names["OverPower"] = card_faults.OverPower
    name, _, seconds = text.partition(":")
    fields: dict[str, Any] = {"fault": name, "onset_s": seconds}
    try:
        if text.startswith("{"):
            decoded: AnyFault = msgspec.json.decode(text, type=card_faults.AnyFault)
        else:
            decoded = msgspec.convert(fields, card_faults.AnyFault, strict=False)
    except (msgspec.ValidationError, msgspec.DecodeError) as error:
        expected = f"one of {', '.join(sorted(names))}, a colon and seconds, or JSON ({error})"
        raise InvalidInput("--fault", text, expected) from None
    return decoded


def call(
    store: StoreName,
    run_id: RunName,
    why: Why,
    key: KeyPath,
    at: At = None,
    city: FromCity = None,
    as_json: AsJson = False,
) -> int:
    """Call a run off; whoever calls is right: recover first, discuss after."""
    from aspan.evidence.orders import CallKnockItOff

    with open_site(store, city) as site:
        answer = site.order(
            read_key(key),
            lambda name: CallKnockItOff(key=name, run_id=run_id, why=why),
            site.instant(at),
        )
    return answer_order(answer, [f"{run_id} is knocked off: recover"], as_json=as_json)


def end(
    store: StoreName,
    run_id: RunName,
    key: KeyPath,
    at: At = None,
    city: FromCity = None,
    as_json: AsJson = False,
) -> int:
    """End a run: its aircraft, its crew and its air are free."""
    from aspan.evidence.orders import EndRun

    with open_site(store, city) as site:
        answer = site.order(
            read_key(key), lambda name: EndRun(key=name, run_id=run_id), site.instant(at)
        )
    return answer_order(answer, [f"ended {run_id}"], as_json=as_json)


def note(
    store: StoreName,
    run_id: RunName,
    text: Text,
    key: KeyPath,
    at: At = None,
    city: FromCity = None,
    as_json: AsJson = False,
) -> int:
    """Write down what was not as the card says; it stands in the evidence package."""
    from aspan.evidence.orders import NoteDeviation

    with open_site(store, city) as site:
        answer = site.order(
            read_key(key),
            lambda name: NoteDeviation(key=name, run_id=run_id, text=text),
            site.instant(at),
        )
    return answer_order(answer, [f"noted on {run_id}"], as_json=as_json)


def review(
    store: StoreName,
    run_id: RunName,
    accept: Accept,
    note_text: Note,
    key: KeyPath,
    at: At = None,
    city: FromCity = None,
    as_json: AsJson = False,
) -> int:
    """Judge a run by its card's checks from its telemetry, and sign whether its data are good.

    The next card opens only after it, and only if the trend is within the card's prediction band.
    """
    import msgspec

    from aspan.evidence.orders import ReviewRun
    from aspan.evidence.package.judgement import find_off_prediction, judge_one
    from aspan.evidence.site_state import find_manifest

    with open_site(store, city) as site:
        kept = site.store.look(lambda state: find_manifest(state, run_id))
        late = site.store.look(
            lambda state: [
                event.limit_id
                for event in (state.runs[run_id].limits_found if run_id in state.runs else ())
            ]
        )
        found = judge_one(site.store, site.city, site.campaign, run_id)
        card = site.campaign.cards.get(found.card_id)
        off = None if card is None else find_off_prediction(found, card.prediction_band)
        answer = site.order(
            read_key(key),
            lambda name: ReviewRun(
                key=name,
                run_id=run_id,
                manifest_sha256=kept,
                is_accepted=accept,
                note=note_text,
                off_prediction=off,
            ),
            site.instant(at),
        )
    lines = [
        f"{verdict.outcome:<13} {verdict.check_id}: {verdict.words}" for verdict in found.verdicts
    ]
    lines += [f"limit {name} passed, found after the end" for name in late]
    lines += [f"not judged: {found.not_judged}"] if found.not_judged else []
    lines.append(f"{'accepted' if accept else 'rejected'} {run_id}")
    return answer_order(
        answer, lines, as_json=as_json, verdicts=msgspec.to_builtins(found.verdicts)
    )

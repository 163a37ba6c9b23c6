"""`aspan range status` and `notice`: how a test site stands, and the text of a slot's notice."""

import json
from typing import TYPE_CHECKING, Annotated, Any

import typer

from aspan.faces.cli.options import AsJson
from aspan.faces.cli.range_site import FromCity, Site, StoreName, open_site, tell_instant
from aspan.primitives.errors import InvalidInput

if TYPE_CHECKING:
    from aspan.evidence.site_state import CardRecord, RunRecord, SiteState

SlotName = Annotated[str, typer.Argument(metavar="SLOT", help="Id of a slot.")]
Purpose = Annotated[
    str, typer.Option("--purpose", metavar="TEXT", help="What is flown, in Latin letters.")
]


def register(group: typer.Typer) -> None:
    """Add the commands to the group of the test site."""
    group.command(
        "status",
        short_help="How a test site stands: what waits comes first.",
        epilog="Example: aspan range status runs/site.range",
    )(status)
    group.command(
        "notice",
        short_help="Draft of the airspace notice of a slot.",
        epilog="Example: aspan range notice runs/site.range S1 --purpose 'FLIGHT TEST'",
    )(notice)


def status(store: StoreName, city: FromCity = None, as_json: AsJson = False) -> None:
    """Show people, cards, slots and runs of a test site; what waits for somebody comes first."""
    with open_site(store, city) as site:
        answer = site.store.look(lambda state: _describe(state, site))
    if as_json:
        print(json.dumps(answer, ensure_ascii=False))
        return
    for line in answer["waits"]:
        print(f"waits  {line}")
    for card in answer["cards"]:
        print(f"card   {card['card_id']}: {card['phase']}, approved by {card['approved_by']}")
    for slot in answer["slots"]:
        print(f"slot   {slot['slot_id']} of {slot['card_id']}: {slot['from']}, {slot['volumes']}")
    for run in answer["runs"]:
        print(f"run    {run['run_id']}: {run['phase']}{run['note']}")
    counts = (len(answer[name]) for name in ("people", "cards", "slots", "runs"))
    print("{} people, {} cards, {} slots, {} runs".format(*counts))


def _describe(state: "SiteState", site: Site) -> dict[str, Any]:
    zone = site.city.time_zone
    return {
        "people": [
            {"person_id": str(person.person_id), "name": person.name, "roles": list(person.roles)}
            for person in state.people.values()
        ],
        "waits": [
            *(line for record in state.cards.values() for line in _wait_card(state, record)),
            *(line for run in state.runs.values() for line in _wait_run(run)),
        ],
        "cards": [
            {
                "card_id": str(card_id),
                "version": record.version,
                "phase": str(record.phase),
                "approved_by": ", ".join(sorted(record.approvals)) or "nobody",
            }
            for card_id, record in state.cards.items()
        ],
        "slots": [
            {
                "slot_id": slot.slot_id,
                "card_id": str(slot.card_id),
                "from": tell_instant(slot.from_ms, zone),
                "until": tell_instant(slot.until_ms, zone),
                "volumes": ", ".join(slot.volume_ids),
                "aircraft_id": str(slot.aircraft_id),
            }
            for slot in state.live_slots()
        ],
        "runs": [
            {"run_id": run.run_id, "phase": str(run.phase), "note": _tell_run(run)}
            for run in state.runs.values()
        ],
    }


def _wait_card(state: "SiteState", record: "CardRecord") -> list[str]:
    from aspan.evidence.approval_rule import list_open
    from aspan.evidence.card import card_risk

    places = list_open(card_risk(record.card), state.approvers(record))
    if not places:
        return []
    needed = "; ".join(" or ".join(place).replace("_", " ") for place in places)
    return [f"{record.card.card_id} for the approval of {needed}"]


def _wait_run(run: "RunRecord") -> list[str]:
    if run.phase == "ended":
        return [f"{run.run_id} for its review"]
    if run.is_flying and run.telemetry is not None:
        return [f"{run.run_id} for its end"]
    return []


def _tell_run(run: "RunRecord") -> str:
    if run.review is not None:
        return ", accepted" if run.is_accepted else f", rejected: {run.review.note}"
    if run.limits_found:
        return f", limit {run.limits_found[0].limit_id} passed, found after the end"
    if run.knocked_off:
        return f", knocked off: {run.knocked_off[0].why}"
    if run.go_no_go is not None and not run.go_no_go.is_go:
        return f", no go: {run.go_no_go.reason}"
    return ""


def notice(
    store: StoreName,
    slot_id: SlotName,
    purpose: Purpose = "FLIGHT TEST",
    city: FromCity = None,
    as_json: AsJson = False,
) -> None:
    """Write the draft of the airspace notice of a booked slot, for people to send.

    Nothing is in force by being written here.
    """
    from aspan.evidence.airspace_notice import write_notice

    with open_site(store, city) as site:
        held = site.store.look(lambda state: state.slots.get(slot_id))
        if held is None or held.is_freed:
            raise InvalidInput("SLOT", slot_id, "a slot that stands")
        text = write_notice(
            [site.range.get_volume(volume_id) for volume_id in held.slot.volume_ids],
            from_ms=held.slot.from_ms,
            until_ms=held.slot.until_ms,
            purpose=purpose,
        )
    print(json.dumps({"slot_id": slot_id, "text": text}) if as_json else text.rstrip())

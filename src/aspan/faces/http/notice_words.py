"""The words of notices: what a passenger is told when the day breaks, in its language.

`tell_notices` is the list of a booking, for pages and partners; `tell_remedies` what it can choose.
Both are given what is open to it (`operations/care.py`): finding that out plans sorties, and takes
the engine's time.
"""

import json
from functools import cache
from importlib.resources import files

from aspan.booking.care import Remedy
from aspan.booking.notices import Happening, Notice, Standing, list_notices
from aspan.faces.http.cause_words import tell_plainly
from aspan.faces.http.wire_sales import CareDone, RemedyOpen
from aspan.operations.care import Open
from aspan.operations.gate import TOO_HEAVY
from aspan.operations.records import BookingRecord
from aspan.operations.state import State
from aspan.primitives.ids import VertiportId
from aspan.primitives.instants import ms_to_local
from aspan.primitives.units import TIYN_PER_TENGE

OF_ITS_OWN = "late"
"""Reason of what a party chose without anything being wrong but the time."""


@cache
def _read() -> dict[str, dict[str, str]]:
    content = files("aspan.faces.http").joinpath("notice_words.json").read_text("utf-8")
    return dict(json.loads(content))


def tell_notices(
    state: State, booking: BookingRecord, told: Open | None, *, now_ms: int, lang: str
) -> tuple[CareDone, ...]:
    """Return what a party has been told so far, and how it stands now, in order of time."""
    notices = list_notices(
        tuple(
            Happening(
                at_ms=note.at_ms,
                kind=note.kind,
                reason=note.reason,
                place=note.vertiport_id,
                leaves_at_ms=note.leaves_at_ms,
                arrives_at_ms=note.arrives_at_ms,
                refund_tiyn=note.refund_tiyn,
            )
            for note in booking.care
        ),
        _stand(state, booking, told, now_ms),
    )
    return tuple(
        CareDone(
            at_ms=notice.at_ms,
            kind=notice.code,
            reason=notice.reason,
            text=_word(state, notice, lang),
            amount_tiyn=notice.refund_tiyn,
        )
        for notice in notices
    )


def _stand(state: State, booking: BookingRecord, told: Open | None, now_ms: int) -> Standing | None:
    """Return how a party stands whose own sortie waits or is late; None if it was told before."""
    if told is None:
        return None
    sortie = state.sorties[booking.sortie_id]
    own = next((r for r in told.remedies if r.sortie_id == booking.sortie_id), None)
    promised_ms = booking.promised_arrival_at_ms
    is_late = own is None or own.arrives_at_ms is None or own.arrives_at_ms > promised_ms
    if not sortie.hold_reason and not is_late:
        return None
    return Standing(
        at_ms=now_ms,
        reason=sortie.hold_reason,
        leaves_at_ms=told.until_ms,
        arrives_at_ms=None if own is None else own.arrives_at_ms,
        choices=tuple(dict.fromkeys(r.kind for r in told.remedies)),
        until_ms=told.until_ms,
    )


def tell_remedies(
    state: State, booking: BookingRecord, told: Open | None, *, lang: str
) -> tuple[tuple[RemedyOpen, ...], int | None]:
    """Return what a party can choose from now, best first, and until when."""
    if told is None:
        return (), None
    return tuple(_offer(state, booking, r, lang) for r in told.remedies), told.until_ms


def _offer(state: State, booking: BookingRecord, remedy: Remedy, lang: str) -> RemedyOpen:
    is_own = remedy.kind == "air" and remedy.sortie_id == booking.sortie_id
    words = _read()["open.keep" if is_own else f"open.{remedy.kind}"][lang]
    return RemedyOpen(
        remedy=remedy.kind,
        text=words.format(
            leaves=_clock(state, remedy.leaves_at_ms),
            arrives=_clock(state, remedy.arrives_at_ms),
            money=_money(remedy.refund_tiyn),
        ),
        sortie_id=remedy.sortie_id,
        leaves_at_ms=remedy.leaves_at_ms,
        arrives_at_ms=remedy.arrives_at_ms,
        amount_tiyn=remedy.refund_tiyn,
    )


def _word(state: State, notice: Notice, lang: str) -> str:
    place = notice.place
    site = state.index.sites.get(VertiportId(place))
    return _read()[notice.code][lang].format(
        why=_why(notice, lang),
        place=place if site is None else getattr(site.names, lang),
        leaves=_clock(state, notice.leaves_at_ms),
        arrives=_clock(state, notice.arrives_at_ms),
        until=_clock(state, notice.until_ms),
        money=_money(notice.refund_tiyn),
    )


def _why(notice: Notice, lang: str) -> str:
    """Return what happened, as a sentence of its own."""
    reason = notice.reason
    if reason == OF_ITS_OWN:
        return _read()["why_chosen"][lang]
    if reason == TOO_HEAVY:
        return _read()["why_too_heavy"][lang]
    cause = reason.removeprefix("diverted_")
    key = "why_diverted" if cause != reason else "why"
    if notice.code == "waits":
        key = "why_waits"
    return _read()[key][lang].format(cause=tell_plainly(lang, cause))


def _clock(state: State, at_ms: int | None) -> str:
    if at_ms is None:
        return "–"
    return ms_to_local(at_ms, state.index.city.time_zone).strftime("%H:%M")


def _money(tiyn: int) -> str:
    """Return an amount as people read it, thousands set apart."""
    whole, rest = divmod(tiyn, TIYN_PER_TENGE)
    text = f"{whole:,}".replace(",", "\u202f")
    return f"{text}\u202f₸" if rest == 0 else f"{text},{rest:02d}\u202f₸"

"""Parties that stand somewhere by script, and what a desk's care would do for each."""

import msgspec

from aspan.faces.http.wire_stranded import OpenRemedy, StrandedPage, StrandedParty, StrandedSite
from aspan.operations import actions as orders
from aspan.primitives.errors import InvalidInput
from aspan.primitives.ids import BookingId, SortieId, VertiportId

MIN_MS = 60_000
FARE_TIYN = 1_240_000
RIDE_TIYN = 480_000


class ScriptedStranded:
    """Who stands where: nobody until `strand` is called."""

    def __init__(self) -> None:
        self._parties: dict[str, tuple[str, StrandedParty]] = {}

    def strand(self, now_ms: int) -> None:
        """Let three parties wait: two for their sorties, one for its taxi."""
        since = now_ms - 22 * MIN_MS
        waits = StrandedParty(
            booking_id="B00017",
            sortie_id="S00-01",
            destination="AIRPORT",
            party=2,
            status="checked_in",
            since_ms=since,
            reason="weather_visibility",
            promised_arrival_at_ms=since + 31 * MIN_MS,
            ride_leaves_at_ms=None,
            open=(
                _remedy("air", "S00-01", now_ms + 12 * MIN_MS, now_ms + 29 * MIN_MS),
                _remedy("air", "S90001", now_ms + 18 * MIN_MS, now_ms + 35 * MIN_MS),
                msgspec.structs.replace(
                    _remedy("ground", "", now_ms + 8 * MIN_MS, now_ms + 61 * MIN_MS),
                    refund_tiyn=2 * FARE_TIYN,
                    cost_tiyn=RIDE_TIYN,
                ),
                OpenRemedy(
                    remedy="refund",
                    sortie_id="",
                    leaves_at_ms=None,
                    arrives_at_ms=None,
                    refund_tiyn=2 * FARE_TIYN,
                    cost_tiyn=0,
                ),
            ),
        )
        late = msgspec.structs.replace(
            waits,
            booking_id="B00023",
            sortie_id="S01-02",
            destination="GATE",
            party=1,
            since_ms=since + 15 * MIN_MS,
            reason="",
            open=(msgspec.structs.replace(waits.open[3], refund_tiyn=FARE_TIYN),),
        )
        rides = msgspec.structs.replace(
            waits,
            booking_id="B00009",
            sortie_id="S02-01",
            destination="CENTRE",
            party=3,
            since_ms=since + 4 * MIN_MS,
            reason="fato_closed",
            ride_leaves_at_ms=now_ms + 9 * MIN_MS,
            open=(),
        )
        self._parties = {
            waits.booking_id: ("CENTRE", waits),
            late.booking_id: ("CENTRE", late),
            rides.booking_id: ("ALATAU", rides),
        }

    def list_now(self, now_ms: int) -> StrandedPage:
        """Return who stands where."""
        sites: dict[str, list[StrandedParty]] = {}
        for site_id, party in self._parties.values():
            sites.setdefault(site_id, []).append(party)
        told = tuple(
            StrandedSite(
                vertiport_id=site_id,
                passengers=sum(party.party for party in parties),
                parties=tuple(parties),
            )
            for site_id, parties in sorted(sites.items())
        )
        return StrandedPage(
            at_ms=now_ms, passengers=sum(site.passengers for site in told), sites=told
        )

    def preview(self, action: orders.CareForParty, at_ms: int) -> orders.Consequences:
        """Return what the remedy would do for its party."""
        site_id, party = self._find(action)
        meant = [
            one
            for one in party.open
            if one.remedy == action.remedy and action.sortie_id in ("", one.sortie_id)
        ]
        if not meant:
            return orders.Consequences(
                at_ms=at_ms, action=action, is_possible=False, reason="remedy_not_open"
            )
        outcome = {"air": "rebooked", "ground": "driven", "refund": "refunded"}[action.remedy]
        leaves_ms = meant[0].leaves_at_ms or party.since_ms
        touched = orders.TouchedParty(
            booking_id=action.booking_id,
            sortie_id=SortieId(party.sortie_id),
            party=party.party,
            outcome=outcome,
            to_sortie_id=SortieId(meant[0].sortie_id) if meant[0].sortie_id else None,
            off_block_at_ms=leaves_ms,
            later_ms=leaves_ms - party.since_ms,
            refund_tiyn=meant[0].refund_tiyn,
            ride_at_ms=meant[0].leaves_at_ms,
            ride_arrives_at_ms=meant[0].arrives_at_ms,
            ride_tiyn=meant[0].cost_tiyn,
        )
        sortie = orders.TouchedSortie(
            sortie_id=SortieId(party.sortie_id),
            aircraft_id=None,
            origin=VertiportId(site_id),
            destination=VertiportId(party.destination),
            off_block_at_ms=party.since_ms,
            passengers=party.party,
            bookings=1,
            effect="keeps",
        )
        return orders.Consequences(
            at_ms=at_ms,
            action=action,
            is_possible=True,
            sorties=(sortie,),
            passengers=party.party,
            bookings=1,
            parties=(touched,),
        )

    def give(self, action: orders.CareForParty) -> None:
        """Give it: the party stands there no more."""
        self._find(action)
        del self._parties[action.booking_id]

    def _find(self, action: orders.CareForParty) -> tuple[str, StrandedParty]:
        found = self._parties.get(BookingId(action.booking_id))
        if found is None:
            raise InvalidInput("booking_id", action.booking_id, "a booking of this service")
        return found


def _remedy(kind: str, sortie_id: str, leaves_ms: int, arrives_ms: int) -> OpenRemedy:
    return OpenRemedy(
        remedy=kind,
        sortie_id=sortie_id,
        leaves_at_ms=leaves_ms,
        arrives_at_ms=arrives_ms,
        refund_tiyn=0,
        cost_tiyn=0,
    )

"""Empties: which idle aircraft to send where rides are expected and none stands ready.

A greedy transport problem: sites with more idle aircraft than the coming expected departures give
to sites with fewer, nearest pairs first. Pure, small, and easily replaced by a better policy.
"""

from collections.abc import Sequence

import msgspec

from aspan.primitives.ids import AircraftId, VertiportId


class SiteBalance(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One site in the coming horizon.

    Parameters
    ----------
    idle
        Aircraft that stand here uncommitted and charged for a leg, by id.
    inbound
        Aircraft that will be free here within the horizon.
    expected
        Expected sorties that will want to leave within the horizon.
    free_stands
        Planned stands neither occupied nor promised.
    """

    vertiport_id: VertiportId
    idle: tuple[AircraftId, ...]
    inbound: int
    expected: float
    free_stands: int


class EmptiesProblem(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """All sites, and the block times of those of `list_pairs` that can be flown now."""

    sites: tuple[SiteBalance, ...]
    block_ms: dict[tuple[VertiportId, VertiportId], int]
    sorties_max: int


SHORTAGE_MIN = 0.5
"""Expected rides without an aircraft that justify an empty sortie. Assumed: as likely as not."""

ROOM_MIN = 1
"""Free stands below which a site is relieved of an idle aircraft. Assumed: one arrival's worth."""


def list_pairs(sites: Sequence[SiteBalance]) -> list[tuple[VertiportId, VertiportId]]:
    """Return the pairs an empty sortie may be worth on: `plan_empties` asks for no other's time."""
    pairs = []
    for one in sites:
        keep = _count_spare(one)
        for other in sites:
            gives = keep > 0 and other.free_stands > 1 and -_spare(other) >= SHORTAGE_MIN
            makes_room = (
                one.idle and one.free_stands < ROOM_MIN and other.free_stands > ROOM_MIN + 1
            )
            if one is not other and (gives or makes_room):
                pairs.append((one.vertiport_id, other.vertiport_id))
    return pairs


def _spare(site: SiteBalance) -> float:
    """Return the aircraft of a site that nobody is expected to want."""
    return len(site.idle) + site.inbound - site.expected


def _count_spare(site: SiteBalance) -> int:
    """Return how many of the idle aircraft of a site it can do without."""
    return max(0, min(len(site.idle), int(_spare(site))))


def plan_empties(
    problem: EmptiesProblem,
) -> tuple[tuple[AircraftId, VertiportId, VertiportId], ...]:
    """Return (aircraft, from, to) of the empty sorties worth flying now, at most `sorties_max`."""
    surplus: dict[VertiportId, list[AircraftId]] = {}
    shortage: dict[VertiportId, float] = {}
    room: dict[VertiportId, int] = {}
    for site in problem.sites:
        surplus[site.vertiport_id] = list(site.idle[: _count_spare(site)])
        shortage[site.vertiport_id] = -_spare(site)
        room[site.vertiport_id] = site.free_stands
    moves = _make_room(problem, surplus, room)
    wanting = sorted(shortage, key=lambda s: (-shortage[s], s))
    for needy in wanting:
        while shortage[needy] >= SHORTAGE_MIN and room[needy] > 1:
            givers = [
                (block, giver)
                for giver, aircraft in surplus.items()
                if aircraft and (block := problem.block_ms.get((giver, needy))) is not None
            ]
            if not givers or len(moves) >= problem.sorties_max:
                break
            _, giver = min(givers)
            moves.append((surplus[giver].pop(0), giver, needy))
            shortage[needy] -= 1.0
            room[needy] -= 1
    return tuple(moves)


def _make_room(
    problem: EmptiesProblem,
    surplus: dict[VertiportId, list[AircraftId]],
    room: dict[VertiportId, int],
) -> list[tuple[AircraftId, VertiportId, VertiportId]]:
    """Send idle aircraft away from sites without a free stand, to the nearest that has plenty."""
    moves: list[tuple[AircraftId, VertiportId, VertiportId]] = []
    for site in problem.sites:
        full = site.vertiport_id
        leaving = list(site.idle)
        while leaving and room[full] < ROOM_MIN and len(moves) < problem.sorties_max:
            takers = [
                (block, taker)
                for taker, free in room.items()
                if free > ROOM_MIN + 1
                and (block := problem.block_ms.get((full, taker))) is not None
            ]
            if not takers:
                break
            _, taker = min(takers)
            aircraft_id = leaving.pop()
            if aircraft_id in surplus[full]:
                surplus[full].remove(aircraft_id)
            moves.append((aircraft_id, full, taker))
            room[full] += 1
            room[taker] -= 1
    return moves

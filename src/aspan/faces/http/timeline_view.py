"""The timeline: what each aircraft and each stand did, does and is planned to do, as blocks.

An aircraft does one thing at a time. Where several are known at once, the first of these counts:
a sortie, its boarding, being grounded, charging, waiting on a stand.
"""

from bisect import bisect_right, insort

import msgspec

from aspan.faces.http.plan_view import Plan, PlannedSortie
from aspan.faces.http.wire_history import AircraftRow, Block, StandRow, Timeline
from aspan.live.chronicle import Chronicle, SortieStory
from aspan.operations.city_index import CityIndex
from aspan.primitives.errors import InvalidInput
from aspan.primitives.ids import AircraftId, StandId
from aspan.primitives.units import MS_PER_H

FAR_MS = 1 << 53
"""Stands for an end nobody knows."""

LONGEST_MS = 12 * MS_PER_H
"""Sorties that began this long before a timeline are over when it begins: more than a duty."""


def draw_timeline(
    chronicle: Chronicle, plan: Plan, index: CityIndex, *, from_ms: int, until_ms: int
) -> Timeline:
    """Return the rows over [from, until); `InvalidInput` before what the chronicle tells."""
    if from_ms < chronicle.from_ms:
        raise InvalidInput("from_ms", from_ms, f"{chronicle.from_ms} or later, as far as is kept")
    span = (from_ms, until_ms)
    flying = _list_flying(chronicle, plan, span)
    stands = _list_stand_blocks(chronicle, plan, span)
    return Timeline(
        from_ms=from_ms,
        until_ms=until_ms,
        now_ms=plan.now_ms,
        aircraft=tuple(
            AircraftRow(
                aircraft_id=aircraft_id,
                blocks=_lay_row(chronicle, plan, aircraft_id, flying.get(aircraft_id, []), span),
            )
            for aircraft_id in sorted(chronicle.stays)
        ),
        stands=tuple(
            StandRow(
                vertiport_id=site_id,
                stand_id=stand.stand_id,
                is_contingency=stand.is_contingency,
                blocks=tuple(
                    sorted(stands.get(stand.stand_id, []), key=lambda b: (b.from_ms, b.kind))
                ),
            )
            for site_id in index.site_ids
            for stand in sorted(index.sites[site_id].stands, key=lambda s: s.stand_id)
        ),
    )


def _meets(block: Block, span: tuple[int, int]) -> bool:
    until_ms = FAR_MS if block.until_ms is None else block.until_ms
    return block.from_ms < span[1] and until_ms > span[0]


def _list_flying(
    chronicle: Chronicle, plan: Plan, span: tuple[int, int]
) -> dict[AircraftId, list[Block]]:
    """Return the blocks of all sorties that touch the span, by aircraft."""
    planned = {p.sortie_id: p for row in plan.sorties.values() for p in row}
    found: dict[AircraftId, list[Block]] = {}
    for sortie_id, story in chronicle.sorties.items():
        ahead = planned.get(sortie_id)
        if story.off_block_ms is None and ahead is None:
            continue
        begun_ms = story.off_block_ms or (ahead.boarding_ms if ahead else 0)
        if not span[0] - LONGEST_MS < begun_ms < span[1] + MS_PER_H:
            continue
        aircraft_id = story.aircraft_id
        if aircraft_id is not None:
            blocks = [b for b in list_sortie_blocks(story, ahead, plan.now_ms) if _meets(b, span)]
            found.setdefault(aircraft_id, []).extend(blocks)
    return found


def list_sortie_blocks(story: SortieStory, ahead: PlannedSortie | None, now_ms: int) -> list[Block]:
    """Return boarding, taxiing, flight and taxiing of a sortie, as done or as planned."""
    off_ms = story.off_block_ms or (ahead.off_block_ms if ahead else None)
    lift_ms = story.lift_off_ms or (ahead.lift_off_ms if ahead else None)
    touch_ms = story.touchdown_ms or (ahead.touchdown_ms if ahead else None)
    on_ms = story.on_block_ms or (ahead.on_block_ms if ahead else None)
    board_ms = story.boarding_ms
    if board_ms is None and ahead is not None and ahead.passengers:
        board_ms = ahead.boarding_ms
    pieces = (
        ("boarding", board_ms, off_ms, story.off_block_ms),
        ("taxiing", off_ms, lift_ms, story.lift_off_ms),
        ("flight", lift_ms, touch_ms, story.touchdown_ms),
        ("taxiing", touch_ms, on_ms, story.on_block_ms),
    )
    blocks = []
    for kind, begin_ms, end_ms, ended_ms in pieces:
        if begin_ms is None:
            continue
        until_ms = end_ms
        if ended_ms is None and end_ms is not None and end_ms <= now_ms:
            until_ms = None if begin_ms <= now_ms else end_ms  # late: nobody knows its end
        if until_ms is not None and until_ms <= begin_ms:
            continue
        at_site = story.origin if touch_ms is None or begin_ms < touch_ms else story.destination
        blocks.append(
            Block(
                kind=kind,
                from_ms=begin_ms,
                until_ms=until_ms,
                is_planned=begin_ms > now_ms,
                sortie_id=story.sortie_id,
                aircraft_id=story.aircraft_id,
                vertiport_id=None if kind == "flight" else at_site,
                passengers=story.passengers if story.release else ahead.passengers if ahead else 0,
                origin=story.origin,
                destination=story.destination,
                detail=story.cause,
            )
        )
    return blocks


def _lay_row(
    chronicle: Chronicle,
    plan: Plan,
    aircraft_id: AircraftId,
    flying: list[Block],
    span: tuple[int, int],
) -> tuple[Block, ...]:
    """Return an aircraft's row: no block overlaps another."""
    grounded = [
        Block(
            kind="grounded",
            from_ms=g.from_ms,
            until_ms=g.until_ms,
            aircraft_id=aircraft_id,
            detail=g.why,
        )
        for g in chronicle.groundings.get(aircraft_id, [])
    ]
    charging = _list_charging(chronicle, plan, aircraft_id)
    waiting = _list_stays(chronicle, plan, aircraft_id, "waiting")
    rest = [[b for b in layer if _meets(b, span)] for layer in (grounded, charging, waiting)]
    flying.sort(key=lambda block: block.from_ms)
    moving = [b for b in flying if b.kind != "boarding"]
    boarding = [b for b in flying if b.kind == "boarding"]  # called while it is still on its way
    return tuple(lay([moving, boarding, *rest], plan.now_ms))


def _list_stays(
    chronicle: Chronicle, plan: Plan, aircraft_id: AircraftId, kind: str
) -> list[Block]:
    """Return an aircraft's times on a stand as blocks of a kind."""
    ahead = plan.sorties.get(aircraft_id, ())
    return [
        Block(
            kind=kind,
            from_ms=s.from_ms,
            until_ms=_find_leaving_ms(plan, ahead) if s.until_ms is None else s.until_ms,
            aircraft_id=aircraft_id,
            vertiport_id=s.vertiport_id,
            stand_id=s.stand_id,
        )
        for s in chronicle.stays.get(aircraft_id, [])
    ]


def _list_charging(chronicle: Chronicle, plan: Plan, aircraft_id: AircraftId) -> list[Block]:
    """Return an aircraft's times on a charger as blocks."""
    return [
        Block(
            kind="charging",
            from_ms=s.from_ms,
            until_ms=_find_charged_ms(plan, aircraft_id) if s.until_ms is None else s.until_ms,
            aircraft_id=aircraft_id,
            vertiport_id=s.vertiport_id,
            stand_id=s.stand_id,
        )
        for s in chronicle.sessions.get(aircraft_id, [])
    ]


def _find_charged_ms(plan: Plan, aircraft_id: AircraftId) -> int | None:
    charged_ms = plan.charged_ms.get(aircraft_id)
    return None if charged_ms is None or charged_ms <= plan.now_ms else charged_ms


def _find_leaving_ms(plan: Plan, ahead: tuple[PlannedSortie, ...]) -> int | None:
    if not ahead or ahead[0].off_block_ms <= plan.now_ms:
        return None
    return ahead[0].off_block_ms


def lay(layers: list[list[Block]], now_ms: int) -> list[Block]:
    """Return the blocks of all layers in order of time, each cut to what those before it leave.

    Pieces that lie ahead of `now_ms` are marked planned.
    """
    taken: list[tuple[int, int]] = []
    laid: list[Block] = []
    for layer in layers:
        for block in layer:
            until_ms = FAR_MS if block.until_ms is None else block.until_ms
            for start, end in _list_free(taken, block.from_ms, until_ms):
                insort(taken, (start, end))
                piece = msgspec.structs.replace(
                    block,
                    from_ms=start,
                    until_ms=None if end == FAR_MS else end,
                    is_planned=start > now_ms,
                )
                laid.append(piece)
    return sorted(laid, key=lambda block: block.from_ms)


def _list_free(taken: list[tuple[int, int]], from_ms: int, until_ms: int) -> list[tuple[int, int]]:
    """Return the parts of [from, until) that disjoint sorted intervals leave."""
    free = []
    k = max(0, bisect_right(taken, (from_ms, FAR_MS)) - 1)
    for start, end in taken[k:]:
        if end <= from_ms:
            continue
        if start >= until_ms:
            break
        if start > from_ms:
            free.append((from_ms, start))
        from_ms = max(from_ms, end)
    if from_ms < until_ms:
        free.append((from_ms, until_ms))
    return free


def _list_stand_blocks(
    chronicle: Chronicle, plan: Plan, span: tuple[int, int]
) -> dict[StandId, list[Block]]:
    """Return who was on, charged at and was awaited on each stand."""
    blocks: list[Block] = []
    for aircraft_id in chronicle.stays:
        blocks += _list_stays(chronicle, plan, aircraft_id, "occupied")
    for aircraft_id in chronicle.sessions:
        blocks += _list_charging(chronicle, plan, aircraft_id)
    for sortie_id, holds in chronicle.holds.items():
        story = chronicle.sorties[sortie_id]
        blocks += [
            Block(
                kind="held",
                from_ms=h.from_ms,
                until_ms=h.until_ms,
                sortie_id=sortie_id,
                aircraft_id=story.aircraft_id,
                vertiport_id=h.vertiport_id,
                stand_id=h.stand_id,
                passengers=story.passengers,
                origin=story.origin,
                destination=story.destination,
            )
            for h in holds
        ]
    found: dict[StandId, list[Block]] = {}
    for block in blocks:
        if block.stand_id is not None and _meets(block, span):
            found.setdefault(StandId(block.stand_id), []).append(block)
    return found

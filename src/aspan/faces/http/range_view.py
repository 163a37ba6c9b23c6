"""The test site as its pages see it: what stands, card by card and run by run, and orders taken.

Called from several threads at once; the store answers one at a time. An order from a page goes the
one way of every order: signed by a person, to `SiteStore.order`. A card that is filed must be the
one the campaign's files hold.
"""

from collections.abc import Callable, Iterable
from typing import Final, Protocol

import msgspec

from aspan.evidence.airspace_notice import write_notice
from aspan.evidence.approval_rule import list_open
from aspan.evidence.asking import Asking
from aspan.evidence.card import Card, CardId, card_risk
from aspan.evidence.go_no_go import Prepared, evaluate
from aspan.evidence.go_no_go_list import LINE_TRAFFIC, LINES, GoNoGo
from aspan.evidence.matrix import draw_matrix
from aspan.evidence.orders import FileCard
from aspan.evidence.package.contents import RunVerdicts
from aspan.evidence.people import PersonId, SignedOrder
from aspan.evidence.refusals import Reason
from aspan.evidence.scenarios import Campaign
from aspan.evidence.site import SiteRefused
from aspan.evidence.site_events import ReleaseRefused, RunReleased, SiteEvent, Slot
from aspan.evidence.site_state import CardRecord, RunRecord, SiteState, SlotRecord
from aspan.evidence.site_store import SiteStore
from aspan.evidence.surroundings import Surroundings, find_surroundings
from aspan.faces.http.range_judging import RunJudging
from aspan.faces.http.wire_range import (
    ApprovalLine,
    CardLine,
    CardPage,
    LineNeeded,
    ListRequest,
    MatrixPage,
    OrderAnswer,
    OrderRefusal,
    PersonLine,
    RangePage,
    RunLine,
    RunPage,
    SlotLine,
)
from aspan.primitives.errors import InvalidInput
from aspan.world.city import City

_file_card: msgspec.json.Decoder[FileCard] = msgspec.json.Decoder(FileCard)


class Fed(msgspec.Struct, frozen=True, kw_only=True):
    """How far the telemetry of a run is that is arriving, or has arrived."""

    rows: int = 0
    last_at_ms: int | None = None
    is_fed: bool = False


class Feeds(Protocol):
    """Where the telemetry of runs arrives."""

    def find_fed(self, run_id: str) -> Fed:
        """Return how far the telemetry of a run is."""


AHEAD_MS_MAX: Final = 5_000
"""Of the last event before the clock: the twin tells of a step a moment before it is over."""


def site_instant(now_ms: int, last_at_ms: int) -> int:
    """Return the instant at which an order is looked at: the clock's, not before the last event.

    A log that is farther ahead was written by another clock. Then the clock's own instant is told,
    and the site refuses: no slot may be entered, and no evidence be young, by a time that stands.
    """
    return max(now_ms, last_at_ms) if last_at_ms - now_ms <= AHEAD_MS_MAX else now_ms


class RangeView:
    """The pages' view of one test site.

    Parameters
    ----------
    now_ms
        The site's clock.
    begun
        Told what an order brought about, after it is on disk; returns the token with which
        telemetry of a run just begun is sent, empty if there is none.
    """

    def __init__(
        self,
        store: SiteStore,
        campaign: Campaign,
        city: City,
        *,
        now_ms: Callable[[], int],
        feeds: Feeds,
        begun: Callable[[list[SiteEvent]], str],
        is_twin: bool,
    ) -> None:
        self._store = store
        self._campaign = campaign
        self._kind = city.aircraft_type
        self._judging = RunJudging(store, city, campaign)
        self._now_ms = now_ms
        self._feeds = feeds
        self._begun = begun
        self._is_twin = is_twin
        self._around: dict[CardId, Surroundings] = {}

    def site(self) -> RangePage:
        """Return the site as it stands."""
        test_range = self._store.site.range
        is_line = self._store.site.is_line_beside

        def look(state: SiteState) -> RangePage:
            ground = test_range.site
            return RangePage(
                site_id=self._store.site_id,
                city_id=test_range.city_id,
                time_zone=test_range.time_zone,
                names=ground.names,
                now_at_ms=self._at_ms(state),
                is_twin=self._is_twin,
                pad_lon_deg=ground.lon_deg,
                pad_lat_deg=ground.lat_deg,
                pad_elevation_amsl_m=ground.elevation_amsl_m,
                fence=ground.fence,
                spectator_rings=tuple(area.ring for area in test_range.spectators.areas),
                volumes=test_range.volumes,
                aircraft=test_range.aircraft,
                people=tuple(
                    PersonLine(person_id=p.person_id, name=p.name, roles=p.roles)
                    for _, p in sorted(state.people.items())
                ),
                evidence_lines=tuple(
                    LineNeeded(line=kind.name, how=kind.how, unit=kind.unit)
                    for kind in LINES
                    if kind.how != "site" and not (is_line and kind.name == LINE_TRAFFIC)
                ),
                weather=tuple(report for _, report in sorted(state.weather.items())),
                events=self._store.count(),
                log_sha256=self._store.head_sha256(),
            )

        return self._store.look(look)

    def cards(self) -> list[CardLine]:
        """Return the cards of the campaign in build-up order."""
        return self._store.look(
            lambda state: [self._describe(state, card) for card in self._campaign.cards.values()]
        )

    def card(self, card_id: str) -> CardPage:
        """Return a card whole; `InvalidInput` if the campaign has none of this id."""
        card = self._get_card(card_id)
        scenario = self._campaign.scenarios[self._campaign.scenario_by_card[card.card_id]]
        around = self._find_around(card)
        return CardPage(
            line=self._store.look(lambda state: self._describe(state, card)),
            card=card,
            prose=scenario.page,
            safety=around.safety,
            noise=around.noise,
        )

    def matrix(self) -> MatrixPage:
        """Return what is shown by which run, and what is not, gaps first."""
        runs = self._store.look(lambda state: tuple(state.runs.values()))
        verdicts, waiting = self._judging.judge_all(runs)
        drawn = draw_matrix(self._campaign, runs, verdicts)
        return MatrixPage(
            runs_waiting=waiting,
            gaps=drawn.gaps,
            links=drawn.links,
            told_as=drawn.told_as,
            titles={name: each.title for name, each in self._campaign.requirements.items()},
        )

    def slots(self) -> list[SlotLine]:
        """Return the slots, the latest first."""

        def look(state: SiteState) -> list[SlotLine]:
            records = sorted(state.slots.values(), key=lambda r: (-r.slot.from_ms, r.slot.slot_id))
            return [_describe_slot(state, record) for record in records]

        return self._store.look(look)

    def notice(self, slot_id: str) -> str:
        """Return the draft of the airspace notice of a slot."""

        def look(state: SiteState) -> Slot:
            kept = state.slots.get(slot_id)
            if kept is None:
                raise InvalidInput("slot_id", slot_id, "a slot of the site")
            return kept.slot

        slot = self._store.look(look)
        volumes = [self._store.site.range.get_volume(v) for v in slot.volume_ids]
        return write_notice(
            volumes, from_ms=slot.from_ms, until_ms=slot.until_ms, purpose="test flights"
        )

    def runs(self) -> list[RunLine]:
        """Return the runs, the newest first."""
        return self._store.look(
            lambda state: [_describe_run(run) for run in reversed(state.runs.values())]
        )

    def run(self, run_id: str) -> RunPage:
        """Return a run whole; `InvalidInput` if there is none of this id."""
        fed = self._feeds.find_fed(run_id)

        def look(state: SiteState) -> RunPage:
            run = get_run(state, run_id)
            return RunPage(
                line=_describe_run(run),
                go_no_go=run.go_no_go,
                evidence=run.evidence,
                released_by=run.release.by if run.release is not None else PersonId(""),
                released_at_ms=run.release.at_ms if run.release is not None else None,
                knocked_off=tuple(run.knocked_off),
                limits_found=tuple(run.limits_found),
                deviations=tuple(run.deviations),
                telemetry=run.telemetry,
                review=run.review,
                rows=fed.rows,
                last_at_ms=fed.last_at_ms,
                is_fed=fed.is_fed,
            )

        return self._store.look(look)

    def verdicts(self, run_id: str) -> RunVerdicts:
        """Return what the judges say of a run; `InvalidInput` if there is none of this id."""
        return self._judging.judge(self._store.look(lambda state: get_run(state, run_id)))

    def list_go_no_go(self, request: ListRequest) -> GoNoGo:
        """Return how the list of a card in a slot would stand now; nothing is signed."""

        def look(state: SiteState) -> GoNoGo:
            record, kept = state.cards.get(request.card_id), state.slots.get(request.slot_id)
            if record is None:
                raise InvalidInput("card_id", request.card_id, "a card that was filed")
            if kept is None:
                raise InvalidInput("slot_id", request.slot_id, "a slot of the site")
            site = self._store.site
            asking = Asking(
                state=state,
                site=site.range,
                requirement_ids=site.requirement_ids,
                at_ms=self._at_ms(state),
                key="",
                is_line_beside=site.is_line_beside,
            )
            prepared = Prepared(
                card=record.card,
                version=record.version,
                slot=kept.slot,
                evidence=request.evidence,
            )
            return evaluate(asking, prepared)

        return self._store.look(look)

    def order(self, signed: SignedOrder) -> OrderAnswer | OrderRefusal:
        """Hand a signed order to the site; what came of it is on disk."""
        fault = self._check_filed(signed)
        if fault:
            return OrderRefusal(reason=Reason.BAD_ORDER, detail=fault)
        at_ms = self._store.look(self._at_ms)
        answer = self._store.order(signed, at_ms)
        if isinstance(answer, SiteRefused):
            return OrderRefusal(
                reason=answer.reason, detail=answer.detail, go_no_go=answer.go_no_go
            )
        token = self._begun(answer)
        released = [e for e in answer if isinstance(e, RunReleased | ReleaseRefused)]
        return OrderAnswer(
            at_ms=answer[0].at_ms,
            events=tuple(type(event).__name__ for event in answer),
            go_no_go=released[-1].go_no_go if released else None,
            telemetry_token=token,
        )

    def _check_filed(self, signed: SignedOrder) -> str:
        """Return what is wrong with a card that is filed; empty for any other order."""
        try:
            order = _file_card.decode(signed.order)
        except msgspec.DecodeError:
            return ""  # another order, or none: the site says which
        card = self._campaign.cards.get(order.card.card_id)
        version = self._campaign.versions.get(order.card.card_id)
        if card != order.card or version != order.version:
            return f"card {order.card.card_id} is not as the campaign's files have it now"
        return ""

    def _at_ms(self, state: SiteState) -> int:
        return site_instant(self._now_ms(), state.last_at_ms)

    def _get_card(self, card_id: str) -> Card:
        card = self._campaign.cards.get(CardId(card_id))
        if card is None:
            raise InvalidInput("card_id", card_id, "a card of the campaign")
        return card

    def _find_around(self, card: Card) -> Surroundings:
        """Return what a card means for the ground about the site; reckoned once."""
        found = self._around.get(card.card_id)
        if found is None:
            found = find_surroundings(card, self._store.site.range, self._kind)
            self._around[card.card_id] = found
        return found

    def _describe(self, state: SiteState, card: Card) -> CardLine:
        record = state.cards.get(card.card_id)
        version = self._campaign.versions[card.card_id]
        filed = record.version if record is not None else ""
        runs = state.runs_of_card(card.card_id)
        approvers = state.approvers(record) if record is not None else []
        risk = card_risk(card if record is None else record.card)
        return CardLine(
            card_id=card.card_id,
            title=card.title,
            kind=card.kind,
            step=card.step,
            scenario=self._campaign.scenario_by_card[card.card_id],
            risk=risk,
            priority=card.priority,
            repeats=card.repeats,
            version=version,
            filed_version=filed,
            phase=record.phase if record is not None else None,
            authors=_authors_of(record),
            approvals=tuple(
                ApprovalLine(person_id=p.person_id, at_ms=record.approvals[p.person_id])
                for p in approvers
                if record is not None
            ),
            places_open=list_open(risk, approvers),
            after=card.after,
            waits_for=tuple(c for c in card.after if not _is_flown(state, c)),
            runs=tuple(run.run_id for run in runs),
            runs_accepted=sum(run.is_accepted for run in runs),
        )


def get_run(state: SiteState, run_id: str) -> RunRecord:
    """Return a run; `InvalidInput` if there is none of this id."""
    run = state.runs.get(run_id)
    if run is None:
        raise InvalidInput("run_id", run_id, "a run of the site")
    return run


def _authors_of(record: CardRecord | None) -> tuple[PersonId, ...]:
    return () if record is None else tuple(record.authors.get(record.version, ()))


def _is_flown(state: SiteState, card_id: CardId) -> bool:
    return any(run.is_accepted for run in state.runs_of_card(card_id))


def _describe_slot(state: SiteState, record: SlotRecord) -> SlotLine:
    slot = record.slot
    return SlotLine(
        slot_id=slot.slot_id,
        card_id=slot.card_id,
        volume_ids=slot.volume_ids,
        from_at_ms=slot.from_ms,
        until_at_ms=slot.until_ms,
        aircraft_id=slot.aircraft_id,
        crew=slot.crew,
        booked_by=record.booked_by,
        is_freed=record.is_freed,
        runs=_ids(run for run in state.runs.values() if run.slot_id == slot.slot_id),
    )


def _ids(runs: Iterable[RunRecord]) -> tuple[str, ...]:
    return tuple(run.run_id for run in runs)


def _describe_run(run: RunRecord) -> RunLine:
    return RunLine(
        run_id=run.run_id,
        card_id=run.card_id,
        version=run.version,
        slot_id=run.slot_id,
        aircraft_id=run.aircraft_id,
        phase=run.phase,
        begun_at_ms=run.begun_at_ms,
        ended_at_ms=run.ended_at_ms,
        is_knocked_off=bool(run.knocked_off),
        is_accepted=run.review.is_accepted if run.review is not None else None,
    )

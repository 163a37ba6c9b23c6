"""A desk over the invented day: every action does what the page can see of it."""

import msgspec

from aspan.faces.http.wire_stranded import StrandedPage
from aspan.faces.http.wire_actions import ActionAnswer, ActionLine, ActionRequest
from aspan.faces.http.wire_now import Order
from aspan.operations import actions as orders
from aspan.primitives.errors import InvalidInput
from aspan.primitives.ids import AircraftId, BookingId, SortieId, VertiportId
from web.scripted_day import SITES, Leg, ScriptedDay
from web.scripted_stranded import ScriptedStranded


class ScriptedDesk(ScriptedDay):
    """A `DeskView`; what was done is remembered by its key."""

    def __init__(self, *, speed: float = 10.0, fleet: int = 10, is_busy: bool = False) -> None:
        super().__init__(speed=speed, fleet=fleet, is_busy=is_busy)
        self._taken: dict[str, ActionLine] = {}
        self.stranded = ScriptedStranded()

    def preview(self, action: orders.AnyAction) -> orders.Consequences:
        """Return what an action would touch."""
        at_ms = self.now_ms()
        if isinstance(action, orders.CareForParty):
            return self.stranded.preview(action, at_ms)
        reason, legs, effect = self._judge(action, at_ms)
        touched = () if reason else tuple(self._touch(leg, effect, at_ms) for leg in legs)
        return orders.Consequences(
            at_ms=at_ms,
            action=action,
            is_possible=not reason,
            reason=reason,
            sorties=touched,
            passengers=sum(t.passengers for t in touched),
            bookings=sum(t.bookings for t in touched),
            parties=tuple(party for t in touched for party in _list_parties(t)),
        )

    def act(self, request: ActionRequest) -> ActionAnswer:
        """Do it, once for each key."""
        before = self._taken.get(request.key)
        if before is not None:
            if before.action != request.action:
                raise InvalidInput("key", request.key, "a key not used for another action")
            return _answer(before, None, is_repeated=True)
        consequences = self.preview(request.action)
        line = ActionLine(
            seq=1_000_000 + len(self._taken),
            at_ms=consequences.at_ms,
            key=request.key,
            who=request.who,
            why=request.why,
            action=request.action,
            outcome="done" if consequences.is_possible else "refused",
            reason=consequences.reason,
            detail=consequences.detail,
        )
        self._taken[request.key] = line
        if consequences.is_possible:
            self._do(request.action)
            order = Order(who=request.who, why=request.why, at_ms=consequences.at_ms)
            for place in ("fato_id", "vertiport_id", "aircraft_id"):
                if isinstance(known := getattr(request.action, place, None), str):
                    self.orders[known] = order
                    break
        return _answer(line, consequences, is_repeated=False)

    def list_stranded(self) -> StrandedPage:
        """Return who stands where: nobody, until the test lets some be stranded."""
        return self.stranded.list_now(self.now_ms())

    def list_actions(self, limit: int) -> list[ActionLine]:
        """Return the newest actions, newest first."""
        return list(reversed(self._taken.values()))[:limit]

    def _judge(self, action: orders.AnyAction, at_ms: int) -> tuple[str, list[Leg], str]:
        """Return why not, else the sorties touched and how."""
        ahead = [
            leg
            for leg in self._legs
            if at_ms < leg.on and leg.board < at_ms + 7_200_000 and not leg.cause
        ]
        match action:
            case orders.CloseFato():
                self._check_fato(action.vertiport_id, action.fato_id)
                is_shut = action.fato_id in self.closed
                near = [
                    leg for leg in ahead if action.vertiport_id in (leg.origin, leg.destination)
                ]
                return ("fato_closed_already" if is_shut else "", near, "other_fato")
            case orders.OpenFato():
                self._check_fato(action.vertiport_id, action.fato_id)
                return ("" if action.fato_id in self.closed else "fato_open_already", [], "")
            case orders.HoldDepartures() | orders.ReleaseDepartures():
                return self._judge_hold(action, ahead)
            case orders.CancelSortie():
                found = [leg for leg in self._legs if leg.sortie_id == action.sortie_id]
                if not found:
                    raise InvalidInput("sortie_id", action.sortie_id, "a sortie of today")
                is_over = found[0].on <= at_ms or action.sortie_id in self.called_off
                reason = "sortie_ended" if is_over else ""
                return (reason or ("sortie_released" if found[0].off <= at_ms else ""), found, "")
            case orders.GroundAircraft() | orders.ReturnAircraft() | orders.SendEmpty():
                return self._judge_aircraft(action, ahead, at_ms)
            case orders.Pause():
                return ("paused_already" if self.is_paused else "", [], "")
            case orders.Resume():
                return ("" if self.is_paused else "not_paused", [], "")
        return ("", [], "")

    def _judge_hold(
        self, action: orders.HoldDepartures | orders.ReleaseDepartures, ahead: list[Leg]
    ) -> tuple[str, list[Leg], str]:
        site = action.vertiport_id
        if site is not None and site not in SITES:
            raise InvalidInput("vertiport_id", site, "a vertiport")
        sites = set(SITES) if site is None else {site}
        if isinstance(action, orders.ReleaseDepartures):
            return ("" if self.held & sites else "not_held", [], "")
        waiting = [leg for leg in ahead if leg.origin in sites]
        return ("held_already" if self.held >= sites else "", waiting, "waits")

    def _judge_aircraft(
        self,
        action: orders.GroundAircraft | orders.ReturnAircraft | orders.SendEmpty,
        ahead: list[Leg],
        at_ms: int,
    ) -> tuple[str, list[Leg], str]:
        known = {f"EV-{k + 1:02d}": self._aircraft(k, at_ms) for k in range(self._fleet)}
        now = known.get(action.aircraft_id)
        if now is None:
            raise InvalidInput("aircraft_id", action.aircraft_id, "an aircraft of the fleet")
        is_grounded = action.aircraft_id in self.grounded
        if isinstance(action, orders.ReturnAircraft):
            return ("" if is_grounded else "not_grounded", [], "")
        own = [leg for leg in ahead if f"EV-{leg.aircraft + 1:02d}" == action.aircraft_id]
        if isinstance(action, orders.GroundAircraft):
            return ("grounded_already" if is_grounded else "", own, "reassigned")
        if action.destination not in SITES:
            raise InvalidInput("destination", action.destination, "a vertiport")
        if is_grounded:
            return ("aircraft_grounded", [], "")
        if now.vertiport_id is None:
            return ("aircraft_flying", [], "")
        return ("same_site" if now.vertiport_id == action.destination else "", [], "new")

    def _check_fato(self, site: str, fato: str) -> None:
        if site not in SITES:
            raise InvalidInput("vertiport_id", site, "a vertiport")
        if fato not in (f"{site}-F1", f"{site}-F2"):
            raise InvalidInput("fato_id", fato, f"a FATO of {site}")

    def _touch(self, leg: Leg, effect: str, at_ms: int) -> orders.TouchedSortie:
        if leg.off <= at_ms:
            effect = "flies_on"
        return orders.TouchedSortie(
            sortie_id=SortieId(leg.sortie_id),
            aircraft_id=AircraftId(f"EV-{leg.aircraft + 1:02d}"),
            origin=VertiportId(leg.origin),
            destination=VertiportId(leg.destination),
            off_block_at_ms=leg.off,
            passengers=leg.passengers,
            bookings=(leg.passengers + 1) // 2,
            effect=effect or "cancelled",
        )

    def _do(self, action: orders.AnyAction) -> None:
        match action:
            case orders.CloseFato():
                self.closed.add(action.fato_id)
            case orders.OpenFato():
                self.closed.discard(action.fato_id)
            case orders.HoldDepartures(vertiport_id=site):
                self.held |= set(SITES) if site is None else {site}
            case orders.ReleaseDepartures(vertiport_id=site):
                self.held -= set(SITES) if site is None else {site}
            case orders.CareForParty():
                self.stranded.give(action)
            case orders.CancelSortie():
                self.called_off.add(action.sortie_id)
            case orders.GroundAircraft():
                self.grounded.add(action.aircraft_id)
            case orders.ReturnAircraft():
                self.grounded.discard(action.aircraft_id)
            case orders.SetPace():
                self.set_pace(action.speed, is_paused=self.is_paused)
            case orders.Pause():
                self.set_pace(is_paused=True)
            case orders.Resume():
                self.set_pace()
            case orders.SendEmpty():
                pass  # the script has no room for it


def _answer(
    line: ActionLine, consequences: orders.Consequences | None, *, is_repeated: bool
) -> ActionAnswer:
    told = msgspec.structs.asdict(line)
    kept = {name: told[name] for name in ("seq", "at_ms", "outcome", "reason", "detail")}
    return ActionAnswer(**kept, is_repeated=is_repeated, consequences=consequences)


def _list_parties(sortie: orders.TouchedSortie) -> list[orders.TouchedParty]:
    """Return parties of two: of a cancelled sortie the first is refunded, the others move on."""
    found = []
    for n, first in enumerate(range(0, sortie.passengers, 2)):
        party = orders.TouchedParty(
            booking_id=BookingId(f"{sortie.sortie_id}-B{n}"),
            sortie_id=sortie.sortie_id,
            party=min(2, sortie.passengers - first),
            outcome={"waits": "waits", "reassigned": "waits"}.get(sortie.effect, "keeps"),
            latest_off_block_at_ms=sortie.off_block_at_ms + 1_800_000,
        )
        if sortie.effect == "cancelled" and n == 0:
            party = msgspec.structs.replace(party, outcome="refunded", refund_tiyn=1_240_000)
        elif sortie.effect == "cancelled":
            party = msgspec.structs.replace(
                party,
                outcome="rebooked",
                to_sortie_id=SortieId("S90001"),
                off_block_at_ms=sortie.off_block_at_ms + 720_000,
                later_ms=720_000,
            )
        found.append(party)
    return found

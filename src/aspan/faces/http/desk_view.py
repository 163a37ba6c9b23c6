"""The desk of a running engine: actions are orders to the service, answered when on disk."""

import msgspec

from aspan.compose.service import TwinService
from aspan.faces.http.service_view import Unavailable
from aspan.faces.http.stranded_view import list_stranded
from aspan.faces.http.wire_actions import ActionAnswer, ActionLine, ActionRequest
from aspan.faces.http.wire_stranded import StrandedPage
from aspan.live.chronicle import Action, Chronicle
from aspan.live.history import Archive
from aspan.live.service import NotAnswered
from aspan.operations import events as ev
from aspan.operations.actions import AnyAction, CloseFato, Consequences
from aspan.operations.commands import TakeAction
from aspan.operations.desk import preview
from aspan.operations.lifecycles import FLYING_SORTIE_PHASES
from aspan.operations.state import State


class EngineDesk:
    """A `DeskView` over a twin's service."""

    def __init__(self, twin: TwinService, archive: Archive) -> None:
        self._twin = twin
        self._archive = archive

    def preview(self, action: AnyAction) -> Consequences:
        """Return what an action would do now; it does nothing."""
        twin = self._twin
        planner = twin.run.engine.planner

        def look() -> Consequences:
            at_ms = max(planner.state.now_ms, twin.clock.now_ms())
            return tell_held(planner.state, preview(planner, action, at_ms))

        found = twin.service.find_answer(look)
        if found is None:
            raise Unavailable("a service that has time to answer")
        return found

    def act(self, request: ActionRequest) -> ActionAnswer:
        """Do it, once for each key, and return when what came of it is on disk."""
        consequences = self.preview(request.action)
        command = TakeAction(
            key=request.key, who=request.who, why=request.why, action=request.action
        )
        try:
            answer = self._twin.service.take_action(command)
        except NotAnswered as fault:
            raise Unavailable(str(fault)) from None
        record = answer.record
        return ActionAnswer(
            seq=record.seq,
            at_ms=record.at_ms,
            outcome="refused" if record.reason else "done",
            reason=record.reason,
            detail=record.detail,
            is_repeated=answer.is_repeated,
            consequences=None if answer.is_repeated else consequences,
        )

    def list_stranded(self) -> StrandedPage:
        """Return who still stands at a vertiport and should not, and what is open to them."""
        twin = self._twin
        planner = twin.run.engine.planner

        def look() -> StrandedPage:
            return list_stranded(planner, max(planner.state.now_ms, twin.clock.now_ms()))

        found = twin.service.find_answer(look)
        if found is None:
            raise Unavailable("a service that has time to answer")
        return found

    def list_actions(self, limit: int) -> list[ActionLine]:
        """Return the newest actions, newest first."""

        def newest(chronicle: Chronicle) -> list[Action]:
            return chronicle.actions[: -limit - 1 : -1]

        return [_describe(action) for action in self._archive.tell(newest)]


def tell_held(state: State, found: Consequences) -> Consequences:
    """Return consequences in which what leaves from a held site waits, whatever FATO is open."""
    if not isinstance(found.action, CloseFato):
        return found
    sorties = tuple(
        msgspec.structs.replace(s, effect="waits")
        if s.effect == "other_fato"
        and state.sites[s.origin].is_held
        and s.sortie_id in state.live_sorties
        and state.live_sorties[s.sortie_id].phase not in FLYING_SORTIE_PHASES
        else s
        for s in found.sorties
    )
    return msgspec.structs.replace(found, sorties=sorties)


def _describe(action: Action) -> ActionLine:
    event = action.event
    is_refused = isinstance(event, ev.ActionRefused)
    return ActionLine(
        seq=action.seq,
        at_ms=event.at_ms,
        key=event.key,
        who=event.who,
        why=event.why,
        action=event.action,
        outcome="refused" if is_refused else "done",
        reason=event.reason if isinstance(event, ev.ActionRefused) else "",
        detail=event.detail if isinstance(event, ev.ActionRefused) else "",
    )

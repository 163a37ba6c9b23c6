"""Copies of a state: to look ahead from it, or to go on from it later, without touching it.

A copy is a pickle of what the fold may change; what is frozen (events, weather, lanes, the city) is
shared among all copies by reference. Copies never leave the process.
"""

import io
import pickle
from typing import Any, Generic, TypeVar

import msgspec

from aspan.airspace.intents import IntentVolumes
from aspan.airspace.reservations import Profile
from aspan.operations.city_index import CityIndex
from aspan.operations.lifecycles import ENDED_BOOKING_STATUSES, ENDED_SORTIE_PHASES
from aspan.operations.records import BookingRecord, SortieRecord

T = TypeVar("T")


def _restore_mapping(kind: type[dict[Any, Any]], pairs: dict[Any, Any], rest: object) -> object:
    """Return a mapping that keeps more than its pairs, without its noticing the pairs again."""
    mapping = kind.__new__(kind)
    dict.update(mapping, pairs)
    for attributes in rest if isinstance(rest, tuple) else (rest,):
        for name, value in (attributes or {}).items():
            setattr(mapping, name, value)
    return mapping


def _is_over(thing: object) -> bool:
    """Say whether a thing is a sortie or booking that has ended, so that no event changes it."""
    if isinstance(thing, SortieRecord):
        return thing.phase in ENDED_SORTIE_PHASES
    return isinstance(thing, BookingRecord) and thing.status in ENDED_BOOKING_STATUSES


class Copier(Generic[T]):
    """Copies what the fold may change; shares the rest.

    Parameters
    ----------
    is_ended_shared
        Share sorties and bookings that are over as well: for a copy that looks ahead, never back.
    """

    def __init__(self, index: CityIndex, *, is_ended_shared: bool = False) -> None:
        self._is_ended_shared = is_ended_shared
        conflicts = index.network.conflicts
        self._fixed = {
            id(o) for o in (index, index.network, conflicts, conflicts.volume_pairs, index.city)
        }
        self._kinds: dict[type, bool] = {}
        self._shared: dict[int, object] = {}

    def is_shared(self, thing: object) -> bool:
        """Say whether nobody changes a thing once it is made."""
        kind = type(thing)
        known = self._kinds.get(kind)
        if known is None:
            is_frozen = isinstance(thing, msgspec.Struct) and thing.__struct_config__.frozen
            known = is_frozen or kind in (Profile, IntentVolumes, CityIndex)
            self._kinds[kind] = known
        return known or id(thing) in self._fixed or (self._is_ended_shared and _is_over(thing))

    def copy(self, parts: T) -> bytes:
        """Return a copy as bytes."""
        shared = self._shared

        class Pickler(pickle.Pickler):
            def persistent_id(inner, thing: object) -> int | None:
                if self.is_shared(thing):
                    shared[id(thing)] = thing
                    return id(thing)
                return None

            def reducer_override(inner, thing: object) -> Any:  # noqa: ANN401  # as pickle has it
                if not isinstance(thing, dict):
                    return NotImplemented
                rest = thing.__reduce_ex__(2)[2]
                return _restore_mapping, (type(thing), dict(thing), rest)

        into = io.BytesIO()
        Pickler(into, pickle.HIGHEST_PROTOCOL).dump(parts)
        return into.getvalue()

    def restore(self, copy: bytes) -> T:
        """Return what was copied, to be changed as one likes."""
        shared = self._shared

        class Unpickler(pickle.Unpickler):
            def persistent_load(inner, number: int) -> object:
                return shared[number]

        parts: T = Unpickler(io.BytesIO(copy)).load()
        return parts

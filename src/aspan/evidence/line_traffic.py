"""Port to the line traffic beside the range: its airspace is closed while a slot stands.

The service answers it where one runs (`LineTraffic`); a site that stands alone has `NoLineTraffic`,
and its go/no-go list wants evidence that the line does not fly.
"""

from typing import Protocol

import msgspec

from aspan.primitives.ids import GeozoneId


class TrafficGranted(msgspec.Struct, frozen=True, kw_only=True):
    """Line traffic keeps out."""


class TrafficRefused(msgspec.Struct, frozen=True, kw_only=True):
    """Line traffic cannot keep out, or nobody answers; `detail` says why."""

    detail: str


class LineTraffic(Protocol):
    """Who closes geozones to line traffic.

    A key asked for again with the same zones and times is answered as before. Nothing is raised:
    who cannot be reached refuses, holds nothing, and frees later.
    """

    def reserve(
        self, zone_ids: tuple[GeozoneId, ...], from_ms: int, until_ms: int, key: str
    ) -> TrafficGranted | TrafficRefused:
        """Close zones for `[from_ms, until_ms)`; refused if a released sortie would be inside."""

    def holds(self, key: str) -> bool:
        """Say whether what was reserved under a key is still closed to line traffic."""

    def free(self, key: str) -> None:
        """Open again what was reserved under a key; nothing if nothing was."""


class NoLineTraffic:
    """A site without a service beside it: who flies the line is not known here, nor asked."""

    def reserve(
        self, zone_ids: tuple[GeozoneId, ...], from_ms: int, until_ms: int, key: str
    ) -> TrafficGranted | TrafficRefused:
        """Grant everything."""
        return TrafficGranted()

    def holds(self, key: str) -> bool:
        """Say yes."""
        return True

    def free(self, key: str) -> None:
        """Do nothing."""

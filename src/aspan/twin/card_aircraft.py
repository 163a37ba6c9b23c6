"""The aircraft that flies a test card: its true numbers, which identification has to find again.

What a type's energy model needs is in `AircraftType`, here with this one airframe's own values.
The rest is what only telemetry shows: how units and packs share, how voltage sags under current,
how cells spread.
"""

import msgspec

from aspan.physics.battery import available_kwh
from aspan.primitives.errors import InvalidInput
from aspan.world.aircraft import AircraftType
from aspan.world.telemetry import PACKS, UNITS


class TestAircraft(msgspec.Struct, frozen=True, kw_only=True):
    """One airframe under test.

    Parameters
    ----------
    kind
        The type, with this airframe's own figure of merit, efficiencies, polar, auxiliaries,
        battery, shares in the cold, taper and noise levels.
    soh
        State of health of the battery, in (0, 1].
    cycles
        Full cycles the battery has behind it; told, `soh` is what acts.
    unit_shares
        Of propulsive power taken by each unit, sum 1. Assumed: alike within 1 %.
    pack_shares
        Of battery power given by each pack, sum 1. Assumed: alike within 1 %.
    pack_ohm
        Resistance of one pack at 25 °C and above. Assumed: 0.10, some 25 V of sag in a hover.
    cell_spread_v
        Between the highest and the lowest cell of a pack at rest. Assumed: 15 mV.
    """

    __test__ = False

    kind: AircraftType
    soh: float = 1.0
    cycles: int = 0
    unit_shares: tuple[float, ...] = (0.1667, 0.1660, 0.1673, 0.1664, 0.1669, 0.1667)
    pack_shares: tuple[float, ...] = (0.2500, 0.2490, 0.2510, 0.2500)
    pack_ohm: float = 0.10
    cell_spread_v: float = 0.015

    def __post_init__(self) -> None:
        """Refuse shares that do not belong to the units and packs there are."""
        for name, shares, count in (
            ("unit_shares", self.unit_shares, UNITS),
            ("pack_shares", self.pack_shares, PACKS),
        ):
            if len(shares) != count or abs(sum(shares) - 1.0) > 1e-9:
                raise InvalidInput(name, shares, f"{count} shares of sum 1")

    @property
    def capacity_kwh(self) -> float:
        """Energy of full packs."""
        return self.kind.gross_kwh * self.soh

    def usable_kwh(self, *, soc: float, pack_k: float) -> float:
        """Return the energy until the packs cut off: what is available of facts 2.5."""
        return available_kwh(self.kind, soc=soc, soh=self.soh, pack_k=pack_k)

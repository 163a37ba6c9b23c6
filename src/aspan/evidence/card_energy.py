"""Energy of a card by the model: what its profile takes, what is left, how warm the packs get.

A card is written with a start charge; this says whether that is enough. Whoever leaves the ground
keeps the final reserve of an aircraft in service (facts 4.3) above the floor; on the ground the
packs may go down to the floor. What lies between two segments is counted too: lift-off and landing
at stated rates, changes of speed, the way back to the pad.

Assumed: lift-off at 2 m/s, landing at 1.5 m/s, half as long again to begin and end each gently; a
minute for each leg on the wing that turns round, five to come home over the pad; the way back of a
hover that moved at 8 m/s; each climb pays, no descent credits. A test holds it to the twin.
"""

from typing import Final

import msgspec

from aspan.evidence.card import Card
from aspan.physics.battery import available_kwh, pack_k_after_energy, soc_after_energy
from aspan.physics.charging import soc_after_s
from aspan.physics.flight import (
    aux_power_kw,
    best_range_speed_mps,
    climb_energy_kwh,
    cruise_power_kw,
    hover_power_kw,
    transition_power_kw,
)
from aspan.physics.reserve import final_reserve_kwh
from aspan.primitives.units import S_PER_H
from aspan.twin.card_profile import Segment
from aspan.world.aircraft import AircraftType

UP_MPS: Final = 2.0
DOWN_MPS: Final = 1.5
GENTLY: Final = 1.5
HOME_S: Final = 300.0
TURN_S: Final = 60.0
TAXI_MPS: Final = 8.0
RESERVE_S: Final = 1_200.0
"""Final reserve of facts 4.3, that of an aircraft that can land vertically anywhere."""

_ROUNDING_KWH: Final = 1e-6

_ON_GROUND: Final = ("ground", "charge", "discharge", "open")
_ON_WING: Final = ("cruise", "climb", "descent")


class CardEnergy(msgspec.Struct, frozen=True, kw_only=True):
    """What a card takes.

    Parameters
    ----------
    drawn_kwh
        Out of the packs, charging not taken off it.
    soc_end, pack_k_end
        After it.
    soc_least, pack_k_greatest
        At any end of a segment.
    available_kwh
        Above the floor at its end, at the temperature the packs have then.
    reserve_kwh
        To be kept: of the final reserve if it flies, else none.
    """

    drawn_kwh: float
    soc_end: float
    soc_least: float
    pack_k_end: float
    pack_k_greatest: float
    available_kwh: float
    reserve_kwh: float

    @property
    def is_enough(self) -> bool:
        """Whether the reserve is still there at the end."""
        return self.available_kwh >= self.reserve_kwh - _ROUNDING_KWH


def flies(card: Card) -> bool:
    """Say whether a card leaves the ground."""
    return any(segment.manoeuvre not in _ON_GROUND for segment in card.profile)


def card_energy(
    card: Card, aircraft: AircraftType, *, density_kg_m3: float, temperature_k: float,
    soh: float = 1.0,
) -> CardEnergy:  # fmt: skip
    """Return what a card takes in air of one density and temperature."""
    powers = _Powers(card, aircraft, density_kg_m3, temperature_k)
    soc, pack_k, drawn = card.load.soc, card.load.pack_k, 0.0
    least, greatest, height_m, is_on_wing = soc, pack_k, 0.0, False
    for segment in card.profile:
        if segment.manoeuvre == "charge":
            soc = soc_after_s(
                aircraft,
                soc=soc,
                duration_s=segment.duration_s,
                soh=soh,
                cap_kw=segment.power_kw,
                pack_k=pack_k,
            )
            continue
        energy_kwh = powers.segment_kwh(segment)
        energy_kwh += powers.change_kwh(height_m, segment, is_on_wing=is_on_wing)
        if segment.manoeuvre == "discharge":
            usable = available_kwh(aircraft, soc=soc, soh=soh, pack_k=pack_k)
            energy_kwh = min(energy_kwh, max(0.0, usable))
        height_m = segment.height_agl_m
        is_on_wing = segment.manoeuvre in (*_ON_WING, "transition_out")
        drawn += energy_kwh
        soc = soc_after_energy(aircraft, soc=soc, energy_kwh=energy_kwh, soh=soh)
        pack_k = pack_k_after_energy(aircraft, pack_k=pack_k, energy_kwh=energy_kwh)
        least, greatest = min(least, soc), max(greatest, pack_k)
    landing_kwh = powers.landing_kwh(height_m, is_on_wing=is_on_wing)
    drawn += landing_kwh
    soc = soc_after_energy(aircraft, soc=soc, energy_kwh=landing_kwh, soh=soh)
    pack_k = pack_k_after_energy(aircraft, pack_k=pack_k, energy_kwh=landing_kwh)
    return CardEnergy(
        drawn_kwh=drawn,
        soc_end=soc,
        soc_least=min(least, soc),
        pack_k_end=pack_k,
        pack_k_greatest=max(greatest, pack_k),
        available_kwh=available_kwh(aircraft, soc=soc, soh=soh, pack_k=pack_k),
        reserve_kwh=powers.reserve_kwh() if flies(card) else 0.0,
    )


class _Powers:
    """The model's powers for one card in one air."""

    def __init__(
        self, card: Card, aircraft: AircraftType, density_kg_m3: float, temperature_k: float
    ) -> None:
        self._aircraft, self._mass_kg = aircraft, card.load.mass_kg
        self._density_kg_m3 = density_kg_m3
        mass_kg = self._mass_kg
        self.aux_kw = aux_power_kw(aircraft, temperature_k)
        self.hover_kw = self.aux_kw + hover_power_kw(
            aircraft, mass_kg=mass_kg, density_kg_m3=density_kg_m3
        )
        self.transition_kw = self.aux_kw + transition_power_kw(
            aircraft, mass_kg=mass_kg, density_kg_m3=density_kg_m3
        )
        self.slow_mps = best_range_speed_mps(aircraft, mass_kg=mass_kg, density_kg_m3=density_kg_m3)

    def cruise_kw(self, airspeed_mps: float) -> float:
        """Return level power at a speed, auxiliaries included."""
        return self.aux_kw + cruise_power_kw(
            self._aircraft,
            mass_kg=self._mass_kg,
            density_kg_m3=self._density_kg_m3,
            airspeed_mps=airspeed_mps,
        )

    def segment_kwh(self, segment: Segment) -> float:
        """Return the energy of a segment as it is held."""
        match segment.manoeuvre:
            case "ground" | "charge":
                power_kw = self.aux_kw
            case "open":
                power_kw = 0.0
            case "discharge":
                power_kw = self.aux_kw + segment.power_kw
            case "hover":
                power_kw = self.hover_kw
            case "transition_out" | "transition_in":
                power_kw = self.transition_kw
            case _:
                power_kw = self.cruise_kw(segment.airspeed_mps or self.slow_mps)
        return power_kw * segment.duration_s / S_PER_H

    def change_kwh(self, from_m: float, segment: Segment, *, is_on_wing: bool) -> float:
        """Return the energy of coming to a segment from the height and state before it."""
        if segment.manoeuvre in _ON_GROUND:
            return self.landing_kwh(from_m, is_on_wing=is_on_wing)
        rise_m = segment.height_agl_m - from_m
        climb_kwh = climb_energy_kwh(
            self._aircraft, mass_kg=self._mass_kg, climb_m=max(0.0, rise_m)
        )
        if is_on_wing and segment.manoeuvre in (*_ON_WING, "transition_in"):
            is_home = segment.manoeuvre == "transition_in"
            more_s = HOME_S if is_home else TURN_S
            return climb_kwh + self.cruise_kw(self.slow_mps) * more_s / S_PER_H
        duration_s = GENTLY * abs(rise_m) / (UP_MPS if rise_m > 0.0 else DOWN_MPS)
        if segment.manoeuvre == "hover":
            duration_s += GENTLY * segment.airspeed_mps * segment.duration_s / TAXI_MPS
        energy_kwh = self.hover_kw * duration_s / S_PER_H + climb_kwh
        return energy_kwh + (self._home_kwh() + self._transition_kwh() if is_on_wing else 0.0)

    def landing_kwh(self, height_m: float, *, is_on_wing: bool) -> float:
        """Return the energy from the end of the last segment to standing on the pad."""
        if height_m <= 0.0:
            return 0.0
        energy_kwh = self.hover_kw * GENTLY * height_m / DOWN_MPS / S_PER_H
        return energy_kwh + (self._home_kwh() + self._transition_kwh() if is_on_wing else 0.0)

    def _home_kwh(self) -> float:
        return self.cruise_kw(self.slow_mps) * HOME_S / S_PER_H

    def _transition_kwh(self) -> float:
        return self.transition_kw * self._aircraft.transition_s / S_PER_H

    def reserve_kwh(self) -> float:
        """Return the final reserve."""
        return final_reserve_kwh(
            self._aircraft,
            mass_kg=self._mass_kg,
            density_kg_m3=self._density_kg_m3,
            duration_s=RESERVE_S,
            aux_kw=self.aux_kw,
        )

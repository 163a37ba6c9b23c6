"""What a test card asks the aircraft to do, as a row of segments the twin can fly.

A segment is held as it is stated; between two of them the twin moves as the type can. Not here:
why it is flown and what is judged (`evidence`), nor how it is flown (`card_flight`).
"""

from typing import Final, Literal

import msgspec

Manoeuvre = Literal[
    "ground",
    "hover",
    "transition_out",
    "transition_in",
    "cruise",
    "climb",
    "descent",
    "charge",
    "discharge",
    "open",
]
"""Auxiliaries only on the stand; hover; from hover to wing and back; level on the wing; up or down
on the wing; on the charger; a load bank draws on the stand; contactors open on the stand, nothing
flows through the packs."""

PASS: Final = "pass"
"""A cruise whose label begins so leads over the pad, its middle above it, on whatever course."""


class Segment(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One manoeuvre held for a time.

    Parameters
    ----------
    duration_s
        How long it is held, above 0.
    airspeed_mps
        True airspeed, of cruise, climb and descent; sideways or forward in a hover, 0 if none.
    height_agl_m
        Held; of climb and descent the height at their end. 0 on the ground.
    power_kw
        Of charge: greatest power into the battery; of discharge: load. 0 otherwise.
    course_deg
        Flown over the ground, true, [0, 360).
    label
        By which checks and identification find it again; unique in a profile.
    """

    label: str
    manoeuvre: Manoeuvre
    duration_s: float
    airspeed_mps: float = 0.0
    height_agl_m: float = 0.0
    power_kw: float = 0.0
    course_deg: float = 0.0


class LoadState(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """How the aircraft stands at the start of a card.

    Parameters
    ----------
    mass_kg
        Take-off mass.
    cg_share
        Centre of gravity, share of the allowed range from the forward limit, in [0, 1].
    soc, pack_k
        Of the packs at the start.
    """

    mass_kg: float
    cg_share: float = 0.5
    soc: float = 0.95
    pack_k: float = 293.15

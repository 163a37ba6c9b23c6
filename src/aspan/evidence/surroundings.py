"""What a card means for the ground about the site: safety zone and noise at the fence.

Reckoned before anybody flies, from the path the twin would fly in calm air, at the strongest wind
the card allows; a row each second.
"""

import msgspec

from aspan.evidence.card import Card
from aspan.evidence.fence_noise import FenceNoise, find_fence_noise
from aspan.evidence.safety_zone import SafetyZone, find_safety_zone
from aspan.evidence.twin_site import place_of
from aspan.twin.card_path import draw_path
from aspan.twin.card_place import Air
from aspan.world.aircraft import AircraftType
from aspan.world.atmosphere import air_density_kg_m3
from aspan.world.range import Range

_RATE_HZ = 1.0
_CALM = Air()


class Surroundings(msgspec.Struct, frozen=True, kw_only=True):
    """What a card means for the ground about the site."""

    safety: SafetyZone
    noise: FenceNoise


def find_surroundings(card: Card, test_range: Range, kind: AircraftType) -> Surroundings:
    """Return safety zone and noise of a card on a range, flown by a type."""
    path = draw_path(
        card.profile,
        kind=kind,
        mass_kg=card.load.mass_kg,
        density_kg_m3=air_density_kg_m3(_CALM.pressure_pa, _CALM.temperature_k),
        air=_CALM,
        boxes=place_of(test_range, card.volume_ids).boxes,
        rate_hz=_RATE_HZ,
    )
    site = test_range.site
    pad = (site.lon_deg, site.lat_deg)
    return Surroundings(
        safety=find_safety_zone(
            mass_kg=card.load.mass_kg,
            lift_to_drag=kind.lift_to_drag_max,
            wind_mps=card.minima.gust_mps,
            pad_lonlat=pad,
            fence=site.fence,
            east_m=path.east_m,
            north_m=path.north_m,
            height_agl_m=path.height_m,
            airspeed_mps=path.airspeed_mps,
        ),
        noise=find_fence_noise(
            kind,
            pad_lonlat=pad,
            fence=site.fence,
            limit_dba=site.fence_noise_dba_max,
            east_m=path.east_m,
            north_m=path.north_m,
            height_agl_m=path.height_m,
            tilt_deg=path.tilt_deg,
        ),
    )

"""The cards of Alatau can be flown: charge, packs and places suffice in the air they ask for."""

import pytest

from aspan.evidence.card import Card
from aspan.evidence.card_energy import card_energy, flies
from aspan.evidence.scenarios import Campaign
from aspan.physics.battery import available_kwh
from aspan.world.aircraft import AircraftType
from aspan.world.atmosphere import air_density_kg_m3, standard_pressure_pa
from aspan.world.range import Range
from aspan.world.readers.range import load_range
from shipped import read_shipped, read_shipped_campaign

COLDEST_K, HOTTEST_K = 248.15, 317.15
"""Of the climate of Almaty, where a card leaves an end open."""


@pytest.fixture(scope="module")
def campaign() -> Campaign:
    """Return the shipped campaign."""
    return read_shipped_campaign("alatau")


@pytest.fixture(scope="module")
def aircraft() -> AircraftType:
    """Return the type it is flown with."""
    return read_shipped("alatau").aircraft_type


@pytest.fixture(scope="module")
def site() -> Range:
    """Return the test site."""
    return load_range(read_shipped("alatau"))


def _air_ends_k(card: Card) -> tuple[float, float]:
    bounds = card.minima.temperature_k
    return bounds.low or COLDEST_K, bounds.high or HOTTEST_K


def test_every_card_keeps_its_reserve(
    campaign: Campaign, aircraft: AircraftType, site: Range
) -> None:
    """In the coldest and hottest air of a card 20 min of reserve stay above the floor."""
    short = []
    for card in campaign.cards.values():
        for temperature_k in _air_ends_k(card):
            energy = card_energy(
                card,
                aircraft,
                density_kg_m3=air_density_kg_m3(
                    standard_pressure_pa(site.site.elevation_amsl_m), temperature_k
                ),
                temperature_k=temperature_k,
            )
            if not energy.is_enough:
                short.append(f"{card.card_id}: {energy.available_kwh:.1f} kWh left")
            assert (energy.reserve_kwh > 25.0) == flies(card), card.card_id
    assert not short, "\n".join(short)


def test_no_card_heats_its_packs_to_a_limit(
    campaign: Campaign, aircraft: AircraftType, site: Range
) -> None:
    """By the model the packs stay 1 K below the limit on which a run is knocked off."""
    hot = []
    for card in campaign.cards.values():
        limit_k = min(
            limit.high
            for limit in card.limits
            if limit.channel == "pack_temperature" and limit.high is not None
        )
        for temperature_k in _air_ends_k(card):
            energy = card_energy(
                card,
                aircraft,
                density_kg_m3=air_density_kg_m3(
                    standard_pressure_pa(site.site.elevation_amsl_m), temperature_k
                ),
                temperature_k=temperature_k,
            )
            if energy.pack_k_greatest > limit_k - 1.0:
                hot.append(f"{card.card_id}: {energy.pack_k_greatest:.1f} K of {limit_k:.1f} K")
    assert not hot, "\n".join(hot)


def test_a_discharge_stops_at_what_is_usable(campaign: Campaign, aircraft: AircraftType) -> None:
    """On the load bank the model counts no more than cold packs have."""
    card = next(card for card in campaign.cards.values() if card.card_id == "GD1")
    energy = card_energy(card, aircraft, density_kg_m3=1.2, temperature_k=263.15)
    usable = available_kwh(aircraft, soc=card.load.soc, soh=1.0, pack_k=card.load.pack_k)
    assert energy.drawn_kwh == pytest.approx(usable)


def test_every_card_flies_within_what_it_books(campaign: Campaign, site: Range) -> None:
    """Each height of a profile lies in a volume of the range that the card names."""
    outside = []
    for card in campaign.cards.values():
        volumes = [site.get_volume(name) for name in card.volume_ids]
        for segment in card.profile:
            height = site.site.elevation_amsl_m + segment.height_agl_m
            if not any(v.lower_amsl_m <= height <= v.upper_amsl_m for v in volumes):
                outside.append(f"{card.card_id}: {segment.label} at {height:.0f} m")
        if flies(card):
            assert "PAD" in card.volume_ids, card.card_id
        else:
            assert card.volume_ids == ("STAND",), card.card_id
    assert not outside, "\n".join(outside)


def test_every_card_flies_within_its_envelope(campaign: Campaign) -> None:
    """No segment on the way or at the point is faster than the card's own limit."""
    fast = []
    for card in campaign.cards.values():
        for limit in card.limits:
            if limit.channel not in ("airspeed_mps", "height_agl_m") or limit.high is None:
                continue
            most = max(getattr(segment, limit.channel) for segment in card.profile)
            if most > limit.high - 3.0:
                fast.append(f"{card.card_id}: {limit.channel} {most} of {limit.high}")
    assert not fast, "\n".join(fast)

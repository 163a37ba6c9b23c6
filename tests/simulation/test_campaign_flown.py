"""The twin flies every card of Alatau: within its limits and its volumes, home with its reserve."""

import numpy as np
import pytest

from aspan.evidence.card import Card
from aspan.evidence.card_energy import card_energy, flies
from aspan.evidence.run_data import RunData, list_marked
from aspan.evidence.scenarios import Campaign, judge_run
from aspan.evidence.twin_site import fence_of, place_of
from aspan.evidence.verdict import Verdict
from aspan.physics.battery import available_kwh
from aspan.twin.card_aircraft import TestAircraft
from aspan.twin.card_flight import Recording, fly_card
from aspan.twin.card_place import Air
from aspan.world.atmosphere import air_density_kg_m3, standard_pressure_pa
from aspan.world.city import City
from aspan.world.range import Range
from aspan.world.readers.range import load_range
from aspan.world.telemetry import CHANNEL_BY_NAME, EVENT_MARK, PACKS
from shipped import read_shipped, read_shipped_campaign

CAMPAIGN = read_shipped_campaign("alatau")
ONE_OF_EACH = {card.kind: card.card_id for card in reversed(list(CAMPAIGN.cards.values()))}
"""The first card of each kind, flown at each change; the rest are long."""

CLEAR_SD = 3.0
"""A run this many times a sensor's noise inside a limit raises no alarm."""


@pytest.fixture(scope="module")
def city() -> City:
    """Return the city whose type is flown."""
    return read_shipped("alatau")


@pytest.fixture(scope="module")
def site(city: City) -> Range:
    """Return the test site."""
    return load_range(city)


def _air(card: Card, site: Range) -> Air:
    """Return air in the middle of what a card allows, with most of its wind."""
    bounds = card.minima.temperature_k
    low, high = bounds.low or 255.0, bounds.high or 315.0
    return Air(
        temperature_k=(low + high) / 2.0,
        pressure_pa=standard_pressure_pa(site.site.elevation_amsl_m),
        wind_mps=0.7 * card.minima.wind_mps,
        gust_mps=0.7 * card.minima.gust_mps,
        wind_from_deg=150.0,
    )


def _list_near_limits(card: Card, truth: dict[str, np.ndarray]) -> list[str]:
    """Return limits that the flight, without noise, comes too near to."""
    near = []
    groups = {
        "pack_temperature": [f"pack{n}_temperature_k" for n in range(1, PACKS + 1)],
        "cell_spread": [f"pack{n}_cell_spread_v" for n in range(1, PACKS + 1)],
    }
    for limit in card.limits:
        for channel in groups.get(limit.channel, [limit.channel]):
            if channel not in truth:
                continue
            room = CLEAR_SD * CHANNEL_BY_NAME[channel].noise
            least, most = float(truth[channel].min()), float(truth[channel].max())
            if limit.high is not None and most > limit.high - room:
                near.append(f"{limit.limit_id}: {most:.2f} of {limit.high:g}")
            if limit.low is not None and least < limit.low + room:
                near.append(f"{limit.limit_id}: {least:.2f} of {limit.low:g}")
    return near


def _judge(
    campaign: Campaign, card: Card, recording: Recording, city: City, site: Range
) -> tuple[Verdict, ...]:
    columns = {name: np.asarray(v, dtype=np.float64) for name, v in recording.columns.items()}
    assert list_marked(card.profile, columns[EVENT_MARK]) == recording.segments
    run = RunData(
        run_id="R1",
        card=card,
        aircraft=city.aircraft_type,
        columns=columns,
        segments=list_marked(card.profile, columns[EVENT_MARK]),
        site=site,
    )
    return judge_run(campaign, run)


@pytest.mark.parametrize(
    "card_id",
    [
        pytest.param(card_id, marks=() if card_id in ONE_OF_EACH.values() else pytest.mark.long)
        for card_id in sorted(CAMPAIGN.cards)
    ],
)
def test_card_is_flown_clean(card_id: str, city: City, site: Range) -> None:
    """No limit is neared, no fence crossed, the reserve is kept, every check is passed."""
    card = next(card for card in CAMPAIGN.cards.values() if card.card_id == card_id)
    air = _air(card, site)
    recording = fly_card(
        card.profile,
        card.load,
        TestAircraft(kind=city.aircraft_type),
        air=air,
        place=place_of(site, card.volume_ids),
        seed=3,
    )
    truth = {name: np.asarray(v, dtype=np.float64) for name, v in recording.truth.items()}
    assert _list_near_limits(card, truth) == []
    where = (truth["lon_deg"], truth["lat_deg"], truth["altitude_amsl_m"])
    assert float(fence_of(site, card.volume_ids).outside_m(*where).max()) < -1.0

    model = card_energy(
        card,
        city.aircraft_type,
        density_kg_m3=air_density_kg_m3(air.pressure_pa, air.temperature_k),
        temperature_k=air.temperature_k,
    )
    soc = float(np.mean([truth[f"pack{n}_soc"][-1] for n in range(1, PACKS + 1)]))
    pack_k = float(truth["pack1_temperature_k"][-1])
    left = available_kwh(city.aircraft_type, soc=soc, soh=1.0, pack_k=pack_k)
    assert left >= model.reserve_kwh - 0.5
    if flies(card) and "charge" not in {segment.manoeuvre for segment in card.profile}:
        flown = (card.load.soc - soc) * city.aircraft_type.gross_kwh
        assert 0.7 <= flown / model.drawn_kwh <= 1.4

    verdicts = _judge(CAMPAIGN, card, recording, city, site)
    assert [v.words for v in verdicts if v.outcome != "pass"] == []

"""Surveys: few parties that stand for all, and are the same every time."""

from datetime import date

import pytest

from aspan.demand.flows import mean_party, party_flows
from aspan.demand.forecast import expected_rates
from aspan.demand.sampling import DemandIndex
from aspan.demand.survey import survey_everybody, survey_flyers
from aspan.primitives.errors import InvalidInput

DAY = date(2025, 4, 15)


@pytest.mark.parametrize("factor", [1.0, 20.0, 0.0])
def test_weights_sum_to_the_wishes_of_the_model(index: DemandIndex, factor: float) -> None:
    """What the asked stand for is each segment's flow of a day, times the factor."""
    survey = survey_everybody(index, DAY, points_a_segment=200, factor=factor)
    flows = party_flows(index.city.demand)
    for number, segment in enumerate(index.city.demand.segments):
        mine = [one for one in survey.asked if one.wish.segment_id == segment.segment_id]
        flow = float(flows[number].sum()) * factor
        assert len(mine) == 200
        assert sum(one.parties for one in mine) == pytest.approx(flow)
        assert survey.parties[segment.segment_id] == pytest.approx(flow)


def test_the_asked_are_like_the_rest(index: DemandIndex) -> None:
    """Mean party, hours and zones of the asked are those of the flows."""
    survey = survey_everybody(index, DAY, points_a_segment=1000)
    demand = index.city.demand
    flows = party_flows(demand)
    for number, segment in enumerate(demand.segments):
        mine = [one for one in survey.asked if one.wish.segment_id == segment.segment_id]
        size = sum(one.wish.party for one in mine) / len(mine)
        assert size == pytest.approx(mean_party(segment), abs=0.12)
        share = flows[number].sum(axis=(1, 2)) / flows[number].sum()
        for zone, expected in zip(demand.zones, share.tolist(), strict=True):
            found = sum(one.origin_zone == zone.zone_id for one in mine) / len(mine)
            assert found == pytest.approx(expected, abs=0.002)


def test_flyers_stand_for_those_of_the_forecast(index: DemandIndex) -> None:
    """Their weights sum to the forecast's bookings; all weigh the same and could fly."""
    survey = survey_flyers(index, DAY, points=300, factor=2.0)
    forecast = expected_rates(index, factor=2.0).bookings
    total = sum(sum(hourly) for hourly in forecast.values())
    assert len(survey.asked) == 300
    assert [one.parties for one in survey.asked] == pytest.approx([total / 300] * 300)
    assert sum(survey.parties.values()) == pytest.approx(total)
    assert all(0.0 < one.air_chance <= 1.0 for one in survey.asked)
    assert 0.0 < survey.error < 0.1


def test_a_survey_is_the_same_every_time(index: DemandIndex) -> None:
    """No seed of a run enters."""
    first, again = (survey_everybody(index, DAY, points_a_segment=50) for _ in range(2))
    assert first == again
    assert survey_flyers(index, DAY, points=50) == survey_flyers(index, DAY, points=50)


def test_nobody_wishes_at_no_demand(index: DemandIndex) -> None:
    """At a factor of 0 nobody is a flyer."""
    assert survey_flyers(index, DAY, points=50, factor=0.0).asked == ()


def test_one_party_is_no_survey(index: DemandIndex) -> None:
    """A standard error needs two."""
    with pytest.raises(InvalidInput, match="points a segment"):
        survey_everybody(index, DAY, points_a_segment=1)
    with pytest.raises(InvalidInput, match="points"):
        survey_flyers(index, DAY, points=1)

"""A plan of the network: which sites, with how much on each, how many aircraft and pilots.

A plan says what is built and bought, never what befalls it: weather, demand and batteries are of
the `Setting`. A plan's id is a hash of what it says, so the same plan is the same everywhere.
"""

from hashlib import sha256

import msgspec

from aspan.primitives.errors import InvalidInput
from aspan.primitives.ids import VertiportId

PLAN_ID_LENGTH = 12
"""Hex digits of a plan's id; among a million plans two agree by chance once in 560."""

FLEET_MAX = 2000
"""Most aircraft in a plan; thirty times what the memorandum could pay is a typing error."""

FARE_FACTOR_MAX = 10.0
"""Greatest fare over that of the city; above this nobody flies and every figure is 0."""


class SiteDesign(msgspec.Struct, frozen=True, kw_only=True, order=True):
    """What stands at one site of a plan.

    Parameters
    ----------
    stands
        Planned ones; the contingency pool beside them is the city's own and never planned into.
    chargers
        0 or more, never more than the planned stands.
    charger_kw
        Of each charger, at its DC output.
    site_power_kw
        Limit at the grid meter.
    """

    vertiport_id: VertiportId
    fatos: int
    stands: int
    chargers: int
    charger_kw: float
    site_power_kw: float

    def __post_init__(self) -> None:
        """Refuse a site that cannot work."""
        name = f"site {self.vertiport_id}"
        if self.fatos < 1:
            raise InvalidInput(f"{name}: fatos", self.fatos, "at least one FATO")
        if self.stands < 1:
            raise InvalidInput(f"{name}: stands", self.stands, "at least one planned stand")
        if not 0 <= self.chargers <= self.stands:
            raise InvalidInput(f"{name}: chargers", self.chargers, f"0 to {self.stands}, a stand")
        if not 0.0 < self.charger_kw < 10_000.0:
            raise InvalidInput(f"{name}: charger_kw", self.charger_kw, "a power up to 10,000 kW")
        if not 0.0 < self.site_power_kw < 1e6:
            raise InvalidInput(f"{name}: site_power_kw", self.site_power_kw, "a power up to 1 GW")


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """What is built, bought and staffed, and how it is offered.

    Parameters
    ----------
    sites
        Sorted by id, at least two.
    fleet
        Aircraft in service; spares are counted by the money, not here.
    pilots
        On the payroll; how many are on duty is found by the day.
    fare_factor
        Times the fare of the city, 1 for its own.
    pairs
        Ordered pairs that are offered; every pair that can be served if None.
    headway_s
        Of every pair offered, both ways; if None the city's own timetable where both ends are
        there, and on demand elsewhere. [s]
    """

    sites: tuple[SiteDesign, ...]
    fleet: int
    pilots: int
    fare_factor: float = 1.0
    pairs: tuple[tuple[VertiportId, VertiportId], ...] | None = None
    headway_s: int | None = None

    def __post_init__(self) -> None:
        """Refuse what is no network."""
        ids = self.site_ids
        if len(ids) < 2:
            raise InvalidInput("plan: sites", list(ids), "at least two sites")
        if list(ids) != sorted(set(ids)):
            raise InvalidInput("plan: sites", list(ids), "sites sorted by id, each once")
        if not 1 <= self.fleet <= FLEET_MAX:
            raise InvalidInput("plan: fleet", self.fleet, f"1 to {FLEET_MAX} aircraft")
        if self.pilots < 1:
            raise InvalidInput("plan: pilots", self.pilots, "at least one pilot")
        if not 0.0 <= self.fare_factor <= FARE_FACTOR_MAX:
            raise InvalidInput("plan: fare_factor", self.fare_factor, f"0 to {FARE_FACTOR_MAX:g}")
        if self.headway_s is not None and self.headway_s < 60:
            raise InvalidInput("plan: headway_s", self.headway_s, "60 s or more")
        for origin, destination in self.pairs or ():
            if origin == destination or not {origin, destination} <= set(ids):
                raise InvalidInput(
                    "plan: pairs", [origin, destination], "two different sites of the plan"
                )

    @property
    def site_ids(self) -> tuple[VertiportId, ...]:
        """Ids of the sites, in order."""
        return tuple(site.vertiport_id for site in self.sites)

    @property
    def plan_id(self) -> str:
        """Hash of what the plan says, the same in every process and study."""
        return short_hash(self)

    @property
    def stands(self) -> int:
        """Planned stands of all sites."""
        return sum(site.stands for site in self.sites)

    @property
    def chargers(self) -> int:
        """Chargers of all sites."""
        return sum(site.chargers for site in self.sites)

    def find_site(self, vertiport_id: str) -> SiteDesign | None:
        """Return what stands at a site; None if it is not of the plan."""
        return next((site for site in self.sites if site.vertiport_id == vertiport_id), None)


class Stage(msgspec.Struct, frozen=True, kw_only=True):
    """A run of calendar years with the same plan."""

    first_year: int
    years: int
    plan: Plan

    @property
    def until_year(self) -> int:
        """First year after the stage."""
        return self.first_year + self.years


class Programme(msgspec.Struct, frozen=True, kw_only=True):
    """A plan over the horizon: stages one after another without a gap, nothing ever torn down."""

    stages: tuple[Stage, ...]

    def __post_init__(self) -> None:
        """Refuse stages that contradict each other."""
        if not self.stages:
            raise InvalidInput("programme: stages", 0, "at least one stage")
        for stage in self.stages:
            if stage.years < 1:
                raise InvalidInput("programme: years", stage.years, "a year or more a stage")
        for before, after in zip(self.stages, self.stages[1:], strict=False):
            if after.first_year != before.until_year:
                raise InvalidInput(
                    "programme: first_year", after.first_year, f"{before.until_year}, without a gap"
                )
            if not set(before.plan.site_ids) <= set(after.plan.site_ids):
                raise InvalidInput(
                    "programme: sites", list(after.plan.site_ids), "every site of the stage before"
                )
            if after.plan.fleet < before.plan.fleet:
                raise InvalidInput(
                    "programme: fleet", after.plan.fleet, f"{before.plan.fleet} or more, as before"
                )

    @property
    def first_year(self) -> int:
        """First year of service."""
        return self.stages[0].first_year

    @property
    def years(self) -> int:
        """Years of all stages."""
        return sum(stage.years for stage in self.stages)

    @property
    def programme_id(self) -> str:
        """Hash of what the programme says."""
        return short_hash(self)

    @property
    def final_plan(self) -> Plan:
        """Plan of the last stage, the network when it is built."""
        return self.stages[-1].plan

    def get_stage(self, year: int) -> Stage:
        """Return the stage of a year; `InvalidInput` outside the horizon."""
        for stage in self.stages:
            if stage.first_year <= year < stage.until_year:
                return stage
        until = self.first_year + self.years - 1
        raise InvalidInput("year", year, f"{self.first_year} to {until}")


def short_hash(value: msgspec.Struct) -> str:
    """Return the first hex digits of SHA-256 over the canonical JSON of a value."""
    text = msgspec.json.encode(value, order="deterministic")
    return sha256(text).hexdigest()[:PLAN_ID_LENGTH]

"""Vertiports: sites with FATOs, TLOFs, stands, chargers and a contingency pool."""

import msgspec

from aspan.primitives.errors import InvalidInput
from aspan.primitives.ids import ChargerId, FatoId, StandId, VertiportId


class Names(msgspec.Struct, frozen=True, kw_only=True):
    """One name in the three languages of the city."""

    kk: str
    ru: str
    en: str


class Fato(msgspec.Struct, frozen=True, kw_only=True):
    """A final approach and take-off area with the TLOF inside it.

    Parameters
    ----------
    phase
        First phase of the network in which it is there, from 1; likewise of stands and chargers.
    """

    fato_id: FatoId
    tlof_id: str
    lon_deg: float
    lat_deg: float
    phase: int = 1


class Stand(msgspec.Struct, frozen=True, kw_only=True):
    """A parking position; a contingency stand is never planned into."""

    stand_id: StandId
    is_contingency: bool = False
    phase: int = 1


class Charger(msgspec.Struct, frozen=True, kw_only=True):
    """Equipment that feeds one or more stands, one aircraft at a time.

    Parameters
    ----------
    power_kw
        Greatest power at the charger's DC output.
    stand_ids
        Stands its cable reaches.
    """

    charger_id: ChargerId
    power_kw: float
    stand_ids: tuple[StandId, ...]
    phase: int = 1


class Vertiport(msgspec.Struct, frozen=True, kw_only=True):
    """A site with at least one FATO.

    Parameters
    ----------
    x_m, y_m
        Position in the city's UTM zone, of the reference point.
    elevation_amsl_m
        Of the FATOs.
    site_power_limit_kw
        At the grid meter.
    contingency_places
        Landing places kept free for aircraft that must divert; as many stands are marked so.
    protected_radius_m, protected_height_m
        Cylinder about the reference point, from the ground up, in which arrivals and departures are
        kept apart by FATO slots instead of the lane separation; at most 1,000 m and 300 m.
    phase
        First phase of the network in which it is open, from 1.
    is_crew_base
        Whether pilots change here.
    is_position_published
        Whether the operator itself has published this site.
    published_lon_deg, published_lat_deg
        The operator's published point where the site had to be placed elsewhere, else None.
    """

    vertiport_id: VertiportId
    names: Names
    lon_deg: float
    lat_deg: float
    x_m: float
    y_m: float
    elevation_amsl_m: float
    fatos: tuple[Fato, ...]
    stands: tuple[Stand, ...]
    chargers: tuple[Charger, ...]
    site_power_limit_kw: float
    contingency_places: int
    protected_radius_m: float = 1000.0
    protected_height_m: float = 300.0
    phase: int = 1
    is_crew_base: bool = False
    is_position_published: bool = False
    position_source: str = ""
    published_lon_deg: float | None = None
    published_lat_deg: float | None = None

    def __post_init__(self) -> None:
        """Refuse a site that cannot work: the reader turns this into one line."""
        name = f"vertiport {self.vertiport_id}"
        if not self.fatos:
            raise InvalidInput(f"{name}: fatos", 0, "at least one FATO")
        pool = sum(stand.is_contingency for stand in self.stands)
        if pool != self.contingency_places:
            raise InvalidInput(
                f"{name}: contingency_places", self.contingency_places, f"{pool}, the stands marked"
            )
        if self.site_power_limit_kw < 0:
            raise InvalidInput(
                f"{name}: site_power_limit_kw", self.site_power_limit_kw, "0 kW or more"
            )
        if not 0 < self.protected_radius_m <= 1000:
            raise InvalidInput(f"{name}: protected_radius_m", self.protected_radius_m, "0 to 1000")
        if not 0 < self.protected_height_m <= 300:
            raise InvalidInput(f"{name}: protected_height_m", self.protected_height_m, "0 to 300")
        known = {stand.stand_id for stand in self.stands}
        for charger in self.chargers:
            if charger.power_kw <= 0:
                raise InvalidInput(
                    f"charger {charger.charger_id}: power_kw", charger.power_kw, "more than 0 kW"
                )
            for stand_id in charger.stand_ids:
                if stand_id not in known:
                    raise InvalidInput(
                        f"charger {charger.charger_id}: stand_ids", stand_id, f"a stand of {name}"
                    )

    @property
    def planned_stands(self) -> tuple[Stand, ...]:
        """Stands that plans may use, contingency places left out."""
        return tuple(stand for stand in self.stands if not stand.is_contingency)

    def cut_to_phase(self, phase: int) -> "Vertiport":
        """Return the site as it stands in `phase` of the network, later equipment left out."""
        stands = tuple(stand for stand in self.stands if stand.phase <= phase)
        here = {stand.stand_id for stand in stands}
        chargers = tuple(
            msgspec.structs.replace(
                charger, stand_ids=tuple(s for s in charger.stand_ids if s in here)
            )
            for charger in self.chargers
            if charger.phase <= phase
        )
        return msgspec.structs.replace(
            self,
            fatos=tuple(fato for fato in self.fatos if fato.phase <= phase),
            stands=stands,
            chargers=tuple(charger for charger in chargers if charger.stand_ids),
        )

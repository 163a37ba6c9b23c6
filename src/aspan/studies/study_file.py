"""A study as a file: `studies/CITY/NAME.toml`, read key by key into a `Study`.

Every fault is one line that names the file, the key, the value and what was expected. Numbers here
are choices of who asks, not facts: they need no source. What only the city can tell (whether a site
is known, how many aircraft fit) is checked by `check_study`.
"""

import tomllib
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Final, Protocol

import msgspec

from aspan.primitives.errors import InvalidInput
from aspan.primitives.instants import parse_date
from aspan.studies.plan import FARE_FACTOR_MAX, FLEET_MAX
from aspan.studies.setting import Setting
from aspan.studies.study import (
    STUDY_VERSION,
    Budget,
    Constraints,
    Days,
    Horizon,
    Objective,
    PlanEdit,
    Ranking,
    Sampling,
    Study,
    Variant,
    Vary,
)
from aspan.world.city import City
from aspan.world.readers.folder import find_folder
from aspan.world.vertiport import Names

if TYPE_CHECKING:
    from aspan.primitives.ids import VertiportId

DEFAULT_STUDY: Final = "default"

BUDGET_USD_MAX: Final = 1e11
"""A hundred billion dollars, three hundred memoranda: more is a typing error."""

YEARS_MAX: Final = 40
PLANS_MAX: Final = 64
SAMPLES_MAX: Final = 2**16
VARIANTS_MAX: Final = 12

_CHECKOUT = Path(__file__).resolve().parents[3]


class _Need(Protocol):
    """Refuses a value of the file unless what is needed holds."""

    def __call__(self, key: str, value: object, expected: str, *, holds: bool) -> None: ...


class _FiledVariant(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A variant as written."""

    id: str
    names: Names
    plan: PlanEdit = PlanEdit()
    setting: Setting = Setting()


class _FiledStudy(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A study as written."""

    version: int
    names: Names
    question: Names
    city: str = ""
    search: bool = True
    objective: Objective = "minutes_saved"
    budget: Budget = Budget()
    horizon: Horizon = Horizon()
    vary: Vary = Vary()
    constraints: Constraints = Constraints()
    setting: Setting = Setting()
    days: Days = Days()
    ranking: Ranking = Ranking()
    sampling: Sampling = Sampling()
    variants: tuple[_FiledVariant, ...] = ()


def list_homes(city: str) -> tuple[Path, ...]:
    """Return the folders in which the studies of a city are looked for by name."""
    name = find_folder(city).name
    return tuple(base / "studies" / name for base in (Path(), _CHECKOUT))


def list_studies(city: str) -> tuple[Path, ...]:
    """Return the files of the shipped studies of a city, sorted by name."""
    found: dict[str, Path] = {}
    for home in reversed(list_homes(city)):
        found |= {path.stem: path for path in home.glob("*.toml")}
    return tuple(found[name] for name in sorted(found))


def find_study(city: str, name: str) -> Path:
    """Return the file of a study: a name of a shipped one, or a path."""
    for path in list_studies(city):
        if path.stem == name:
            return path
    path = Path(name)
    try:
        if path.is_file():
            return path
    except OSError:  # a name too long for a file
        pass
    known = ", ".join(each.stem for each in list_studies(city)) or "none is here"
    raise InvalidInput("--study", name, f"one of {known}, or a path to a study file")


def read_study(path: Path, *, budget_usd: float | None = None) -> Study:
    """Return the study of a file; `InvalidInput` naming its first fault.

    Parameters
    ----------
    budget_usd
        Takes the place of the file's own.
    """
    raw = _read_toml(path)
    version = raw.get("version")
    if version != STUDY_VERSION:
        expected = f"version {STUDY_VERSION}, the one this Aspan reads"
        raise InvalidInput(f"{path.name}: version", version, expected)
    try:
        filed = msgspec.convert(raw, _FiledStudy, strict=True)
    except msgspec.ValidationError as error:
        what, _, where = str(error).partition(" - at `$")
        key = where.strip("`").lstrip(".") or "the file"
        raise InvalidInput(f"{path.name}: {key}", _find(raw, key), what.rstrip(".")) from None
    budget = filed.budget
    if budget_usd is not None:
        _check_budget("--budget-usd", budget_usd)
        budget = msgspec.structs.replace(budget, usd=budget_usd)
    study = Study(
        study_id=path.stem,
        names=filed.names,
        question=filed.question,
        city_id=filed.city,
        is_search=filed.search,
        budget=budget,
        horizon=filed.horizon,
        vary=filed.vary,
        objective=filed.objective,
        constraints=filed.constraints,
        setting=filed.setting,
        days=filed.days,
        ranking=filed.ranking,
        sampling=filed.sampling,
        variants=tuple(
            Variant(variant_id=v.id, names=v.names, edit=v.plan, setting=v.setting)
            for v in filed.variants
        ),
    )
    _check_own(study, path.name)
    return study


def _check_budget(field: str, usd: float) -> None:
    """Refuse a budget that is nothing, no number or beyond all reason."""
    if not 0.0 < usd <= BUDGET_USD_MAX:
        expected = f"US dollars, more than 0 and at most {BUDGET_USD_MAX:g}"
        raise InvalidInput(field, usd, expected)


def check_study(study: Study, city: City) -> None:
    """Refuse a study that a city cannot answer.

    Parameters
    ----------
    city
        Loaded in its last phase.
    """
    if study.city_id and study.city_id != city.city_id:
        raise InvalidInput(f"{study.study_id}: city", study.city_id, f"{city.city_id}, as asked")
    known = {site.vertiport_id for site in city.vertiports}
    named: list[tuple[str, tuple[VertiportId, ...]]] = [
        ("vary.site_ids", study.vary.site_ids),
        ("vary.required_site_ids", study.vary.required_site_ids),
    ]
    for phase in study.horizon.phases:
        named.append(("horizon.phases.site_ids", phase.site_ids))
    for variant in study.variants:
        named.append((f"variants.{variant.variant_id}.plan.site_ids", variant.edit.site_ids))
        pairs = variant.edit.pairs or ()
        named.append(
            (f"variants.{variant.variant_id}.plan.pairs", tuple(x for p in pairs for x in p))
        )
    for key, site_ids in named:
        for site_id in site_ids:
            if site_id not in known:
                sites = ", ".join(sorted(known))
                raise InvalidInput(f"{study.study_id}: {key}", site_id, f"one of {sites}")
    candidates = set(study.vary.site_ids or known)
    linked = {
        (lane.origin, lane.destination)
        for lane in city.lanes.lanes
        if {lane.origin, lane.destination} <= candidates
    }
    if study.is_search and not any((b, a) in linked for a, b in linked):
        raise InvalidInput(
            f"{study.study_id}: vary.site_ids",
            sorted(candidates),
            "two sites at least that lanes link both ways",
        )


def _read_toml(path: Path) -> dict[str, object]:
    """Return what a file says."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
        raise InvalidInput(path.name, str(error), "a study file in TOML, UTF-8") from None
    except OSError as error:
        raise InvalidInput(str(path), error.strerror, "a study file that can be read") from None


def _find(raw: object, key: str) -> object:
    """Return what stands in a file under a path such as `vary.fleet_min` or `variants[1].id`."""
    for part in key.replace("[", ".").replace("]", "").split("."):
        if isinstance(raw, dict):
            raw = raw.get(part)
        elif isinstance(raw, list) and part.isdigit() and int(part) < len(raw):
            raw = raw[int(part)]
        else:
            return None
    return raw if not isinstance(raw, dict | list) else "…"


def _check_own(study: Study, file: str) -> None:
    """Refuse a study that contradicts itself."""

    def need(key: str, value: object, expected: str, *, holds: bool) -> None:
        if not holds:
            raise InvalidInput(f"{file}: {key}", value, expected)

    if study.budget.usd is not None:
        _check_budget(f"{file}: budget.usd", study.budget.usd)
    need(
        "variants", len(study.variants), f"2 to {VARIANTS_MAX} variants, or search = true",
        holds=study.is_search or 2 <= len(study.variants) <= VARIANTS_MAX,
    )  # fmt: skip
    ids = [variant.variant_id for variant in study.variants]
    need("variants.id", ids, "ids that differ", holds=len(ids) == len(set(ids)))
    need(
        "variants.plan.of", "found", "own, as nothing is searched",
        holds=study.is_search or all(v.edit.of == "own" for v in study.variants),
    )  # fmt: skip
    months = study.setting.months
    for variant in study.variants:
        flown = list(variant.setting.months)
        key = f"variants.{variant.variant_id}.setting.months"
        need(key, flown, f"{list(months)}, as of the study", holds=variant.setting.months == months)
    _check_horizon(study.horizon, need)
    _check_vary(study.vary, need)
    _check_sampling(study, need)


def _check_horizon(horizon: Horizon, need: _Need) -> None:
    """Refuse phases that contradict the horizon, the ramp or each other."""
    years, first = horizon.years, horizon.first_year
    need("horizon.first_year", first, "2020 to 2100", holds=2020 <= first <= 2100)
    need("horizon.years", years, f"1 to {YEARS_MAX}", holds=1 <= years <= YEARS_MAX)
    ramp = list(horizon.deliveries)
    need(
        "horizon.deliveries", ramp, f"numbers of aircraft that never fall, 1 to {FLEET_MAX}",
        holds=bool(ramp) and ramp == sorted(ramp) and ramp[0] >= 1 and ramp[-1] <= FLEET_MAX,
    )  # fmt: skip
    phases = horizon.phases
    need("horizon.phases", 0, "one phase or more", holds=bool(phases))
    for phase in phases:
        need("horizon.phases.years", phase.years, "a year or more", holds=phase.years >= 1)
        most = phase.aircraft_max
        need("horizon.phases.aircraft_max", most, "1 or more", holds=most is None or most >= 1)
    first_named = phases[0].first_year
    need("horizon.phases.first_year", first_named, f"{first}", holds=first_named == first)
    for before, after in pairwise(phases):
        due = before.first_year + before.years
        need(
            "horizon.phases.first_year", after.first_year, f"{due}, without a gap or an overlap",
            holds=after.first_year == due,
        )  # fmt: skip
        low, high = before.aircraft_max, after.aircraft_max
        need(
            "horizon.phases.aircraft_max", high, f"{low} or more, as in the phase before",
            holds=low is None or high is None or high >= low,
        )  # fmt: skip
        kept = set(before.site_ids) <= set(after.site_ids) or not after.site_ids
        need(
            "horizon.phases.site_ids", list(after.site_ids), "every site of the phase before",
            holds=kept if before.site_ids else not after.site_ids,
        )  # fmt: skip
    total = sum(phase.years for phase in phases)
    need("horizon.phases.years", total, f"{years} in all, the horizon", holds=total == years)


def _check_vary(vary: Vary, need: _Need) -> None:
    """Refuse bounds that leave nothing to choose."""
    low, high = vary.fleet_min, vary.fleet_max
    need("vary.fleet_min", low, f"1 to {high}", holds=1 <= low <= high)
    need("vary.fleet_max", high, f"at most {FLEET_MAX}", holds=high <= FLEET_MAX)
    need("vary.sites_max", vary.sites_max, "2 or more", holds=vary.sites_max >= 2)
    names = list(vary.site_ids)
    need("vary.site_ids", names, "two sites or more, each once", holds=not names or (
        len(names) >= 2 and len(set(names)) == len(names)))  # fmt: skip
    required = list(vary.required_site_ids)
    need(
        "vary.required_site_ids", required, f"at most {vary.sites_max} of the candidates",
        holds=len(required) <= vary.sites_max and (not names or set(required) <= set(names)),
    )  # fmt: skip
    fares = list(vary.fare_factors)
    need(
        "vary.fare_factors", fares, f"factors from 0 to {FARE_FACTOR_MAX:g}, one or more",
        holds=bool(fares) and all(0.0 <= f <= FARE_FACTOR_MAX for f in fares),
    )  # fmt: skip
    powers = list(vary.charger_kw)
    need(
        "vary.charger_kw", powers, "powers from 20 to 2,000 kW, one or more",
        holds=bool(powers) and all(20.0 <= kw <= 2000.0 for kw in powers),
    )  # fmt: skip
    for headway in vary.headways_s:
        need("vary.headways_s", headway, "60 s or more", holds=headway is None or headway >= 60)
    need("vary.headways_s", [], "one or more", holds=bool(vary.headways_s))


def _check_sampling(study: Study, need: _Need) -> None:
    """Refuse days and samples that tell nothing."""
    days, ranking, sampling = study.days, study.ranking, study.sampling
    first = parse_date(days.from_date, field="days.from_date")
    until = parse_date(days.until_date, field="days.until_date")
    need("days.until_date", days.until_date, f"a date after {days.from_date}", holds=first < until)
    for name in (
        "per_month",
        "ranking_per_month_first",
        "ranking_per_month_max",
        "other_per_month",
    ):
        value = getattr(days, name)
        need(f"days.{name}", value, "1 to 1000", holds=1 <= value <= 1000)
    most = days.ranking_per_month_max
    need(
        "days.ranking_per_month_first", days.ranking_per_month_first, f"at most {most}",
        holds=days.ranking_per_month_first <= most,
    )  # fmt: skip
    need("ranking.plans", ranking.plans, f"1 to {PLANS_MAX}", holds=1 <= ranking.plans <= PLANS_MAX)
    sure = ranking.confidence
    need("ranking.confidence", sure, "a share from 0.5 to 0.999", holds=0.5 <= sure <= 0.999)
    alike = ranking.indifference
    need("ranking.indifference", alike, "a share from 0 to 0.5", holds=0.0 <= alike <= 0.5)
    count = sampling.samples
    need(
        "sampling.samples", count, f"a power of two from 32 to {SAMPLES_MAX}",
        holds=32 <= count <= SAMPLES_MAX and count & (count - 1) == 0,
    )  # fmt: skip

"""Synthetic campaigns with a known truth, and how often the intervals of identification hold it.

    python -m identifying 400 [--halved]

Each campaign draws an aircraft within the ranges of the facts, the gains that its instruments keep
through the campaign, and 30 runs in weather of their own: hovers, speed runs, packs of three ages
emptied warm and cold, charges. The twin flies every run with noise, offsets, wind, lost rows and
spikes; what identification makes of the telemetry is held against the truth.
"""

import sys
from pathlib import Path
from time import process_time
from typing import NamedTuple

import numpy as np
from msgspec.structs import replace

from aspan.evidence.identify.campaign import identify
from aspan.evidence.identify.estimates import Calibration, Identification
from aspan.evidence.identify.flight import PRODUCT
from aspan.evidence.identify.packs import COLD_FIELDS, FADE, RATE_FIELDS
from aspan.evidence.identify.runs import TestRun, run_from_recording
from aspan.twin.card_aircraft import TestAircraft
from aspan.twin.card_faults import AnyFault, LinkLoss, RowsLost, Spikes
from aspan.twin.card_flight import Recording, fly_card
from aspan.twin.card_place import Air, Place, Sensors
from aspan.twin.card_profile import LoadState, Segment
from aspan.world.aircraft import AircraftType
from aspan.world.readers.fleet import read_aircraft_type
from aspan.world.readers.tables import read_toml

RANGES = {
    "figure_of_merit": (0.68, 0.80),
    "drivetrain_efficiency": (0.88, 0.94),
    "lift_to_drag_max": (10.5, 15.0),
    "cruise_efficiency": (0.74, 0.85),
    "best_range_speed_mps": (48.0, 60.0),
    "aux_kw": (2.0, 4.0),
    "aux_extreme_kw": (4.5, 8.0),
    "gross_kwh": (120.0, 190.0),
    "cold_factor_at_minus_20": (0.70, 0.80),
    "cold_factor_at_minus_10": (0.80, 0.88),
    "cold_factor_at_0": (0.88, 0.93),
    "cold_factor_at_10": (0.93, 0.98),
    "charge_c_rate_max": (2.0, 4.0),
    "charge_c_rate_at_80": (0.7, 1.5),
    "charge_c_rate_at_95": (0.2, 0.5),
    "noise_cruise_dba_at_500_m": (43.0, 48.0),
    "noise_terminal_dba_at_100_m": (60.0, 68.0),
}
FADE_RANGE = (0.2 / 2_000.0, 0.2 / 1_500.0)
"""Facts B.10: a fifth lost over 1,500 to 2,000 full cycles."""

CALIBRATION = Calibration(
    torque_share=0.003,
    electrical_share=0.003,
    pack_share=0.002,
    airspeed_share=0.003,
    mass_share=0.001,
    pack_kw=0.1,
    sound_db=0.2,
)
PLACE = Place(
    lon_deg=77.2,
    lat_deg=43.7,
    elevation_amsl_m=550.0,
    microphones_m=((120.0, 0.0), (4_200.0, 100.0), (5_000.0, -100.0)),
)
NAMES = (
    "figure_of_merit", "drivetrain_efficiency", PRODUCT, "best_range_speed_mps", "aux_kw",
    "aux_extreme_kw", "gross_kwh", FADE, *COLD_FIELDS, *RATE_FIELDS,
    "noise_cruise_dba_at_500_m", "noise_terminal_dba_at_100_m",
)  # fmt: skip


class Plan(NamedTuple):
    """One run of a campaign: what is flown, with which packs, in which cold."""

    name: str
    profile: tuple[Segment, ...]
    soc: float = 0.95
    pack_c: float = 25.0
    air_c: float | None = None
    cycles: int = 0
    wind_mps_max: float = 8.0


def default_type() -> AircraftType:
    """Return the type of the facts, as Alatau states it."""
    path = Path(__file__).parents[1] / "cities" / "alatau" / "aircraft.toml"
    return read_aircraft_type(read_toml(path, city="alatau", quantities={}))


def _stand(duration_s: float) -> Segment:
    return Segment(label="stand", manoeuvre="ground", duration_s=duration_s)


def hover_card() -> tuple[Segment, ...]:
    """Return a hover out of ground effect, after a look at the auxiliaries."""
    hover = Segment(label="hover", manoeuvre="hover", duration_s=60.0, height_agl_m=20.0)
    return (_stand(25.0), hover)


def cruise_card() -> tuple[Segment, ...]:
    """Return level cruise at four speeds."""
    legs = ((56.0, 50.0), (46.0, 35.0), (68.0, 35.0), (80.0, 35.0))
    return (
        _stand(15.0),
        *(
            Segment(
                label=f"cruise {speed:g}",
                manoeuvre="cruise",
                duration_s=duration_s,
                airspeed_mps=speed,
                height_agl_m=200.0,
                course_deg=90.0 if n == 0 else 270.0,
            )
            for n, (speed, duration_s) in enumerate(legs)
        ),
    )


def empty_card() -> tuple[Segment, ...]:
    """Return packs emptied on the load bank until they cut off."""
    bank = Segment(label="empty", manoeuvre="discharge", duration_s=560.0, power_kw=1_100.0)
    return (_stand(15.0), bank)


def charge_card() -> tuple[Segment, ...]:
    """Return a charge that no charger holds back."""
    charge = Segment(label="charge", manoeuvre="charge", duration_s=1_650.0, power_kw=900.0)
    return (_stand(15.0), charge)


def plan_runs() -> list[Plan]:
    """Return the runs of a campaign."""
    runs = [Plan(f"hover {n}", hover_card(), wind_mps_max=3.5) for n in range(6)]
    runs += [Plan(f"cruise {n}", cruise_card()) for n in range(6)]
    runs += [
        Plan(f"empty at {cycles} {n}", empty_card(), cycles=cycles)
        for cycles in (0, 600, 1_200)
        for n in range(2)
    ]
    runs += [
        Plan(f"empty in {pack_c} {n}", empty_card(), pack_c=pack_c, air_c=pack_c - 2.0, cycles=n)
        for pack_c in (-20.0, -10.0, 0.0, 10.0)
        for n in (0, 600)
    ]
    runs += [Plan(f"charge {n}", charge_card(), soc=0.45) for n in range(4)]
    return runs


def draw_truth(rng: np.random.Generator) -> tuple[AircraftType, dict[str, float]]:
    """Return an aircraft within the ranges of the facts, and what should be found of it."""
    drawn = {name: float(rng.uniform(*span)) for name, span in RANGES.items()}
    truth = replace(default_type(), **drawn)
    known = {name: drawn[name] for name in NAMES if name in drawn}
    known[PRODUCT] = truth.lift_to_drag_max * truth.cruise_efficiency
    known[FADE] = float(rng.uniform(*FADE_RANGE))
    return truth, known


def fly_campaign(
    seed: int, *, noise: float = 1.0, plans: list[Plan] | None = None
) -> tuple[list[TestRun], dict[str, float]]:
    """Return the runs of a campaign as they came over the link, and the truth.

    Parameters
    ----------
    noise
        Scale of all that is uncertain: readings, offsets, turbulence, gains, lost rows. At 0 the
        telemetry is the truth.
    """
    rng = np.random.default_rng(seed)
    kind, known = draw_truth(rng)
    gains = rng.standard_normal(7) * noise
    runs = []
    for number, plan in enumerate(plan_runs() if plans is None else plans):
        aircraft = TestAircraft(kind=kind, soh=1.0 - known[FADE] * plan.cycles, cycles=plan.cycles)
        weather = rng.uniform(size=6)
        air_c = 5.0 + 20.0 * weather[0] if plan.air_c is None else plan.air_c
        wind_mps = plan.wind_mps_max * weather[1]
        air = Air(
            temperature_k=273.15 + air_c,
            pressure_pa=94_500.0 + 1_500.0 * weather[2],
            wind_mps=wind_mps,
            wind_from_deg=360.0 * weather[3],
            gust_mps=wind_mps + 5.0 * weather[4] * noise,
        )
        load = LoadState(
            mass_kg=2_050.0 + 350.0 * weather[5], soc=plan.soc, pack_k=273.15 + plan.pack_c
        )
        recording = fly_card(
            plan.profile,
            load,
            aircraft,
            air=air,
            place=PLACE,
            sensors=Sensors(noise_scale=noise, drop_share=0.003 * noise),
            faults=_draw_faults(rng) if noise else (),
            seed=seed * 1_000 + number,
        )
        _spoil_gains(recording, gains)
        weighed = replace(load, mass_kg=load.mass_kg * (1.0 + CALIBRATION.mass_share * gains[4]))
        runs.append(
            run_from_recording(
                recording,
                run_id=plan.name,
                card_id=plan.name,
                profile=plan.profile,
                load=weighed,
                cycles=plan.cycles,
                microphones=_microphones(),
            )
        )
    return runs, known


def _microphones() -> tuple[tuple[float, float], ...]:
    east, north = np.array(PLACE.microphones_m).T
    lon, lat = PLACE.to_lonlat(east, north)
    return tuple(zip(lon.tolist(), lat.tolist(), strict=True))


def _draw_faults(rng: np.random.Generator) -> tuple[AnyFault, ...]:
    """Return what goes wrong with link and sensors of a run."""
    faults: list[AnyFault] = [RowsLost(onset_s=0.0, share=0.005)]
    if rng.uniform() < 0.3:
        faults.append(LinkLoss(onset_s=float(rng.uniform(30.0, 120.0)), duration_s=4.0))
    if rng.uniform() < 0.3:
        faults.append(Spikes(onset_s=0.0, channel="unit2_torque_nm", share=0.002, size=2e4))
    return tuple(faults)


def _spoil_gains(recording: Recording, gains: np.ndarray) -> None:
    """Give the instruments the errors that they keep through the campaign."""
    torque, electrical, pack, airspeed, _, zero, sound = gains
    for name, column in recording.columns.items():
        if name.endswith("_torque_nm"):
            column *= 1.0 + CALIBRATION.torque_share * torque
        elif name.endswith("_electrical_kw"):
            column *= 1.0 + CALIBRATION.electrical_share * electrical
        elif name == "airspeed_mps":
            column *= 1.0 + CALIBRATION.airspeed_share * airspeed
        elif name.endswith("_current_a"):
            column *= 1.0 + CALIBRATION.pack_share * pack
            column += CALIBRATION.pack_kw * zero * 1e3 / 4.0 / 780.0
        elif name.endswith("_dba"):
            column += CALIBRATION.sound_db * sound


def scale_calibration(noise: float) -> Calibration:
    """Return the common uncertainties at a scale of noise."""
    return Calibration(
        **{name: noise * getattr(CALIBRATION, name) for name in CALIBRATION.__struct_fields__}
    )


def identify_campaign(seed: int, *, noise: float = 1.0) -> tuple[Identification, dict[str, float]]:
    """Fly a campaign and return what is identified of it, with the truth."""
    runs, known = fly_campaign(seed, noise=noise)
    return identify(runs, default_type(), scale_calibration(noise)), known


class Tally(NamedTuple):
    """How one estimate fared over campaigns."""

    inside: int
    campaigns: int
    half: float
    error: float
    bias: float

    @property
    def coverage(self) -> float:
        """Share of campaigns whose interval holds the truth."""
        return self.inside / self.campaigns if self.campaigns else 0.0

    @property
    def lean(self) -> float:
        """Mean error over its scatter."""
        return self.bias / self.error if self.error else 0.0


def tally(campaigns: range, *, noise: float = 1.0) -> dict[str, Tally]:
    """Return for each estimate how often its interval holds the truth, and how wide it is."""
    rows: dict[str, list[tuple[float, float]]] = {name: [] for name in NAMES}
    for seed in campaigns:
        found, known = identify_campaign(seed, noise=noise)
        for name in NAMES:
            estimate = found.find(name)
            if estimate is not None:
                rows[name].append((estimate.value - known[name], estimate.half))
    tallies = {}
    for name, pairs in rows.items():
        errors, halves = np.array(pairs).reshape(-1, 2).T
        tallies[name] = Tally(
            inside=int((np.abs(errors) <= halves).sum()),
            campaigns=len(pairs),
            half=float(halves.mean()) if len(pairs) else 0.0,
            error=float(errors.std()) if len(pairs) else 0.0,
            bias=float(errors.mean()) if len(pairs) else 0.0,
        )
    return tallies


def table(whole: dict[str, Tally], halved: dict[str, Tally] | None = None) -> str:
    """Return coverage, widths and errors as a table; with those of halved noise beside them."""
    head = f"{'estimate':30}{'inside':>8}{'half width':>12}{'error':>12}{'bias/error':>11}"
    lines = [head + (f"{'halved/whole':>14}{'inside, halved':>15}" if halved else "")]
    for name, one in whole.items():
        line = f"{name:30}{one.coverage:8.2%}{one.half:12.5g}{one.error:12.5g}{one.lean:11.2f}"
        if halved:
            half = halved[name]
            line += f"{half.half / (one.half or 1.0):14.3f}{half.coverage:15.2%}"
        lines.append(line)
    return "\n".join(lines) + "\n"


def main(arguments: list[str]) -> None:
    """Print the table, with `--halved` also that of halved noise."""
    count = int(arguments[0]) if arguments else 40
    whole = tally(range(count))
    halved = tally(range(count), noise=0.5) if "--halved" in arguments else None
    sys.stdout.write(f"{count} campaigns, {process_time():.0f} s of processor\n")
    sys.stdout.write(table(whole, halved))


if __name__ == "__main__":
    main(sys.argv[1:])

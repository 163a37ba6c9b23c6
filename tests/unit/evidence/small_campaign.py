"""A city's test site with one scenario of two cards, small enough to plant faults in."""

from pathlib import Path

from aspan.world.readers.folder import find_folder

PAGE = """# Hover
Why it is hovered.

## Cards
### A1: Hover low
Hover for the first time.
- Mass: 2,000 kg
- Charge: 95 %
- Packs: 20 °C
- Air: 0 to 28 °C
- Wind: up to 3 m/s, gusts to 5 m/s
- Crew: 1 pilot, 1 engineer, 0 safety pilots
- Runs: 1
- Where: PAD
- After: none

### A2: Hover heavy
Hover with more.
- Mass: 2,177 kg
- Charge: 95 %
- Packs: 20 °C
- Air: 0 to 28 °C
- Wind: up to 3 m/s, gusts to 5 m/s
- Crew: 1 pilot, 1 engineer, 0 safety pilots
- Runs: 1
- Where: PAD
- After: A1

## Configuration
Gear down.

## Steps
1. Lift off.
2. Land.

## Limits
| limit | low | high | why |
|---|---|---|---|
| `pack_temperature` | | 55 °C | hot |
| `cell_spread` | | 0.1 V | weak |
| `link` | | 5 s | blind |
| `height_agl_m` | 1 m | 50 m | far |

## Record
`pack*` and `height_agl_m`.

## Checks
| check | requirement | weight | criterion | why |
|---|---|---|---|---|
| `packs` | R-1 | must | No pack above 50 °C. | heat |
| `height` | R-1 | should | Height within 3 m. | control |

## Hazards
### H-1: Fall
- Cause: a unit fails.
- Effect: it falls.
- Mitigation: low.
- Emergency: land.
- Risk: high, medium

## Abort
1. Land.
"""

CODE = '''"""Hover."""

from aspan.evidence.card_parts import ground_limits, hover, make_card, minima
from aspan.evidence.judging import check
from aspan.evidence.prose import read_prose
from aspan.evidence.usual_judges import held, packs_at_most
from aspan.twin.card_profile import LoadState

PROSE = read_prose(__file__)


def _card(card_id, mass_kg, after):
    return make_card(
        PROSE,
        card_id,
        kind="hover",
        step=1,
        load=LoadState(mass_kg=mass_kg),
        profile=(hover("hold", 60.0, 10.0),),
        limits=ground_limits(height_agl_m=(1.0, 50.0)),
        minima=minima(wind_mps=3.0, gust_mps=5.0, air_c=(0.0, 28.0)),
        volume_ids=("PAD",),
        after=after,
    )


CARDS = (_card("A1", 2_000.0, ()), _card("A2", 2_177.0, ("A1",)))

judge_packs = check("packs")(packs_at_most(50.0))
judge_height = check("height")(held("height_agl_m", "Height", "hover", tolerance=3.0))
'''

REQUIREMENTS = """
[[requirements]]
id = "R-1"
title = "Hover"
body = "operator"
group = "Operator"
text = "It hovers."
source = "ours"
means = ["flight_test"]
status = "open"
mark = "assumed"
verified = false

[[requirements]]
id = "R-2"
title = "Lightning"
body = "criterion"
group = "Design"
text = "It stands it."
source = "ours"
means = ["rig_test"]
status = "elsewhere"
mark = "recalled"
verified = false
"""


def write_campaign(folder: Path, page: str = PAGE, code: str = CODE) -> tuple[str, Path]:
    """Write a city and its scenario below `folder`; return its path and that of the twins."""
    city, twins = folder / "small", folder / "scenarios"
    for place in (city, twins):
        place.mkdir(exist_ok=True)
    text = (find_folder("tiny") / "city.toml").read_text(encoding="utf-8")
    (city / "city.toml").write_text(text, encoding="utf-8")
    (city / "requirements.toml").write_text(REQUIREMENTS, encoding="utf-8")
    (twins / "hover.md").write_text(page, encoding="utf-8", newline="")
    (twins / "hover.py").write_text(code, encoding="utf-8", newline="")
    return str(city), twins

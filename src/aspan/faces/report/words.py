"""Words and numbers of a report in one language; the only place where units change.

Texts stand in `strings.json` and, for studies, in `study_strings.json`, each in Kazakh, Russian and
English; a text with plural forms is a table of forms. Numbers follow the language: Russian and
Kazakh part thousands with a thin space and decimals with a comma. Times are local to the city.
"""

import json
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Final

from aspan.primitives.errors import InvalidInput, ensure
from aspan.primitives.instants import ms_to_local, parse_date
from aspan.primitives.units import KELVIN_AT_0_C, MS_PER_MIN, TIYN_PER_TENGE

LANGUAGES: Final = ("en", "ru", "kk")

NONE: Final = "–"
"""Stands where a run has no figure."""

TENGE_PER_MILLION: Final = 1_000_000

CATALOGUES: Final = ("strings.json", "study_strings.json")
"""Files of texts; no key stands in two of them."""

_THIN: Final = "\N{NARROW NO-BREAK SPACE}"
_GAP: Final = "\N{NO-BREAK SPACE}"
_MINUS: Final = "\N{MINUS SIGN}"

Text = str | dict[str, str]


@cache
def read_catalogue() -> dict[str, dict[str, Text]]:
    """Return every text of the reports: key, language, text or plural forms."""
    found: dict[str, dict[str, Text]] = {}
    for name in CATALOGUES:
        content = files("aspan.faces.report").joinpath(name).read_text(encoding="utf-8")
        found.update(json.loads(content))
    return found


def check_language(language: str, field: str = "--lang") -> str:
    """Return a language that is spoken here; `InvalidInput` naming `field` otherwise."""
    if language not in LANGUAGES:
        raise InvalidInput(field, language, f"one of {', '.join(LANGUAGES)}")
    return language


def choose_form(language: str, count: int) -> str:
    """Return the plural form of a whole number, by the rules of Unicode CLDR for cardinals."""
    if language == "ru":
        tens, ones = count % 100, count % 10
        if ones == 1 and tens != 11:
            return "one"
        if 2 <= ones <= 4 and not 12 <= tens <= 14:
            return "few"
        return "many"
    return "one" if count == 1 else "other"


class Words:
    """The words, numbers and times of one page.

    Parameters
    ----------
    zone
        IANA name of the city's time zone.
    places
        Names of vertiports by id, one for all languages or one for each.
    """

    def __init__(
        self,
        language: str,
        zone: str,
        places: Mapping[str, str | Mapping[str, str] | None] | None = None,
    ) -> None:
        self.language = check_language(language)
        self.zone = zone
        self._places = places or {}
        self._texts = read_catalogue()

    def t(self, key: str, **values: object) -> str:
        """Return a text with its values in place."""
        text = self._texts[key][self.language]
        ensure(isinstance(text, str), f"text {key} has plural forms: ask for a count")
        return str(text).format(**values)

    def count(self, key: str, number: int, **values: object) -> str:
        """Return a text in the plural form of a number, with the number as `{n}`."""
        forms = self._texts[key][self.language]
        ensure(isinstance(forms, dict), f"text {key} has no plural forms")
        chosen = dict(forms)  # type: ignore[arg-type]
        form = chosen.get(choose_form(self.language, number), chosen.get("other", ""))
        return form.format(n=self.number(number), **values)

    def has(self, key: str) -> bool:
        """Answer whether the catalogue has a text of that key."""
        return key in self._texts

    def find_word(self, group: str, code: str) -> str | None:
        """Return the word of a code, or None if the catalogue does not know it."""
        texts = self._texts.get(f"{group}.{code}")
        return None if texts is None else str(texts[self.language])

    def word(self, group: str, code: str) -> str:
        """Return the word of a code, or the code as it stands in the run."""
        return self.find_word(group, code) or code

    def list_places(self) -> list[str]:
        """Return the ids of the places that have names, sorted."""
        return sorted(self._places)

    def place(self, place_id: object) -> str:
        """Return the name of a place in the language; its id where the run names it no better."""
        name = self._places.get(str(place_id))
        if name is None or isinstance(name, str):
            return name or str(place_id)
        return name.get(self.language) or str(place_id)

    def pair(self, origin: object, destination: object) -> str:
        """Return the names of both ends of a way."""
        return f"{self.place(origin)} → {self.place(destination)}"

    def number(self, value: float | None, digits: int = 0) -> str:
        """Return a number as it is written in the language."""
        if value is None:
            return NONE
        text = f"{abs(value):,.{digits}f}"
        if self.language != "en":
            text = text.replace(",", _THIN).replace(".", ",")
        is_zero = not any(digit in text for digit in "123456789")
        return text if value >= 0 or is_zero else _MINUS + text

    def with_unit(self, value: float | None, unit: str, digits: int = 0) -> str:
        """Return a number with its unit, `unit.kwh` and so on."""
        if value is None:
            return NONE
        return f"{self.number(value, digits)}{_GAP}{self.t(f'unit.{unit}')}"

    def percent(self, share: float | None, digits: int = 0) -> str:
        """Return a fraction as percent."""
        if share is None:
            return NONE
        gap = "" if self.language == "en" else _GAP
        return f"{self.number(share * 100, digits)}{gap}%"

    def minutes(self, duration_ms: float | None, digits: int = 0) -> str:
        """Return a duration in minutes."""
        return self.with_unit(
            None if duration_ms is None else duration_ms / MS_PER_MIN, "min", digits
        )

    def money(self, amount_tiyn: int | None) -> str:
        """Return an amount in tenge, in millions from ten millions up."""
        if amount_tiyn is not None and abs(amount_tiyn) >= 10 * TENGE_PER_MILLION * TIYN_PER_TENGE:
            millions = amount_tiyn / TIYN_PER_TENGE / TENGE_PER_MILLION
            return self.with_unit(millions, "million_tenge", 1)
        return self.with_unit(
            None if amount_tiyn is None else amount_tiyn / TIYN_PER_TENGE, "tenge"
        )

    def energy(self, energy_kwh: float | None) -> str:
        """Return an energy, in megawatt hours from ten of them up."""
        if energy_kwh is not None and abs(energy_kwh) >= 10_000.0:
            return self.with_unit(energy_kwh / 1000.0, "mwh", 1)
        return self.with_unit(energy_kwh, "kwh")

    def celsius(self, temperature_k: float | None) -> str:
        """Return a temperature in degrees Celsius."""
        return self.with_unit(
            None if temperature_k is None else temperature_k - KELVIN_AT_0_C, "celsius"
        )

    def clock(self, at_ms: int | None) -> str:
        """Return the city's wall-clock time of an instant."""
        return NONE if at_ms is None else f"{ms_to_local(at_ms, self.zone):%H:%M}"

    def date(self, day: str) -> str:
        """Return a date given as YYYY-MM-DD."""
        found = parse_date(day)
        month = self.t(f"month.{found.month}")
        return self.t("date.form", day=found.day, month=month, year=found.year)

    def moment(self, at_ms: int) -> str:
        """Return the date and the wall-clock time of an instant."""
        return f"{self.date(f'{ms_to_local(at_ms, self.zone):%Y-%m-%d}')}, {self.clock(at_ms)}"

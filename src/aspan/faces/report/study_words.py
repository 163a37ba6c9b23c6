"""Words and numbers of a study's page in one language: money in two currencies, ranges, marks.

A number is told as fine as a reader can use it: three digits of a large one, a decimal of a small
one. Money is integer tiyn inside; dollars are told at the study's exchange rate.
"""

from typing import Final

import msgspec

from aspan.faces.report.words import NONE, Words, choose_form
from aspan.primitives.errors import ensure
from aspan.primitives.units import TIYN_PER_TENGE
from aspan.studies.answer import Answer
from aspan.studies.answer_parts import Figure, OutputSpread
from aspan.world.vertiport import Names

MARKS: Final = {
    "simulated": "modelled", "surrogate": "modelled", "sampled": "modelled",
    "computed": "derived", "stated": "assumed",
}  # fmt: skip
"""The mark of truth of a figure by how it was come by."""

_BILLION: Final = 1e9
_MILLION: Final = 1e6

_SURE: Final = ((0.99, "certain"), (0.95, "very"), (0.8, "fairly"), (0.6, "rather"))


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """A figure in words: its value, the range it may lie in, its mark and what the mark opens."""

    value: str
    range: str
    mark: str
    detail: str


class StudyWords(Words):
    """The words of one answer in one language."""

    def __init__(self, language: str, answer: Answer) -> None:
        places = {
            str(site.vertiport_id): {
                "kk": site.names.kk, "ru": site.names.ru, "en": site.names.en,
            }
            for site in answer.sites
        }  # fmt: skip
        super().__init__(language, "UTC", places)
        self.kzt_per_usd = answer.finance.kzt_per_usd.value

    def name(self, names: Names) -> str:
        """Return a name in the language."""
        return str(getattr(names, self.language))

    def near(self, value: float | None) -> str:
        """Return a number with as many decimals as its size is worth."""
        if value is None:
            return NONE
        size = abs(value)
        digits = 0 if size >= 10 or size == round(size) else 1 if size >= 0.1 else 2
        return self.number(value, digits)

    def few(self, value: float) -> str:
        """Return how many, mean of days; what is less than a tenth is told as such."""
        return f"<\N{NO-BREAK SPACE}{self.number(0.1, 1)}" if 0 < value < 0.1 else self.near(value)

    def span(self, low: str, high: str) -> str:
        """Return a range of two numbers already told."""
        if low == high:
            return low
        minus = "\N{MINUS SIGN}"
        return f"{low} … {high}" if minus in low + high else f"{low}–{high}"

    def usd(self, amount_tiyn: float | None) -> str:
        """Return an amount in dollars, in millions from one million up."""
        if amount_tiyn is None:
            return NONE
        usd = amount_tiyn / TIYN_PER_TENGE / self.kzt_per_usd
        millions = usd / _MILLION
        if abs(millions) >= 0.995:
            digits = 0 if abs(millions) >= 99.5 or millions == round(millions) else 1
            return self._signed("study.usd.million", millions, digits)
        if abs(millions) >= 0.1:
            return self._signed("study.usd.million", millions, 2)
        step = 1000 if abs(usd) >= 10_000 else 100 if abs(usd) >= 1000 else 1
        return self._signed("study.usd", round(usd / step) * step, 0)

    def _signed(self, key: str, value: float, digits: int) -> str:
        told = self.number(value, digits)
        minus = "\N{MINUS SIGN}" if told.startswith("\N{MINUS SIGN}") else ""
        return minus + self.t(key, n=told.removeprefix("\N{MINUS SIGN}"))

    def usd_span(self, low_tiyn: float, high_tiyn: float) -> str:
        """Return a range in dollars, the unit once where both ends share it."""
        million = _MILLION * TIYN_PER_TENGE * self.kzt_per_usd
        if low_tiyn >= 0 and high_tiyn >= 0.1 * million:
            low, high = low_tiyn / million, high_tiyn / million
            digits = 0 if low >= 10 or (low == 0 and high >= 10) else 1 if high >= 2 else 2
            told = self.span(self.number(low, digits), self.number(high, digits))
            return self.t("study.usd.million", n=told)
        return self.span(self.usd(low_tiyn), self.usd(high_tiyn))

    def tenge(self, amount_tiyn: float | None) -> str:
        """Return an amount in tenge; in millions, then in thousand millions, when it is large."""
        if amount_tiyn is None:
            return NONE
        kzt = amount_tiyn / TIYN_PER_TENGE
        if abs(kzt) >= _BILLION:
            return self.with_unit(kzt / _BILLION, "billion_tenge", 1)
        if abs(kzt) >= 10 * _MILLION:
            return self.with_unit(kzt / _MILLION, "million_tenge", 0)
        step = 1000 if abs(kzt) >= 100_000 else 100 if abs(kzt) >= 1000 else 1
        return self.with_unit(round(kzt / step) * step, "tenge")

    def tenge_span(self, low_tiyn: float, high_tiyn: float) -> str:
        """Return a range in tenge, the unit once where both ends share it."""
        low, high = self.tenge(low_tiyn), self.tenge(high_tiyn)
        number, gap, unit = low.partition("\N{NO-BREAK SPACE}")
        is_shared = low != high and high.partition(gap)[2] == unit
        return self.span(number if is_shared else low, high)

    def fares(self, low_tiyn: float, high_tiyn: float) -> dict[str, str]:
        """Return both ends of a range of fares for a sentence."""
        return {"low": self.tenge(low_tiyn), "high": self.tenge(high_tiyn)}

    def figure(self, found: Figure | None) -> str:
        """Return the value of a figure in the words of its unit."""
        return NONE if found is None else self.measure(found.value, found.unit)

    def measure(self, value: float | None, unit: str) -> str:
        """Return a number in the words of a unit of the city's files."""
        if value is None:
            return NONE
        if unit == "tiyn":
            return self.usd(value)
        key = f"unit.{unit.lower()}"
        return (
            f"{self.near(value)}\N{NO-BREAK SPACE}{self.t(key)}"
            if self.has(key)
            else self.near(value)
        )

    def range(self, found: Figure | None) -> str:
        """Return the range of a figure; nothing where none is known."""
        if found is None or found.low is None or found.high is None:
            return ""
        if found.unit == "tiyn":
            return self.usd_span(found.low, found.high)
        if max(abs(found.low), abs(found.high)) >= 10:
            return self.span(self.number(found.low), self.number(found.high))
        return self.span(self.near(found.low), self.near(found.high))

    def spread(self, found: OutputSpread | None) -> str:
        """Return the range of an output with all unknowns drawn together; empty if unknown."""
        if found is None:
            return ""
        if found.output.endswith("_tiyn"):
            return self.usd_span(found.low, found.high)
        return self.span(self.near(found.low), self.near(found.high))

    def tell(self, found: Figure | None, *, is_fare: bool = False, is_share: bool = False) -> Told:
        """Return a figure with its range and its mark.

        Parameters
        ----------
        is_fare
            Tell money in tenge, as passengers pay it.
        is_share
            Tell a fraction as percent.
        """
        if found is None:
            return Told(value=NONE, range="", mark="", detail="")
        ends = found.low is not None and found.high is not None
        low, high = (found.low or 0.0, found.high or 0.0) if ends else (0.0, 0.0)
        if is_share:
            value = self.percent(found.value)
            span = self.span(self.number(low * 100), self.percent(high)) if ends else ""
        elif is_fare:
            value, span = self.tenge(found.value), self.tenge_span(low, high) if ends else ""
        else:
            value, span = self.figure(found), self.range(found)
        return Told(
            value=value,
            range=span,
            mark=self.word("mark", MARKS[found.basis]),
            detail=self.tell_basis(found, span),
        )

    def tell_basis(self, found: Figure, span: str) -> str:
        """Return how a figure was come by, in which range it lies and what to know of it."""
        parts = [self.t(f"study.basis.{found.basis}")]
        if found.days:
            parts = [self.count("study.basis.days", found.days)]
        if span:
            key = "sampled" if found.basis in ("sampled", "stated") else "interval"
            parts.append(self.t(f"study.range.{key}", span=span))
        if found.note:
            parts.append(self.word("study.note", found.note))
        return " ".join(parts)

    def sure(self, confidence: float) -> str:
        """Return how sure one is, in words."""
        return self.t(f"study.sure.{next((w for c, w in _SURE if confidence >= c), 'not')}")

    def times(self, value: float) -> str:
        """Return how many times as much: 6.3 times; a fraction has the form of few."""
        told = self.near(value)
        forms = self._texts["study.times"][self.language]
        ensure(isinstance(forms, dict), "text study.times has no plural forms")
        whole = choose_form(self.language, int(value + 0.5))
        form = whole if told == self.number(value) else "few"
        chosen = dict(forms)  # type: ignore[arg-type]
        return str(chosen.get(form) or chosen["other"]).format(n=told)

    def listed(self, items: list[str]) -> str:
        """Return names as one phrase: a, b and c."""
        if len(items) < 2:
            return "".join(items)
        return self.t("study.list", first=", ".join(items[:-1]), last=items[-1])

    def factor_within(self, code: str) -> str:
        """Return what an unknown is called, as it stands within a sentence: no capital, no unit."""
        name = (self.factor(code) or code.replace("_", " ")).partition(", ")[0]
        return name[:1].lower() + name[1:]

    def factor(self, code: str) -> str | None:
        """Return what an unknown is called; None if the catalogue has no word."""
        return self.find_word("study.factor", code)

"""The ledger: every movement of money as an entry of two sides or more that sum to nothing.

Double entry: what an account gains others lose (L. Pacioli, *Summa de arithmetica*, 1494, tractatus
XI). Facts come in, entries go out; who takes the facts from where is no business of this file.
Debits are positive, credits negative, so an account of ours that holds money is above nothing and
one that we owe is below.

A booking's fare is owed by its provider and prepaid until the party is flown, or stays away; only
then is it revenue and tax. What is to be paid back moves from the fare to what we owe, and from
there to the provider, or, if it was never captured, off what the provider owes.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Final, Literal

import msgspec

from aspan.booking.fares import tax_within
from aspan.primitives.errors import ensure

Account = Literal[
    "provider_receivable",
    "provider_cash",
    "prepaid_fares",
    "fare_revenue",
    "fee_revenue",
    "vat_payable",
    "refunds_payable",
    "care_cost",
    "care_payable",
]

ACCOUNTS: Final[tuple[Account, ...]] = (
    "provider_receivable",
    "provider_cash",
    "prepaid_fares",
    "fare_revenue",
    "fee_revenue",
    "vat_payable",
    "refunds_payable",
    "care_cost",
    "care_payable",
)

FactKind = Literal[
    "sold", "earned", "given_back", "fee_kept", "captured", "released", "repaid", "driven"
]
"""A fare was agreed and authorised; it was flown for, or nobody came; part of it is to be paid
back; part of it is kept of who gave up; the provider paid; it lets go of what was never captured;
it paid back; a ride on the ground was bought."""


class Fact(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """Something that happened to money.

    Parameters
    ----------
    owner
        The booking.
    amount_tiyn
        Above 0.
    vat_rate
        Of the departure's date; None where there is no tax. For what is earned, kept, or given back
        after it was earned.
    is_after
        Of what is given back: whether it was earned before.
    """

    kind: FactKind
    owner: str
    at_ms: int
    amount_tiyn: int
    vat_rate: float | None = None
    is_after: bool = False


class Entry(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One entry: what each account gains (debit, above 0) or gives (credit, below 0)."""

    kind: FactKind
    owner: str
    at_ms: int
    sides: tuple[tuple[Account, int], ...]

    def __post_init__(self) -> None:
        """Refuse an entry whose sides do not sum to nothing."""
        total = sum(tiyn for _, tiyn in self.sides)
        ensure(total == 0, f"entry of {self.owner}, {self.kind}: sides sum to {total} tiyn")


def enter(fact: Fact) -> Entry:
    """Return the entry of a fact."""
    ensure(fact.amount_tiyn > 0, f"{fact.kind} of {fact.owner}: {fact.amount_tiyn} tiyn")
    sides = tuple((account, tiyn) for account, tiyn in _list_sides(fact) if tiyn)
    return Entry(kind=fact.kind, owner=fact.owner, at_ms=fact.at_ms, sides=sides)


def list_entries(facts: Iterable[Fact]) -> Iterator[Entry]:
    """Yield the entries of facts that move anything."""
    return (enter(fact) for fact in facts if fact.amount_tiyn)


def _list_sides(fact: Fact) -> tuple[tuple[Account, int], ...]:
    amount = fact.amount_tiyn
    tax = tax_within(amount, fact.vat_rate)
    match fact.kind:
        case "sold":
            return ("provider_receivable", amount), ("prepaid_fares", -amount)
        case "earned":
            return (
                ("prepaid_fares", amount), ("fare_revenue", tax - amount), ("vat_payable", -tax)
            )  # fmt: skip
        case "fee_kept":
            return (
                ("prepaid_fares", amount), ("fee_revenue", tax - amount), ("vat_payable", -tax)
            )  # fmt: skip
        case "given_back" if fact.is_after:
            return (
                ("fare_revenue", amount - tax), ("vat_payable", tax), ("refunds_payable", -amount)
            )  # fmt: skip
        case "given_back":
            return ("prepaid_fares", amount), ("refunds_payable", -amount)
        case "captured":
            return ("provider_cash", amount), ("provider_receivable", -amount)
        case "released":
            return ("refunds_payable", amount), ("provider_receivable", -amount)
        case "repaid":
            return ("refunds_payable", amount), ("provider_cash", -amount)
        case "driven":
            return ("care_cost", amount), ("care_payable", -amount)


class TrialBalance(msgspec.Struct, frozen=True, kw_only=True):
    """What stands on each account after all entries [tiyn]: debits above 0, credits below."""

    entries: int
    balances_tiyn: dict[str, int]

    @property
    def is_balanced(self) -> bool:
        """Say whether all accounts together come to nothing, as they must."""
        return sum(self.balances_tiyn.values()) == 0


def balance(entries: Iterable[Entry]) -> TrialBalance:
    """Return the trial balance of entries, every account in it."""
    totals: defaultdict[str, int] = defaultdict(int)
    count = 0
    for entry in entries:
        count += 1
        for account, tiyn in entry.sides:
            totals[account] += tiyn
    return TrialBalance(
        entries=count, balances_tiyn={account: totals[account] for account in ACCOUNTS}
    )

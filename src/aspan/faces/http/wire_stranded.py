"""What a desk is told of parties that stand somewhere although they should be on their way."""

import msgspec


class OpenRemedy(msgspec.Struct, frozen=True, kw_only=True):
    """Something that could be done for a party now; `cost_tiyn` is what a taxi costs us."""

    remedy: str
    sortie_id: str
    leaves_at_ms: int | None
    arrives_at_ms: int | None
    refund_tiyn: int
    cost_tiyn: int


class StrandedParty(msgspec.Struct, frozen=True, kw_only=True):
    """A party at a vertiport whose sortie waits or is late, or whose taxi has not come yet.

    Parameters
    ----------
    destination
        The vertiport it was to fly to.
    since_ms
        Since when it is kept waiting: its sortie should have left then, or its ride was given then.
    reason
        Why; empty if it is only late.
    promised_arrival_at_ms
        As first promised.
    ride_leaves_at_ms
        Of the taxi it waits for; None if it waits for its sortie.
    """

    booking_id: str
    sortie_id: str
    destination: str
    party: int
    status: str
    since_ms: int
    reason: str
    promised_arrival_at_ms: int
    ride_leaves_at_ms: int | None
    open: tuple[OpenRemedy, ...]


class StrandedSite(msgspec.Struct, frozen=True, kw_only=True):
    """A vertiport where somebody still stands."""

    vertiport_id: str
    passengers: int
    parties: tuple[StrandedParty, ...]


class StrandedPage(msgspec.Struct, frozen=True, kw_only=True):
    """Who still stands somewhere at an instant, by vertiport."""

    at_ms: int
    passengers: int
    sites: tuple[StrandedSite, ...]

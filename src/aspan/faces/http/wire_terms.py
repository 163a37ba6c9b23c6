"""What goes over the wire about the conditions of a booking; money is of the whole party."""

import msgspec


class RefundStep(msgspec.Struct, frozen=True, kw_only=True):
    """What comes back to who cancels before an instant."""

    until_ms: int
    refund_tiyn: int


class LateRefund(msgspec.Struct, frozen=True, kw_only=True):
    """What comes back to who is brought to its door so much later than promised, by our fault."""

    late_ms: int
    refund_tiyn: int


class BookingConditions(msgspec.Struct, frozen=True, kw_only=True):
    """The conditions of one booking, in money of its own; who does not come has nothing back.

    Parameters
    ----------
    free_ms
        Who cancels within this of paying, and before departure, has everything back.
    steps
        The earliest first; nothing comes back after the last.
    change_fee_tiyn
        Of another flight instead, the whole party; never more than cancelling would cost.
    check_in_closes_at_ms
        Who is not checked in by then is not carried.
    late
        From the shortest delay on.
    offers_ground
        Whether a ground taxi at our cost is among what is offered when we cannot fly.
    """

    free_ms: int
    steps: tuple[RefundStep, ...]
    change_fee_tiyn: int
    check_in_closes_at_ms: int
    late: tuple[LateRefund, ...]
    offers_ground: bool

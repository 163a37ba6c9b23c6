"""Selling: who carries out which command of sales."""

from aspan.operations import sales as cmd
from aspan.operations.care import choose
from aspan.operations.gate import board_party, refuse_boarding, weigh
from aspan.operations.holds import confirm, hold, withdraw
from aspan.operations.payments import report, request
from aspan.operations.turn import Turn
from aspan.primitives.errors import InvalidInput


def sell(turn: Turn, command: cmd.SalesCommand) -> None:
    """Carry out a command of sales; `InvalidInput` for one that names what is not there."""
    match command:
        case cmd.HoldSeats():
            hold(turn, command)
        case cmd.ConfirmBooking():
            confirm(turn, command)
        case cmd.WithdrawBooking():
            withdraw(turn, command)
        case cmd.RequestPayment():
            request(turn, command)
        case cmd.ReportPayment():
            report(turn, command)
        case cmd.WeighParty():
            weigh(turn, command)
        case cmd.BoardParty():
            board_party(turn, command)
        case cmd.RefuseBoarding():
            refuse_boarding(turn, command)
        case cmd.ChooseRemedy():
            choose(turn, command)
        case _:
            raise InvalidInput("command", type(command).__name__, "a command of sales")

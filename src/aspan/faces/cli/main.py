"""The `aspan` command: registers every command and turns what went wrong into one line.

Exit status: 0 done; 1 refused, or a check failed, and the answer says which; 2 bad input, one line
naming the thing, the value and what was expected; 70 the software is at fault; 130 interrupted.
A command function returns its exit status (None is 0) or raises `typer.Exit`.
"""

import os
import sys
import traceback
from contextlib import suppress
from importlib import import_module
from importlib.util import find_spec
from io import TextIOWrapper
from pathlib import Path
from typing import Annotated, Final

import typer

from aspan import __version__
from aspan.primitives.errors import InvalidInput, InvariantError

BAD_INPUT: Final = 2
AT_FAULT: Final = 70
"""EX_SOFTWARE of `sysexits.h`: an internal software error."""
INTERRUPTED: Final = 130
"""128 + SIGINT, as shells write it."""

_OURS: Final = "a fault of Aspan, not of the input"

_MODULES: Final = (
    "city",
    "energy",
    "simulate",
    "audit",
    "report",
    "compare",
    "trip",
    "serve",
    "feed",
    "log",
    "ledger",
    "people",
    "payments",
    "partners",
    "range",
    "study",
)
"""Modules of this package with commands, in the order of `aspan --help`."""


def make_app() -> typer.Typer:
    """Return the application with every command registered."""
    app = typer.Typer(
        name="aspan",
        help="The operating system of a city air-taxi service: plan it, prove it, run it.",
        epilog="Begin with: aspan city check alatau; aspan simulate alatau --out runs/day",
        add_completion=False,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,
        context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    )
    app.callback(invoke_without_command=True)(_root)
    for name in _MODULES:
        if find_spec(f"aspan.faces.cli.{name}") is not None:
            import_module(f"aspan.faces.cli.{name}").register(app)
    return app


def _root(
    context: typer.Context,
    version: Annotated[bool, typer.Option("--version", help="Print the version and end.")] = False,
) -> None:
    """Show the help when no command is named, or the version when it is asked for."""
    if version:
        print(f"aspan {__version__}")
        raise typer.Exit
    if context.invoked_subcommand is None:
        print(context.get_help())
        raise typer.Exit


def execute(arguments: list[str], app: typer.Typer | None = None) -> int:
    """Run one command line and return its exit status; what went wrong is said on stderr.

    Parameters
    ----------
    app
        The application of `make_app` if None.
    """
    try:
        status = _call(app or make_app(), arguments)
    except InvalidInput as error:
        return _say(f"error: {error}", BAD_INPUT)
    except typer.Abort as error:
        if isinstance(error.__cause__, EOFError):  # the library takes it for a prompt refused
            return _say(f"fault: {_locate(error.__cause__)} ({_OURS})", AT_FAULT)
        return INTERRUPTED
    except typer.TyperException as error:
        return _say(f"error: {_describe(error, arguments)}", BAD_INPUT)
    except InvariantError as error:
        return _say(f"fault: {error} ({_OURS})", AT_FAULT)
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        _close_standard_output()
        return 1
    except OSError as error:
        named = f"{error.filename}: " if error.filename else ""
        return _say(f"error: {named}{error.strerror or error}", BAD_INPUT)
    except MemoryError as error:
        return _say(f"refused: not enough memory for what was asked ({error})", 1)
    except Exception as error:
        return _say(f"fault: {_locate(error)} ({_OURS})", AT_FAULT)
    return status if isinstance(status, int) else 0


def _call(app: typer.Typer, arguments: list[str]) -> object:
    """Run a command to the last byte of its answer and return what it returned."""
    if sys.stdout is None:  # closed by whoever called: the answer goes nowhere, as was asked
        sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: PTH123, SIM115  to the end
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")  # Kazakh on a Latin terminal
    status = app(arguments, prog_name="aspan", standalone_mode=False)
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        _close_standard_output()
        raise OSError(error.errno, error.strerror, "standard output") from None
    return status


def run() -> None:
    """Run the command line of this process; the entry point of the `aspan` script."""
    sys.exit(execute(sys.argv[1:]))


def _say(message: str, status: int) -> int:
    """Print `message` as one line on stderr, if it can be told at all, and return `status`."""
    with suppress(OSError):
        print(" ".join(message.split()), file=sys.stderr, flush=True)
    return status


def _describe(error: typer.TyperException, arguments: list[str]) -> str:
    """Return what is wrong with a command line: the thing, its value, what was expected."""
    context = getattr(error, "ctx", None)
    if type(error).__name__ == "NoArgsIsHelpError" and context is not None:
        names = ", ".join(context.command.list_commands(context))
        return str(InvalidInput(context.command_path, None, f"one of the commands {names}"))
    option = getattr(getattr(error, "param", None), "opts", [""])[0]
    if isinstance(error, typer.BadParameter) and option in arguments[:-1]:
        typed = arguments[arguments.index(option) + 1]
        expected = error.message.split(",")[0].removeprefix("Input should be ")
        return str(InvalidInput(option, typed, expected))
    return " ".join(error.format_message().split())


def _locate(error: Exception) -> str:
    """Return an error with the place it came from."""
    last = traceback.extract_tb(error.__traceback__)[-1]
    return f"{type(error).__name__}: {error}, in {Path(last.filename).name} line {last.lineno}"


def _close_standard_output() -> None:
    """Point stdout at nothing, so that the interpreter's last flush stays silent.

    The reader has gone (`aspan … | head`): nobody is left to tell.
    """
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


if __name__ == "__main__":
    run()

"""What the command line says when things go wrong, and how it ends."""

import subprocess
import sys

import pytest
import typer

from aspan.faces.cli.main import execute, make_app
from aspan.primitives.errors import InvalidInput, InvariantError

HEAVY = ("numpy", "polars", "shapely", "pyproj", "litestar", "astral", "rich")


def _app_that(action: object) -> typer.Typer:
    """Return an application with one command `act` that raises or returns `action`."""
    app = typer.Typer()
    app.callback()(lambda: None)

    def act() -> object:
        if isinstance(action, BaseException):
            raise action
        return action

    app.command("act")(act)
    return app


@pytest.mark.parametrize(
    ("action", "status", "said"),
    [
        (None, 0, ""),
        (1, 1, ""),
        (typer.Exit(1), 1, ""),
        (KeyboardInterrupt(), 130, ""),
        (
            InvalidInput("vertiport", "NOWHERE", "one of\nALATAU, CENTRE"),
            2,
            "error: vertiport: 'NOWHERE' is not accepted; expected one of ALATAU, CENTRE\n",
        ),
        (
            PermissionError(13, "Permission denied", "out/day"),
            2,
            "error: out/day: Permission denied\n",
        ),
        (
            InvariantError("two aircraft on FATO ALATAU-F1"),
            70,
            "fault: two aircraft on FATO ALATAU-F1 (a fault of Aspan, not of the input)\n",
        ),
    ],
)
def test_every_end_has_its_status_and_one_line(
    action: object, status: int, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each way a command may end gives its exit status and at most one line on stderr."""
    assert execute(["act"], _app_that(action)) == status
    assert capsys.readouterr() == ("", said)


@pytest.mark.parametrize("arguments", [["nowhere"], ["--nothing"]])
def test_usage_errors_are_one_line(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    """A command or option that does not exist is named in one line, status 2."""
    assert execute(arguments) == 2
    out, said = capsys.readouterr()
    assert out == ""
    assert said.startswith("error: ")
    assert said.count("\n") == 1
    assert arguments[0] in said


def test_help_is_for_asking_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    """`aspan` alone prints the help and ends well."""
    assert execute([]) == 0
    assert "Usage: aspan" in capsys.readouterr().out


def test_version_is_the_package_version(capsys: pytest.CaptureFixture[str]) -> None:
    """`aspan --version` prints name and version."""
    assert execute(["--version"]) == 0
    assert capsys.readouterr().out.startswith("aspan 0.")


def test_help_imports_nothing_heavy() -> None:
    """Asking for help loads none of the libraries that only some commands need."""
    code = (
        "import sys; from aspan.faces.cli.main import execute; execute(['--help']);"
        f"print(sorted(set(sys.modules) & set({HEAVY!r})), file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stderr == "[]\n"


def test_a_reader_who_leaves_is_no_error() -> None:
    """`aspan --help` into a closed pipe ends without a traceback."""
    code = "from aspan.faces.cli.main import run; import sys; sys.argv = ['aspan', '-h']; run()"
    with subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert process.stderr.read() == b""


def test_every_command_has_help() -> None:
    """Each command and group says in its help what it does."""
    app = make_app()
    silent = [
        command.name
        for command in app.registered_commands
        if not (command.help or (command.callback and command.callback.__doc__))
    ]
    assert silent == []

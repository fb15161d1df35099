"""The command line. Data go to standard output, notes and progress to standard error.

Exit codes: 0 all done, 1 the program's own failure, 2 wrong usage, 3 some documents failed.
Command modules import what is heavy inside their commands, so that ``--help`` answers at once.
"""

from __future__ import annotations

import logging
import os
import sys
from typing import Annotated

import typer

from onrecord import __version__
from onrecord.cli import (
    archive,
    code,
    doctor,
    evaluate,
    evidence,
    export,
    gazetteer,
    ledger,
    lexicon,
    plot,
    records,
    review,
    schema,
    serve,
    show,
    user,
    watch,
)
from onrecord.cli.options import EXIT_FAILURE, EXIT_SOME_FAILED, EXIT_USAGE, flag
from onrecord.errors import InputError, OnrecordError, UsageError

app = typer.Typer(
    name="onrecord",
    help="What reports of armed conflict say, and according to whom.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
for module in (
    code,
    records,
    show,
    archive,
    export,
    evidence,
    plot,
    ledger,
    lexicon,
    gazetteer,
    review,
    user,
    schema,
    serve,
    watch,
    evaluate,
    doctor,
):
    module.register(app)


def _version(wanted: bool) -> None:
    if wanted:
        print(f"onrecord {__version__}")
        raise typer.Exit


@app.callback()
def _options(
    debug: Annotated[bool, flag("--debug", help="Show tracebacks and log what is done.")] = False,
    version: Annotated[bool, flag("--version", callback=_version, is_eager=True, help="Show the version and exit.")] = False,
) -> None:
    logging.basicConfig(level=logging.DEBUG if debug else logging.WARNING, format="%(levelname)s %(name)s %(message)s", stream=sys.stderr)


def main() -> None:
    """Runs the command line; every error of ours becomes one line on standard error and an exit code."""
    arguments = sys.argv[1:]
    debug = "--debug" in arguments
    if debug:  # accepted anywhere
        arguments = ["--debug", *(argument for argument in arguments if argument != "--debug")]
    try:
        app(arguments)
    except BrokenPipeError:  # the reader of our output has gone: not our failure
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
    except OnrecordError as error:
        if debug:
            raise
        print(f"onrecord: {error}", file=sys.stderr)
        sys.exit(_exit_code(error))
    except Exception as error:  # the last line of defence: no traceback unless asked for
        if debug:
            raise
        print(f"onrecord: internal error: {type(error).__name__}: {error}; run again with --debug and report it", file=sys.stderr)
        sys.exit(EXIT_FAILURE)


def _exit_code(error: OnrecordError) -> int:
    if isinstance(error, UsageError):
        return EXIT_USAGE
    return EXIT_SOME_FAILED if isinstance(error, InputError) else EXIT_FAILURE

"""Options that go together: a command asks for one value, and the options that it is made of stand among the command's own."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable, Collection
from functools import wraps
from types import SimpleNamespace
from typing import Any, get_type_hints

Command = Callable[..., None]


def takes(name: str, make: Callable[..., Any], *, without: Collection[str] = ()) -> Callable[[Command], Command]:
    """Makes a command's parameter of that name by calling ``make`` with the options that are its parameters, but for those ``without``.

    Those options take the parameter's place in the signature, from which the command line is built.
    """
    options = [option for option in _parameters(make) if option.name not in without]

    def decorate(command: Command) -> Command:
        together = [each for own in _parameters(command, made=name) for each in (options if own.name == name else [own])]

        @wraps(command)
        def called(**given: Any) -> None:
            made = make(**{option.name: given.pop(option.name) for option in options})
            command(**given, **{name: made})

        called.__signature__ = inspect.Signature(  # type: ignore[attr-defined]
            [parameter.replace(kind=inspect.Parameter.KEYWORD_ONLY) for parameter in together]
        )
        called.__annotations__ = {parameter.name: parameter.annotation for parameter in together}
        return called

    return decorate


def _parameters(function: Callable[..., Any], *, made: str = "") -> list[inspect.Parameter]:
    """The parameters with their annotations evaluated, but for the one that is made: its type is not loaded for a help page."""
    parameters = inspect.signature(function).parameters
    written = {name: one.annotation for name, one in parameters.items() if name != made}
    module = vars(sys.modules[function.__module__])
    hints = get_type_hints(SimpleNamespace(__annotations__=written), module, include_extras=True)
    return [one.replace(annotation=hints.get(name, one.annotation)) for name, one in parameters.items()]

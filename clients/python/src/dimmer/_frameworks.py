"""Base classes of frameworks that may not be there."""

from __future__ import annotations

import importlib
from typing import Any


def base(*places: str) -> Any:
    """The first class of ``module:Class`` that can be imported; ``object`` when none can."""
    for place in places:
        module, _, name = place.partition(":")
        try:
            return getattr(importlib.import_module(module), name)
        except (ImportError, AttributeError):
            continue
    return object

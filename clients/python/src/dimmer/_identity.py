"""Ids of runs: ``run_`` and a ULID in lower case (48 bits of milliseconds, 80 random bits)."""

from __future__ import annotations

import re
import secrets
import time
from typing import Optional

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
_ACTIVITY = re.compile(r"[a-z]{3}_[0-7][0-9a-hjkmnp-tv-z]{25}\Z")


def new_run_id(milliseconds: Optional[int] = None) -> str:
    """A new id."""
    now = time.time_ns() // 1_000_000 if milliseconds is None else milliseconds
    number = (now & (2**48 - 1)) << 80 | secrets.randbits(80)
    return "run_" + "".join(_ALPHABET[number >> shift & 31] for shift in range(125, -1, -5))


def is_activity_id(text: str) -> bool:
    """Whether ``text`` is the id of a run, a job, or another activity."""
    return _ACTIVITY.match(text) is not None

"""Where the demo's scripts are, and whether what they need is installed."""

from __future__ import annotations

import importlib.util
import sys
import unittest
from pathlib import Path

RESOURCES = Path(__file__).resolve().parents[2] / "Sources/Programs/dimmer/Demo/Resources"
sys.path.insert(0, str(RESOURCES))

needs_numpy = unittest.skipUnless(
    importlib.util.find_spec("numpy") and importlib.util.find_spec("scipy"),
    "numpy and scipy are not installed; 'dimmer demo' puts them into .venv",
)
needs_openai = unittest.skipUnless(importlib.util.find_spec("openai"), "the openai client is not installed")

"""A callback for Keras."""

from __future__ import annotations

from typing import Any, Dict, Optional

from . import _frameworks
from ._progress import Measuring

_Callback: Any = _frameworks.base("keras.callbacks:Callback", "tensorflow.keras.callbacks:Callback")


class EnergyCallback(Measuring, _Callback):  # type: ignore[misc]
    """Measures a fit; each epoch is a window, and ``energy_joules`` is among its logs.

    Args:
        run: a run that the caller begins and ends; without it the fit is one, made with ``keywords`` as
            :func:`dimmer.measure` takes them.
    """

    def on_train_begin(self, logs: Optional[Dict[str, Any]] = None) -> None:
        self._phases.begin("fit")

    def on_epoch_begin(self, epoch: int, logs: Optional[Dict[str, Any]] = None) -> None:
        self._phases.begin_epoch(epoch + 1)

    def on_epoch_end(self, epoch: int, logs: Optional[Dict[str, Any]] = None) -> None:
        joules = self._phases.end_epoch()
        if logs is not None and joules is not None:
            logs["energy_joules"] = joules

    def on_train_end(self, logs: Optional[Dict[str, Any]] = None) -> None:
        self._phases.end()

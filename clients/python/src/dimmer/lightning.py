"""A callback for Lightning (``lightning.pytorch`` or ``pytorch_lightning``)."""

from __future__ import annotations

from typing import Any

from . import _frameworks, _say
from ._progress import Measuring

_Callback: Any = _frameworks.base("lightning.pytorch.callbacks:Callback", "pytorch_lightning.callbacks:Callback")


class EnergyCallback(Measuring, _Callback):  # type: ignore[misc]
    """Measures a fit; each training epoch is a window and is logged as ``energy_joules``.

    Each rank measures its own processes: add the ranks' figures.

    Args:
        run: a run that the caller begins and ends; without it the fit is one, made with ``keywords`` as
            :func:`dimmer.measure` takes them.
    """

    def on_fit_start(self, trainer: Any, pl_module: Any) -> None:
        self._phases.begin(f"fit {type(pl_module).__name__}")

    def on_train_epoch_start(self, trainer: Any, pl_module: Any) -> None:
        self._phases.begin_epoch(int(getattr(trainer, "current_epoch", len(self.epochs))) + 1)

    def on_train_epoch_end(self, trainer: Any, pl_module: Any) -> None:
        joules = self._phases.end_epoch()
        if joules is not None:
            self._log(pl_module, joules)

    @_say.harmless()
    def _log(self, pl_module: Any, joules: float) -> None:
        pl_module.log("energy_joules", joules)

    def on_fit_end(self, trainer: Any, pl_module: Any) -> None:
        self._phases.end()

    def on_exception(self, trainer: Any, pl_module: Any, exception: BaseException) -> None:
        self._phases.end()

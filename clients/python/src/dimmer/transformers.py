"""A callback for the trainer of Hugging Face Transformers."""

from __future__ import annotations

from typing import Any, Dict, Optional

from . import _frameworks, _say
from ._progress import Measuring

_Callback: Any = _frameworks.base("transformers:TrainerCallback")


class EnergyCallback(Measuring, _Callback):  # type: ignore[misc]
    """Measures a training; each epoch is a window, and ``energy_joules`` so far is put into what is logged.

    Args:
        run: a run that the caller begins and ends; without it the training is one, made with ``keywords`` as
            :func:`dimmer.measure` takes them.
    """

    def on_train_begin(self, args: Any, state: Any, control: Any, **keywords: Any) -> None:
        self._phases.begin(getattr(args, "run_name", None) or "train")

    def on_epoch_begin(self, args: Any, state: Any, control: Any, **keywords: Any) -> None:
        self._phases.begin_epoch(int(getattr(state, "epoch", None) or 0) + 1)

    def on_epoch_end(self, args: Any, state: Any, control: Any, **keywords: Any) -> None:
        self._phases.end_epoch()

    @_say.harmless()
    def on_log(
        self, args: Any, state: Any, control: Any, logs: Optional[Dict[str, Any]] = None, **keywords: Any
    ) -> None:
        joules = None if self.run is None else self.run.energy_joules
        if logs is not None and joules is not None:
            logs["energy_joules"] = joules

    def on_train_end(self, args: Any, state: Any, control: Any, **keywords: Any) -> None:
        self._phases.end()

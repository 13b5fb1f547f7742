"""A callback for the trainer of Hugging Face Transformers."""

from __future__ import annotations

from typing import Any, Dict, List, Optional

from . import _frameworks, _say
from ._progress import Phases
from ._run import Run, Window

_Callback: Any = _frameworks.base("transformers:TrainerCallback")


class EnergyCallback(_Callback):  # type: ignore[misc]
    """Measures a training; each epoch is a window, and ``energy_joules`` so far is put into what is logged.

    Args:
        run: a run that the caller begins and ends; without it the training is one, made with ``keywords`` as
            :func:`dimmer.measure` takes them.
    """

    def __init__(self, run: Optional[Run] = None, **keywords: Any) -> None:
        super().__init__()
        self._phases = Phases(run, keywords)

    @property
    def run(self) -> Optional[Run]:
        """The run."""
        return self._phases.run

    @property
    def epochs(self) -> List[Window]:
        """The epochs that have ended."""
        return self._phases.epochs

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

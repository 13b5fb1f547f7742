"""Loops whose passes are windows, and what the callbacks of the frameworks share."""

from __future__ import annotations

from typing import Any, Iterable, Iterator, List, Optional, TypeVar

from . import _say
from ._run import Run, Window, measure

_Item = TypeVar("_Item")


def epochs(items: Iterable[_Item], run: Run, name: str = "epoch") -> Iterator[_Item]:
    """The items of a loop; each pass is a window of ``run``, called ``epoch-1``, ``epoch-2`` and so on.

    The energies are in ``run.windows``. A pass that is left with ``break`` or an exception is a window, too.
    """
    for number, item in enumerate(items, 1):
        with run.window(f"{name}-{number}"):
            yield item


class Phases:
    """A run of a training framework: its epochs are windows. Nothing here raises."""

    def __init__(self, run: Optional[Run], keywords: Any) -> None:
        self._given = run
        self._keywords = keywords
        self._window: Optional[Window] = None
        self.run: Optional[Run] = run
        #: The epochs that have ended.
        self.epochs: List[Window] = []

    @_say.harmless()
    def begin(self, name: str) -> None:
        """Begins the run, when the caller gave none."""
        if self._given is None:
            self.run = measure(**{"name": name, **self._keywords}).start()

    @_say.harmless()
    def begin_epoch(self, number: int) -> None:
        """Begins an epoch, counted from 1."""
        if self.run is not None:
            self._window = self.run.window(f"epoch-{number}").start()

    @_say.harmless()
    def end_epoch(self) -> Optional[float]:
        """Ends the epoch: its joules, or ``None`` when they are not known."""
        window, self._window = self._window, None
        if window is None:
            return None
        window.stop()
        self.epochs.append(window)
        return window.energy.joules

    @_say.harmless()
    def end(self) -> None:
        """Ends what was begun; twice is as good as once."""
        if self._window is not None:
            self.end_epoch()
        if self.run is not None and self._given is None:
            self.run.stop()


class Measuring:
    """What the frameworks' callbacks share, as the base before the framework's own: their run and its epochs.

    Args:
        run: a run that the caller begins and ends; without it there is one of the framework's whole work, made with
            ``keywords`` as :func:`dimmer.measure` takes them.
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

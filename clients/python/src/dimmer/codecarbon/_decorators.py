"""The tracker around a block or a function."""

from __future__ import annotations

import functools
import inspect
from types import TracebackType
from typing import Any, Callable, Optional, Type, TypeVar, cast

from ._settings import NOT_GIVEN
from ._tracker import EmissionsTracker

_Function = TypeVar("_Function", bound=Callable[..., Any])


class OfflineEmissionsTracker(EmissionsTracker):
    """The same: no tracker of this package asks the network."""


class TaskEmissionsTracker:
    """A task for ``with``, on a tracker of its own when none is given."""

    def __init__(self, task_name: str, tracker: Optional[EmissionsTracker] = None) -> None:
        self.task_name = task_name
        self.is_default_tracker = tracker is None
        self.tracker = EmissionsTracker() if tracker is None else tracker

    def __enter__(self) -> "TaskEmissionsTracker":
        self.tracker.start_task(self.task_name)
        return self

    def __exit__(
        self, kind: Optional[Type[BaseException]], error: Optional[BaseException], trace: Optional[TracebackType]
    ) -> None:
        self.tracker.stop_task()
        if self.is_default_tracker:
            self.tracker.stop()


def track_emissions(
    fn: Optional[Callable[..., Any]] = None, *arguments: Any, offline: Any = NOT_GIVEN, **keywords: Any
) -> Any:
    """A decorator: each call is a run of a tracker with these keywords."""
    del offline  # Both trackers are the same here.
    return _decorator(fn, lambda: _Tracked(EmissionsTracker(*arguments, **keywords)))


def track_task_emissions(
    fn: Optional[Callable[..., Any]] = None, tracker: Optional[EmissionsTracker] = None, task_name: str = ""
) -> Any:
    """A decorator: each call is a task of ``tracker``."""
    return _decorator(fn, lambda: TaskEmissionsTracker(task_name, tracker))


class _Tracked:
    def __init__(self, tracker: EmissionsTracker) -> None:
        self._tracker = tracker

    def __enter__(self) -> "_Tracked":
        self._tracker.start()
        return self

    def __exit__(self, *error: Any) -> None:
        self._tracker.stop()


def _decorator(function: Optional[Callable[..., Any]], make: Callable[[], Any]) -> Any:
    def decorate(function: _Function) -> _Function:
        if inspect.iscoroutinefunction(function):

            @functools.wraps(function)
            async def tracked_coroutine(*arguments: Any, **keywords: Any) -> Any:
                with make():
                    return await function(*arguments, **keywords)

            return cast(_Function, tracked_coroutine)

        @functools.wraps(function)
        def tracked(*arguments: Any, **keywords: Any) -> Any:
            with make():
                return function(*arguments, **keywords)

        return cast(_Function, tracked)

    return decorate if function is None else decorate(function)

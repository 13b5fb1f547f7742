"""What goes wrong is said on stderr, once per process, and never reaches the caller as an exception."""

from __future__ import annotations

import functools
import sys
import threading
from typing import Any, Callable, Set, TypeVar, cast

_said: Set[str] = set()
_lock = threading.Lock()
_Function = TypeVar("_Function", bound=Callable[..., Any])


def once(kind: str, text: str) -> None:
    """One line on stderr, the first time that ``kind`` is said in this process."""
    with _lock:
        if kind in _said:
            return
        _said.add(kind)
    if sys.stderr is None:  # As under pythonw; print() would then write to standard output.
        return
    try:
        print(f"dimmer: {text}", file=sys.stderr, flush=True)
    except Exception:  # stderr may be closed, or None; there is nobody left to tell.
        pass


def after_fork() -> None:
    """Another thread may have held the lock when this process was forked."""
    global _lock
    _lock = threading.Lock()


def harmless(default: Any = None) -> Callable[[_Function], _Function]:
    """A function whose own failure is said and swallowed: measuring never breaks what is measured."""

    def decorate(function: _Function) -> _Function:
        @functools.wraps(function)
        def guarded(*arguments: Any, **keywords: Any) -> Any:
            try:
                return function(*arguments, **keywords)
            except Exception as error:
                once("failure", f"measuring failed ({type(error).__name__}: {error}); figures may be missing")
                return default

        return cast(_Function, guarded)

    return decorate

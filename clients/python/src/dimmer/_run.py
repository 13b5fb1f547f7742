"""Runs and windows: what a training script uses."""

from __future__ import annotations

import abc
import asyncio
import functools
import inspect
import os
import sys
import threading
import time
from collections import deque
from types import TracebackType
from typing import Any, Callable, Deque, Dict, List, Mapping, Optional, Type, TypeVar, Union, cast, overload

from . import _connection, _journal, _places, _record, _say, _wire
from ._connection import Connection, Late, Unavailable
from ._identity import is_activity_id, new_run_id
from ._record import Record
from ._sample import Energy, Sample, sample

#: How many windows a run remembers; each one is in the caller's own hands besides.
WINDOWS_KEPT = 1000
#: The longest command line that is put on record, characters.
_COMMAND_LENGTH = 4096

_Function = TypeVar("_Function", bound=Callable[..., Any])
_Error = Optional[BaseException]
_Self = TypeVar("_Self", bound="_Scope")


class _Scope(abc.ABC):
    """Something that is started and stopped: ``with`` does both, ``async with`` in a thread of its own."""

    @abc.abstractmethod
    def start(self: _Self) -> _Self:
        """Begins it."""

    @abc.abstractmethod
    def stop(self) -> None:
        """Ends it."""

    def __enter__(self: _Self) -> _Self:
        return self.start()

    def __exit__(self, kind: Optional[Type[BaseException]], error: _Error, trace: Optional[TracebackType]) -> None:
        self.stop()

    async def __aenter__(self: _Self) -> _Self:
        return await asyncio.to_thread(self.start)

    async def __aexit__(
        self, kind: Optional[Type[BaseException]], error: _Error, trace: Optional[TracebackType]
    ) -> None:
        await asyncio.to_thread(self.stop)


class Window(_Scope):
    """A part of a run, for example an epoch. Its energy is there when it has ended."""

    def __init__(self, run: "Run", name: str) -> None:
        self.name = name
        #: Energy of the window; without figures until it has ended.
        self.energy = Energy(reason="the window has not ended")
        self._run = run
        self._from: Optional[Sample] = None

    def start(self) -> "Window":
        """Begins the window."""
        self._from = self._run._read()
        return self

    @_say.harmless()
    def stop(self) -> None:
        """Ends the window."""
        until = self._run._read()
        if self._from is None or until is None:
            self.energy = Energy(reason=self._run.reason or "the meter did not answer in time")
        elif until.monotonic_ns == self._from.monotonic_ns:
            # Both ends fell into one look of the meter: what is between them is not known, which is not 0.
            self.energy = Energy(reason="the window is shorter than the meter's looks are apart (10 ms)")
        else:
            self.energy = until - self._from
        self._run.windows.append(self)


class Run(_Scope):
    """A measured run of this process and its children. Made by :func:`measure`."""

    def __init__(
        self,
        name: Optional[str] = None,
        region: Optional[str] = None,
        tags: Optional[Mapping[str, Any]] = None,
        pue: Optional[float] = None,
        wue: Optional[float] = None,
        period: float = 1.0,
        cgroup: Optional[str] = None,
    ) -> None:
        #: The run's id, as ``dimmer runs show`` takes it.
        self.id = new_run_id()
        self.name = name or _script()
        self.region = region or os.environ.get("DIMMER_REGION") or None
        self.tags: Dict[str, str] = {str(key): str(value) for key, value in (tags or {}).items()}
        self.pue, self.wue, self.cgroup = pue, wue, cgroup
        self.period_ms = min(max(int(period * 1000), 10), 60000)
        #: Why figures are missing, or ``None``.
        self.reason: Optional[str] = "the run has not begun"
        #: ``host`` when the meter tells the whole machine, ``share`` when only this run's own part.
        self.scope: Optional[str] = None
        #: The last windows that have ended.
        self.windows: Deque[Window] = deque(maxlen=WINDOWS_KEPT)
        self._connection: Optional[Connection] = None
        self._lease: Optional[str] = None
        self._opened_ns = 0
        self._last: Optional[Sample] = None
        self._pid = os.getpid()
        self._opened = self._ended = False
        self._parent: Optional[str] = None
        self._record: Optional[Record] = None
        self._lock = threading.RLock()

    # Begin and end

    @_say.harmless()
    def _begin(self) -> None:
        if self._opened or self._ended:
            return
        self._pid = os.getpid()
        directory = _places.data_directory()
        try:
            if directory is None:
                raise Unavailable("there is no place for a record; set DIMMER_DATA_DIR to a folder of yours")
            deadline = time.monotonic() + _connection.LIMIT_SECONDS
            connection = _connection.acquire(deadline)
            try:
                self._open(connection, directory, deadline)
            except BaseException:
                _connection.release(connection)
                raise
        except Unavailable as error:
            self.reason = str(error)
            _say.once("no meter", f"not measured: {error}")

    def start(self) -> "Run":
        """Begins the run: the meter takes its baseline. Never fails; ``reason`` says why nothing is measured."""
        self._begin()
        return self

    def _open(self, connection: Connection, directory: str, deadline: float) -> None:
        environment_parent = os.environ.get("DIMMER_RUN_ID", "")
        self._parent = environment_parent if is_activity_id(environment_parent) else None
        try:
            journal = _journal.Journal(directory, self.id)
        except OSError as error:
            raise Unavailable(
                f"{directory} can not be written ({error.strerror}); set DIMMER_DATA_DIR to a folder of yours"
            ) from None
        try:
            journal.keep(_journal.context(self.region, self.pue, self.wue, self.tags))
            answer = connection.request(self._question(), _connection.remaining(deadline), journal.descriptor)
            opened = answer[-1]
            self.scope = opened.get("scope", "host")
            self._lease = opened.fields["lease"]
            # Both programs count the same clock (CLOCK_MONOTONIC); the meter's own word is the better one.
            self._opened_ns = int(opened.get("mono") or time.monotonic_ns())
            self._connection, self._opened, self.reason = connection, True, None
        except Late:
            # A lease that comes too late is nobody's: end the conversation, unless another run is on it.
            if not _connection.has_other_users():
                connection.close()
            journal.discard()
            raise
        except OSError as error:
            journal.discard()
            raise Unavailable(
                f"{directory} can not be written ({error.strerror}); set DIMMER_DATA_DIR to a folder of yours"
            ) from None
        except KeyError:
            journal.discard()
            raise Unavailable(f"what answers at {connection.origin} gave no lease") from None
        except Unavailable:
            journal.discard()
            raise
        finally:
            journal.release()
        os.environ["DIMMER_RUN_ID"] = self.id

    def _question(self) -> _wire.Message:
        fields: Dict[str, Union[str, int, None]] = {
            "run": self.id,
            "pid": os.getpid(),
            "cgroup": self.cgroup,
            "period_ms": self.period_ms,
            "name": self.name,
            "region": self.region,
            "parent": self._parent,
            "command": _command(),
        }
        fields.update({f"tag.{_wire.encode(key)}": value for key, value in self.tags.items()})
        return _wire.message("open", fields)

    @_say.harmless()
    def stop(self) -> None:
        """Ends the run: the last sample is taken and the journal is closed."""
        with self._lock:
            if self._ended or not self._opened:
                self._ended = True
                return
            self._ended = True
            connection = self._connection
        if os.environ.get("DIMMER_RUN_ID") == self.id:
            if self._parent is None:
                os.environ.pop("DIMMER_RUN_ID", None)
            else:
                os.environ["DIMMER_RUN_ID"] = self._parent
        if connection is None or self._pid != os.getpid():
            return
        try:
            lines = connection.request(_wire.message("close", {"lease": self._lease}), _connection.LIMIT_SECONDS)
            self._take(lines)
        except Unavailable as error:
            self._fail(error)
        finally:
            _connection.release(connection)

    # Figures

    @property
    def energy(self) -> Energy:
        """Energy since the run began: a new look at the meter while it runs, the last one after it."""
        try:
            return self._energy()
        except Exception as error:
            return Energy(reason=str(error))

    def _energy(self) -> Energy:
        if self._opened and not self._ended:
            self._read()
        if self._last is None:
            return Energy(reason=self.reason or "the meter did not answer in time")
        # Samples are cumulative since the lease was opened: the baseline has nothing in it but its time.
        energy = self._last - Sample(self._opened_ns, 0)
        return Energy(energy.seconds, energy.components, energy.cpu_ns, self.reason)

    @property
    def energy_joules(self) -> Optional[float]:
        """The run's own energy so far, joules; ``None`` when it is not known."""
        return self.energy.joules

    @property
    def sources(self) -> List[Dict[str, str]]:
        """What the meter reads and what it cannot, each with its reason."""
        return [] if self._connection is None else [dict(line.fields) for line in self._connection.sources]

    @property
    def record(self) -> Optional[Record]:
        """The run's record with carbon, water and intervals, once it has ended; ``None`` with a ``reason`` otherwise.

        ``dimmer`` is asked the first time, which may take up to ten seconds.
        """
        if self._record is None and self._opened and self._ended and self._pid == os.getpid():
            self._record, why = _record.show(self.id)
            if why is not None:
                self.reason = self.reason or why
                _say.once("no record", f"the record could not be read: {why}; it is kept: dimmer runs show {self.id}")
        return self._record

    def window(self, name: str) -> Window:
        """A window of this run, for ``with`` or ``async with``; windows may be nested."""
        return Window(self, name)

    # Talking to the meter

    @_say.harmless()
    def _read(self) -> Optional[Sample]:
        """A new sample, or ``None``; never waits longer than half a second."""
        connection = self._connection
        if connection is None or self._ended:
            return None
        if self._pid != os.getpid():
            self.reason = "this is a forked child; its parent's lease covers it"
            return None
        try:
            asked = _wire.message("read", {"lease": self._lease})
            return self._take(connection.request(asked, _connection.READ_SECONDS))
        except Late as error:
            _say.once("late meter", f"{error}; windows of this time have no figures, the run goes on")
        except Unavailable as error:
            self._fail(error)
        return None

    def _take(self, lines: List[_wire.Message]) -> Optional[Sample]:
        for line in lines:
            if line.verb == "fault" and line.get("text"):
                _say.once(f"fault {line.get('text')}", f"the meter says of {self.id}: {line.get('text')}")
            if line.verb == "sample" and line.get("lease", self._lease or "") == self._lease:
                try:
                    self._last = sample(line, share=self.scope == "share")
                except _wire.WireError as error:
                    raise Unavailable(f"the meter's sample can not be read ({error})") from None
        return self._last

    def _fail(self, error: Unavailable) -> None:
        """Keeps the last figures and tells that they are not the whole."""
        self.reason = str(error) if self._last is None else f"{error}; figures end at the last sample"
        _say.once("lost meter", f"{error}; figures of {self.id} end here, its journal has them")


def measure(
    name: Optional[str] = None,
    region: Optional[str] = None,
    tags: Optional[Mapping[str, Any]] = None,
    *,
    pue: Optional[float] = None,
    wue: Optional[float] = None,
    period: float = 1.0,
    cgroup: Optional[str] = None,
) -> Run:
    """A run to be measured, for ``with`` or ``async with``.

    Args:
        name: what to call it; the script's name without it.
        region: the grid (ISO country, Electricity Maps zone, ``provider:region``); ``DIMMER_REGION`` without it, and
            carbon is unknown without both.
        tags: anything to find it by.
        pue: the site's total over IT energy, at least 1.
        wue: the site's own water use, litres per kWh of IT energy.
        period: seconds between two samples, 0.01 to 60.
        cgroup: the control group to measure instead of the process tree.
    """
    return Run(name, region, tags, pue=pue, wue=wue, period=period, cgroup=cgroup)


@overload
def measured(function: _Function) -> _Function: ...


@overload
def measured(**keywords: Any) -> Callable[[_Function], _Function]: ...


def measured(function: Optional[_Function] = None, **keywords: Any) -> Any:
    """A decorator: each call is a run, as :func:`measure` with the same keywords makes it.

    The last call's run is the function's attribute ``last_run``. Coroutine functions are measured until they return.
    """

    def decorate(function: _Function) -> _Function:
        options = {"name": getattr(function, "__qualname__", "function"), **keywords}
        wrapped: Any
        if inspect.iscoroutinefunction(function):

            @functools.wraps(function)
            async def wrapped_coroutine(*arguments: Any, **named: Any) -> Any:
                async with measure(**options) as run:
                    wrapped.last_run = run
                    return await function(*arguments, **named)

            wrapped = wrapped_coroutine
        else:

            @functools.wraps(function)
            def wrapped_function(*arguments: Any, **named: Any) -> Any:
                with measure(**options) as run:
                    wrapped.last_run = run
                    return function(*arguments, **named)

            wrapped = wrapped_function
        wrapped.last_run = None
        return cast(_Function, wrapped)

    return decorate if function is None else decorate(function)


def _script() -> str:
    arguments = getattr(sys, "argv", None) or [""]
    return os.path.basename(arguments[0]) or "python"


def _command() -> str:
    words = getattr(sys, "orig_argv", None) or [sys.executable or "python", *getattr(sys, "argv", [])]
    return _wire.join([str(word) for word in words])[:_COMMAND_LENGTH]

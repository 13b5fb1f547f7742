"""The conversation with a meter. Every step has a deadline; what comes late is skipped when it comes."""

from __future__ import annotations

import array
import os
import socket
import subprocess
import tempfile
import threading
import time
import weakref
from collections import deque
from typing import IO, Any, Deque, List, Optional, Tuple

from . import _places, _say
from ._wire import LONGEST_LINE, Message, WireError, message, parse

#: How long a meter may take to answer the first time, seconds. Behind it the next place is tried.
ANSWER_SECONDS = 0.2
#: How long a call may take, seconds, start of a private meter included; with two times the least it is one second.
LIMIT_SECONDS = 0.8
#: What a step gets even when the steps before it took all the time, seconds.
LEAST_SECONDS = 0.1
#: How long a read of a window waits, seconds.
READ_SECONDS = 0.5

_ends = {"open": "opened", "read": "sample", "close": "closed", "sources": "done"}


class Unavailable(Exception):
    """No figure, and why."""


class Late(Unavailable):
    """The meter is there, but did not answer in time."""


class Connection:
    """A stream to a meter. Several runs of one process share it; a forked child has none."""

    def __init__(self, stream: socket.socket, origin: str, errors: Optional[IO[bytes]] = None) -> None:
        self.origin = origin
        self.sources: List[Message] = []
        self.lost: Optional[str] = None
        self._stream = stream
        self._errors = errors
        self._pid = os.getpid()
        self._buffer = b""
        self._lock = threading.Lock()
        # Ends of answers that were not waited for, in the order in which they will come.
        self._owed: Deque[str] = deque()
        _all.add(self)

    def request(self, asked: Message, seconds: float, descriptor: Optional[int] = None) -> List[Message]:
        """Sends a line and takes the lines of its answer.

        Raises:
            Late: when the answer is not there in time; it will be skipped when it comes.
            Unavailable: when the meter has gone, or said no.
        """
        deadline = time.monotonic() + seconds
        if self._pid != os.getpid():
            raise Unavailable("this is a forked child; its parent's lease covers it")
        if not self._lock.acquire(timeout=seconds):
            raise Late("another thread waits for the meter")
        try:
            if self.lost is not None:
                raise Unavailable(self.lost)
            if self._owed and asked.verb == "read":
                # One who was late is not waited for again until it has caught up: it costs one wait, not one a window.
                self._catch_up(time.monotonic())
            self._send(asked.line(), deadline, descriptor)
            self._owed.append(asked.verb)
            self._catch_up(deadline, leaving=1)
            return self._answer(deadline)
        except (OSError, WireError) as error:
            self._lose(error)
            raise Unavailable(self.lost or str(error)) from None
        finally:
            self._lock.release()

    def close(self) -> None:
        """Ends the conversation. A private meter ends with it."""
        if self.lost is None:
            self.lost = "the conversation was ended"
        self._stream.close()
        if self._errors is not None:
            self._errors.close()
            self._errors = None

    def _catch_up(self, deadline: float, leaving: int = 0) -> None:
        """Skips answers that nobody waited for."""
        while len(self._owed) > leaving:
            if self._next(deadline).verb in (_ends[self._owed[0]], "error"):
                self._owed.popleft()

    def _answer(self, deadline: float) -> List[Message]:
        lines: List[Message] = []
        while True:
            lines.append(self._next(deadline))
            if lines[-1].verb == "error":
                self._owed.popleft()
                raise Unavailable(lines[-1].get("reason") or lines[-1].get("code") or "the meter said no")
            if lines[-1].verb == _ends[self._owed[0]]:
                self._owed.popleft()
                return lines

    def _next(self, deadline: float) -> Message:
        while b"\n" not in self._buffer:
            if len(self._buffer) > LONGEST_LINE:
                raise WireError("a line without an end")
            # Never zero, which would mean not to wait at all: what has come is taken in any case.
            self._stream.settimeout(max(deadline - time.monotonic(), 0.001))
            try:
                received = self._stream.recv(LONGEST_LINE)
            except socket.timeout:
                raise Late(f"the meter at {self.origin} did not answer in time") from None
            if not received:
                raise ConnectionResetError("it ended")
            self._buffer += received
        line, _, self._buffer = self._buffer.partition(b"\n")
        return parse(line)

    def _send(self, line: bytes, deadline: float, descriptor: Optional[int]) -> None:
        ancillary: List[Tuple[int, int, Any]] = []
        if descriptor is not None:
            ancillary = [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", [descriptor]))]
        self._stream.settimeout(max(deadline - time.monotonic(), 0.001))
        # A caller may have given SIGPIPE its deadly default back.
        sent = self._stream.sendmsg([line], ancillary, socket.MSG_NOSIGNAL)
        if sent < len(line):
            self._stream.settimeout(max(deadline - time.monotonic(), 0.001))
            view = memoryview(line)[sent:]
            while view:
                view = view[self._stream.send(view, socket.MSG_NOSIGNAL) :]

    def _lose(self, error: Exception) -> None:
        if isinstance(error, WireError):
            why = f"what answers at {self.origin} is no meter of Dimmer's ({error})"
        elif isinstance(error, socket.timeout):
            why = f"the meter at {self.origin} takes nothing any more"
        else:
            why = f"the meter at {self.origin} has gone"
            said = self._last_words()
            if said:
                why += f": {said}"
        self.lost = why
        self._stream.close()

    def _last_words(self) -> str:
        """The first line that a private meter wrote to its standard error."""
        if self._errors is None:
            return ""
        try:
            # By position: the meter shares the offset of this file.
            text = os.pread(self._errors.fileno(), 4096, 0).decode("utf-8", "replace")
        except (OSError, ValueError):
            return ""
        lines = [line.strip() for line in text.splitlines() if line.strip()]
        return lines[0] if lines else ""

    def forget(self) -> None:
        """In a forked child: lets go of the parent's stream, which stays open over there."""
        self.lost = "this is a forked child; its parent's lease covers it"
        self._lock = threading.Lock()
        try:
            self._stream.close()
        except OSError:
            pass


_all: "weakref.WeakSet[Connection]" = weakref.WeakSet()
_shared: Optional[Connection] = None
_users = 0
_shared_lock = threading.Lock()


def _after_fork() -> None:
    global _shared, _users, _shared_lock
    _shared, _users, _shared_lock = None, 0, threading.Lock()
    _say.after_fork()
    for connection in list(_all):
        connection.forget()


os.register_at_fork(after_in_child=_after_fork)


def acquire(deadline: float) -> Connection:
    """The process's connection, made when there is none; :func:`release` gives it back.

    Raises:
        Unavailable: when no meter answers, with what to do.
    """
    global _shared, _users
    if not _shared_lock.acquire(timeout=remaining(deadline)):
        raise Late("another thread waits for a meter")
    try:
        if _shared is None or _shared.lost is not None:
            # Runs on a lost connection give it back themselves; they are no users of the new one.
            _shared, _users = _connect(deadline), 0
        _users += 1
        return _shared
    finally:
        _shared_lock.release()


def has_other_users() -> bool:
    """Whether another run of this process is on the connection, too."""
    return _users > 1


def release(connection: Connection) -> None:
    """Gives a connection back. The last one closes it."""
    global _shared, _users
    if not _shared_lock.acquire(timeout=LEAST_SECONDS):
        return  # Another thread waits for a meter; this conversation then ends with the process.
    try:
        if connection is not _shared:
            if connection.lost is not None:
                connection.close()
            return
        _users -= 1
        if _users <= 0:
            _shared, _users = None, 0
            connection.close()
    finally:
        _shared_lock.release()


def _connect(deadline: float) -> Connection:
    reasons: List[str] = []
    for path in _places.sockets():
        stream = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        stream.settimeout(ANSWER_SECONDS)
        try:
            stream.connect(path)
        except (FileNotFoundError, ConnectionRefusedError):
            stream.close()
            continue
        except OSError as error:
            stream.close()
            reasons.append(f"{path}: {error.strerror or error}")
            continue
        connection = Connection(stream, path)
        try:
            return _greet(connection, ANSWER_SECONDS)
        except Unavailable as error:
            connection.close()
            reasons.append(str(error))
    try:
        return _start(deadline)
    except Unavailable as error:
        reasons.append(str(error))
        raise Unavailable("; ".join(reasons)) from None


def _greet(connection: Connection, seconds: float) -> Connection:
    """Asks what can be read, to see that a meter is there."""
    lines = connection.request(message("sources", {}), seconds)
    connection.sources = [line for line in lines if line.verb == "source"]
    return connection


def remaining(deadline: float) -> float:
    """Seconds until ``deadline``, or the least that a step gets."""
    return max(deadline - time.monotonic(), LEAST_SECONDS)


def _start(deadline: float) -> Connection:
    """A private meter on one end of a pair of sockets; it ends when the other end is closed.

    A shell starts it and ends at once, so that the meter is nobody's child here: a program that waits for its
    children never meets it. It has a session of its own, so that Ctrl-C does not reach it.
    """
    program = _places.meter_program()
    if program is None and os.environ.get("DIMMER_METER"):
        raise Unavailable(f"no meter runs and DIMMER_METER={os.environ['DIMMER_METER']} is no program; correct it")
    if program is None:
        raise Unavailable("no meter runs and dimmer-meter is not on PATH; install Dimmer or set DIMMER_METER")
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
    errors = tempfile.TemporaryFile() if _has_temporary() else None
    try:
        command = ["/bin/sh", "-c", '"$0" serve --fd "$1" &', program, str(theirs.fileno())]
        starter = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=errors if errors is not None else subprocess.DEVNULL,
            pass_fds=[theirs.fileno()],
            start_new_session=True,
            cwd="/" if os.path.isabs(program) else None,
        )
        starter.wait(timeout=remaining(deadline))
    except (OSError, subprocess.TimeoutExpired) as error:
        ours.close()
        if errors is not None:
            errors.close()
        raise Unavailable(f"{program} could not be started: {error}") from None
    finally:
        theirs.close()
    connection = Connection(ours, f"{program} serve", errors)
    try:
        return _greet(connection, remaining(deadline))
    except Unavailable:
        connection.close()
        raise


def _has_temporary() -> bool:
    try:
        return bool(tempfile.gettempdir())
    except OSError:
        return False

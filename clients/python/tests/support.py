"""A meter made of Python, and a place of its own for each test."""

from __future__ import annotations

import array
import contextlib
import fcntl
import io
import os
import socket
import stat
import sys
import tempfile
import textwrap
import threading
import time
import unittest

TESTS = os.path.dirname(os.path.abspath(__file__))
SOURCES = os.path.join(os.path.dirname(TESTS), "src")
for folder in (SOURCES, TESTS):
    if folder not in sys.path:
        sys.path.insert(0, folder)

from dimmer import _connection, _say, _wire  # noqa: E402

#: What each read of the fake meter adds: host, run, others, idle, own, unattributed; microjoules.
STEP = (1_000_000, 600_000, 100_000, 250_000, 30_000, 20_000)


class FakeMeter:
    """Speaks the protocol on one stream. ``mood`` says how well it behaves; it may change at any time."""

    def __init__(self, stream, mood="right", scope="host"):
        self.stream, self.mood, self.scope = stream, mood, scope
        self.opened, self.closed, self.journals, self.locked = [], [], [], []
        self.samples = 0
        self.gate = threading.Event()

    def serve(self):
        data, descriptors = b"", []
        with contextlib.suppress(OSError):
            while True:
                got, ancillary, _, _ = self.stream.recvmsg(65536, socket.CMSG_SPACE(4))
                for level, kind, payload in ancillary:
                    if (level, kind) == (socket.SOL_SOCKET, socket.SCM_RIGHTS):
                        numbers = array.array("i")
                        numbers.frombytes(payload[:4])
                        descriptors.append(numbers[0])
                if not got:
                    break
                data += got
                while b"\n" in data:
                    line, _, data = data.partition(b"\n")
                    if not self.answer(_wire.parse(line), descriptors):
                        self.stream.close()
                        return
        for descriptor in self.journals:
            os.close(descriptor)
        self.journals = []
        self.stream.close()

    def say(self, text):
        self.stream.sendall(text.encode() + b"\n")

    def sample(self, lease):
        self.samples += 0 if self.mood == "same look" else 1
        terms = ",".join(str(value * self.samples) for value in STEP)
        memory = ",".join(str(value * self.samples) for value in (500, 0, 0, 500, 0, 0))
        if self.mood != "same look":
            self.now = time.monotonic_ns()
        now = self.now
        times = "2000,1000,500,300,200,4000"
        return f"sample lease={lease} mono={now} wall=1000 e.cpu={terms} e.memory={memory} time={times}"

    def answer(self, asked, descriptors):
        mood = self.mood
        if mood == "silent":
            return True
        if mood == "garbage":
            self.stream.sendall(b"\x00\xff\xfe hello = world\n" * 3)
            return True
        if asked.verb == "sources":
            self.say("source component=cpu name=load%20model origin=modelled method=vcpu-load@1 low=-0.5 high=1.5")
            self.say("source component=gpu name=none reason=no%20driver")
            self.say("done")
        elif asked.verb == "open":
            if mood == "waits to open":
                self.gate.wait(20)
            if mood == "refuses":
                self.say("error code=full reason=no%20lease%20is%20free")
                return True
            if not descriptors:
                self.say("error code=no-journal reason=no%20descriptor%20came")
                return True
            self.journals.append(descriptors.pop())
            self.locked.append(self.is_locked(asked.get("run")))
            self.opened.append(asked)
            parent = f" parent={asked.get('parent')}" if asked.get("parent") else ""
            self.say(f"opened lease={len(self.opened)} period_ms=1000 scope={self.scope}{parent}")
        elif asked.verb == "read":
            if mood == "complains":
                self.say(f"fault lease={asked.get('lease')} text=the%20disk%20is%20full")
            if mood == "dies":
                self.stream.sendall(self.sample(asked.get("lease"))[:20].encode())
                return False
            if mood == "waits":
                self.gate.wait(20)
            self.say(self.sample(asked.get("lease")))
        elif asked.verb == "close":
            self.closed.append(asked.get("lease"))
            self.say(self.sample(asked.get("lease")))
            self.say(f"closed lease={asked.get('lease')}")
            os.write(self.journals[-1], b"closed\n")
        return True

    def is_locked(self, run):
        """Whether nobody else can take the journal's lock now."""
        path = os.path.join(os.environ["DIMMER_DATA_DIR"], "journal", f"{run}.journal")
        try:
            with open(path, "rb") as file:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return False
        except OSError:
            return True


class Server:
    """A fake meter that listens."""

    def __init__(self, path, mood="right", scope="host"):
        self.path, self.mood, self.scope, self.meters = path, mood, scope, []
        self.listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.listener.bind(path)
        self.listener.listen()
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        with contextlib.suppress(OSError):
            while True:
                stream, _ = self.listener.accept()
                meter = FakeMeter(stream, self.mood, self.scope)
                self.meters.append(meter)
                threading.Thread(target=meter.serve, daemon=True).start()

    @property
    def meter(self):
        return self.meters[-1]

    def close(self):
        with contextlib.suppress(OSError):
            self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        for meter in self.meters:
            meter.gate.set()
            with contextlib.suppress(OSError):
                meter.stream.shutdown(socket.SHUT_RDWR)


class Case(unittest.TestCase):
    """A test with a folder, an environment and a standard error of its own, and no meter."""

    def setUp(self):
        temporary = tempfile.TemporaryDirectory()
        self.addCleanup(temporary.cleanup)
        self.folder = temporary.name
        kept = dict(os.environ)
        self.addCleanup(lambda: (os.environ.clear(), os.environ.update(kept)))
        for name in list(os.environ):
            if name.startswith(("DIMMER", "CODECARBON")):
                del os.environ[name]
        self.data = os.path.join(self.folder, "data")
        os.environ["DIMMER_DATA_DIR"] = self.data
        os.environ["DIMMER_METER_SOCKET"] = os.path.join(self.folder, "nobody.sock")
        os.environ["DIMMER_METER"] = os.path.join(self.folder, "no-such-meter")
        os.environ["DIMMER"] = os.path.join(self.folder, "no-such-dimmer")
        _say._said.clear()
        self.stderr = io.StringIO()
        redirect = contextlib.redirect_stderr(self.stderr)
        redirect.__enter__()
        self.addCleanup(redirect.__exit__, None, None, None)

    def server(self, mood="right", scope="host"):
        path = os.path.join(self.folder, f"meter{len(os.listdir(self.folder))}.sock")
        server = Server(path, mood, scope)
        self.addCleanup(server.close)
        os.environ["DIMMER_METER_SOCKET"] = path
        return server

    def program(self, name, text):
        """An executable Python program of the test's own."""
        path = os.path.join(self.folder, name)
        with open(path, "w") as file:
            file.write(f"#!{sys.executable}\n" + textwrap.dedent(text))
        os.chmod(path, os.stat(path).st_mode | stat.S_IXUSR)
        return path

    def warnings(self):
        return [line for line in self.stderr.getvalue().splitlines() if line]

    def wait(self, condition, what):
        """Waits until ``condition`` holds; the limit is only there to end a test that would hang."""
        for _ in range(2000):
            if condition():
                return
            time.sleep(0.01)
        self.fail(f"never came: {what}")

    def assert_nothing_open(self):
        self.assertIsNone(_connection._shared)

import fcntl
import os
import signal
import subprocess
import sys
import unittest
import unittest.mock

import support
import dimmer  # noqa: E402
from dimmer import _connection
from support import STEP, Case

#: A private meter: the fake one on an inherited descriptor.
PRIVATE = f"""
import os, socket, sys
sys.path.insert(0, {support.TESTS!r})
assert sys.argv[1:3] == ["serve", "--fd"], sys.argv
import support
with open(os.path.join(os.environ["DIMMER_DATA_DIR"], "..", "meter.pid"), "w") as file:
    file.write(f"{{os.getpid()}} {{os.getsid(0)}} {{os.getppid()}}")
support.FakeMeter(socket.socket(fileno=int(sys.argv[3]))).serve()
"""


class Forks(Case):
    def child(self, work):
        """Runs ``work`` in a forked child; what it returns comes back as text."""
        reading, writing = os.pipe()
        pid = os.fork()
        if pid == 0:
            try:
                os.write(writing, str(work()).encode())
            except BaseException as error:
                os.write(writing, repr(error).encode())
            finally:
                os._exit(0)
        os.close(writing)
        with os.fdopen(reading) as file:
            text = file.read()
        self.assertEqual(os.waitpid(pid, 0)[1], 0)
        return text

    def test_a_forked_child_leaves_the_parents_conversation_alone(self):
        server = self.server()
        with dimmer.measure() as run:
            socket_number = _connection._shared._stream.fileno()

            def work():
                with run.window("in the child") as window:
                    pass
                run.stop()
                try:
                    os.fstat(socket_number)
                    is_open = True
                except OSError:
                    is_open = False
                return window.energy.joules, run.energy.joules, is_open

            self.assertEqual(self.child(work), "(None, None, False)")
            with run.window("in the parent") as window:
                pass
        self.assertEqual(window.energy.joules, STEP[1] / 1e6)
        self.assertEqual(run.energy_joules, 3 * STEP[1] / 1e6, "the child asked nothing of the meter")
        self.assertEqual(server.meter.closed, ["1"])

    def test_a_forked_child_may_have_a_run_of_its_own(self):
        server = self.server()
        with dimmer.measure() as run:

            def work():
                with dimmer.measure(name="child") as own:
                    pass
                return own.energy_joules

            self.assertEqual(self.child(work), str(STEP[1] / 1e6))
        self.assertEqual(len(server.meters), 2)
        asked = server.meters[1].opened[0]
        self.assertEqual(asked.get("parent"), run.id)
        self.assertNotEqual(asked.get("pid"), str(os.getpid()))

    def test_a_fork_while_the_locks_are_held_does_not_hang_the_child(self):
        self.server()
        with dimmer.measure():
            connection = _connection._shared
            with connection._lock, _connection._shared_lock:

                def work():
                    with dimmer.measure() as own:
                        pass
                    return own.energy_joules

                self.assertEqual(self.child(work), str(STEP[1] / 1e6))

    def test_ranks_open_leases_of_their_own(self):
        server = self.server()
        script = "import dimmer\nwith dimmer.measure(name='rank') as run: pass\nprint(run.id, run.energy_joules)"
        ranks = [
            subprocess.Popen(
                [sys.executable, "-c", script],
                env={**os.environ, "PYTHONPATH": support.SOURCES, "RANK": str(rank)},
                stdout=subprocess.PIPE,
                text=True,
            )
            for rank in range(4)
        ]
        said = [rank.communicate()[0].split() for rank in ranks]
        self.assertEqual({words[1] for words in said}, {str(STEP[1] / 1e6)})
        self.assertEqual(len({words[0] for words in said}), 4)
        asked = [meter.opened[0].get("pid") for meter in server.meters]
        self.assertEqual(sorted(asked), sorted(str(rank.pid) for rank in ranks))


class Deaths(Case):
    def train(self, environment=None):
        """A training process that says its run's id, then never ends."""
        script = "import dimmer, time\nrun = dimmer.measure().start()\nprint(run.id, flush=True)\ntime.sleep(600)"
        process = subprocess.Popen(
            [sys.executable, "-c", script],
            env={**os.environ, "PYTHONPATH": support.SOURCES, **(environment or {})},
            stdout=subprocess.PIPE,
            text=True,
        )
        self.addCleanup(process.stdout.close)
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        return process, process.stdout.readline().strip()

    def test_kill_9_leaves_a_journal_that_anybody_may_close(self):
        server = self.server()
        process, run = self.train()
        self.assertTrue(server.meter.locked[0])
        process.kill()
        process.wait()
        path = os.path.join(self.data, "journal", f"{run}.journal")
        self.wait(lambda: self.is_free(path), "the lock")
        self.assertTrue(os.path.exists(path + ".context"))
        self.assertEqual(server.meter.closed, [])

    def is_free(self, path):
        with open(path) as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                return True
            except OSError:
                return False

    def private(self):
        os.makedirs(self.data)
        os.environ["DIMMER_METER"] = self.program("dimmer-meter", PRIVATE)
        return os.path.join(self.folder, "meter.pid")

    def numbers(self, path):
        self.wait(lambda: os.path.exists(path) and len(open(path).read().split()) == 3, "the private meter")
        with open(path) as file:
            return [int(word) for word in file.read().split()]

    def is_alive(self, pid):
        try:
            with open(f"/proc/{pid}/stat") as file:
                return file.read().rpartition(")")[2].split()[0] != "Z"
        except OSError:
            return False

    def test_a_private_meter_measures_when_none_runs(self):
        path = self.private()
        # A Python program is slower to start than the meter is.
        with unittest.mock.patch.object(_connection, "LIMIT_SECONDS", 20):
            with dimmer.measure() as run:
                pid, session, _ = self.numbers(path)
                self.assertTrue(self.is_alive(pid))
                self.assertNotEqual(session, os.getsid(0), "Ctrl-C does not reach it")
                with self.assertRaises(ChildProcessError):
                    os.waitpid(-1, os.WNOHANG)
        self.assertEqual(run.energy_joules, STEP[1] / 1e6, self.warnings())
        self.wait(lambda: not self.is_alive(pid), "the private meter's end")

    def test_a_private_meter_ends_with_a_killed_training(self):
        path = self.private()
        patience = os.path.join(self.folder, "sitecustomize.py")
        with open(patience, "w") as file:
            file.write("import dimmer._connection as c\nc.LIMIT_SECONDS = 20\n")
        process, _ = self.train({"PYTHONPATH": self.folder + os.pathsep + support.SOURCES})
        pid, _, _ = self.numbers(path)
        self.assertTrue(self.is_alive(pid))
        process.send_signal(signal.SIGKILL)
        process.wait()
        self.wait(lambda: not self.is_alive(pid), "the private meter's end")

    def test_a_private_meter_that_fails_is_quoted(self):
        os.environ["DIMMER_METER"] = self.program(
            "dimmer-meter", "import sys\nprint('nothing can be read here', file=sys.stderr)\nsys.exit(69)\n"
        )
        with unittest.mock.patch.object(_connection, "LIMIT_SECONDS", 20):
            with dimmer.measure() as run:
                pass
        self.assertIn("nothing can be read here", run.reason)


if __name__ == "__main__":
    unittest.main()

import io
import os
import resource
import signal
import socket
import subprocess
import sys
import unittest
from unittest import mock

import support
import dimmer  # noqa: E402
from dimmer import _connection, _say
from support import STEP, Case


class NoMeter(Case):
    def assert_unmeasured(self, run, *words):
        self.assertIsNone(run.energy_joules)
        self.assertIsNone(run.energy.seconds)
        self.assertIsNone(run.record)
        for word in words:
            self.assertIn(word, run.reason)
        self.assertEqual(len(self.warnings()), 1, self.warnings())
        self.assertNotIn("DIMMER_RUN_ID", os.environ)
        self.assert_nothing_open()
        journal = os.path.join(self.data, "journal")
        self.assertEqual(os.listdir(journal) if os.path.isdir(journal) else [], [], "no file is left behind")

    def test_one_line_says_why_and_the_fix_and_the_work_goes_on(self):
        for _ in range(3):
            with dimmer.measure() as run:
                with run.window("w") as window:
                    done = True
            self.assertTrue(done)
            self.assertIsNone(window.energy.joules)
            self.assertTrue(window.energy.reason)
        self.assert_unmeasured(run, "DIMMER_METER")
        self.assertIn("not measured: ", self.warnings()[0])

    def test_a_silent_meter_is_given_up_before_a_second_is_over(self):
        self.assertLessEqual(_connection.ANSWER_SECONDS, 0.2)
        self.assertLessEqual(_connection.LIMIT_SECONDS + 2 * _connection.LEAST_SECONDS, 1.000001)
        self.assertLessEqual(_connection.READ_SECONDS, 1)
        self.server("silent")
        with dimmer.measure() as run:
            pass
        self.assert_unmeasured(run, "did not answer in time")

    def test_what_is_no_meter_is_told_apart(self):
        self.server("garbage")
        with dimmer.measure() as run:
            pass
        self.assert_unmeasured(run, "is no meter of Dimmer's")

    def test_a_refusal_is_told_in_the_meters_own_words(self):
        self.server("refuses")
        with dimmer.measure() as run:
            pass
        self.assert_unmeasured(run, "no lease is free")

    def test_a_socket_that_nobody_listens_on(self):
        path = os.path.join(self.folder, "stale.sock")
        stale = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        stale.bind(path)
        stale.close()
        os.environ["DIMMER_METER_SOCKET"] = path
        with dimmer.measure() as run:
            pass
        self.assert_unmeasured(run, "DIMMER_METER")

    def test_a_listener_whose_queue_is_full(self):
        path = os.path.join(self.folder, "full.sock")
        listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.addCleanup(listener.close)
        listener.bind(path)
        listener.listen(0)
        waiting = []
        for _ in range(8):
            one = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            one.setblocking(False)
            one.connect_ex(path)
            waiting.append(one)
            self.addCleanup(one.close)
        os.environ["DIMMER_METER_SOCKET"] = path
        with dimmer.measure() as run:
            pass
        self.assertIsNone(run.energy_joules)
        self.assertEqual(len(self.warnings()), 1)

    def test_a_data_directory_that_cannot_be_written(self):
        self.server()
        with open(self.data, "w"):
            pass
        with dimmer.measure() as run:
            pass
        self.assertIsNone(run.energy_joules)
        self.assertIn("set DIMMER_DATA_DIR to a folder of yours", run.reason)
        self.assertEqual(len(self.warnings()), 1)
        self.assert_nothing_open()

    @unittest.skipIf(os.geteuid() == 0, "root writes everywhere")
    def test_a_data_directory_that_is_read_only(self):
        self.server()
        os.mkdir(self.data, 0o500)
        with dimmer.measure() as run:
            pass
        self.assertIn("set DIMMER_DATA_DIR", run.reason)

    def test_a_disk_that_takes_nothing_any_more(self):
        self.server()
        kept = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (0, kept[1]))
        try:
            with dimmer.measure() as run:
                pass
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, kept)
        self.assert_unmeasured(run, "can not be written")

    def test_a_home_that_is_nowhere(self):
        self.server()
        for name in ("DIMMER_DATA_DIR", "XDG_DATA_HOME", "HOME"):
            os.environ.pop(name, None)
        with dimmer.measure() as run:
            pass
        self.assertIn("there is no place for a record", run.reason)

    def test_failures_of_our_own_are_said_and_swallowed(self):
        self.server()
        with mock.patch.object(_connection, "acquire", side_effect=RuntimeError("broken")):
            with dimmer.measure() as run:
                pass
        self.assertIsNone(run.energy_joules)
        self.assertIn("RuntimeError: broken", self.warnings()[0])

    def test_a_closed_standard_error_harms_nobody(self):
        closed = io.StringIO()
        closed.close()
        with mock.patch.object(sys, "stderr", closed):
            with dimmer.measure() as run:
                pass
        output = io.StringIO()
        with mock.patch.object(sys, "stderr", None), mock.patch.object(sys, "stdout", output):
            _say._said.clear()
            with dimmer.measure() as run:
                pass
        self.assertEqual(output.getvalue(), "", "standard output is the script's own")
        self.assertIsNone(run.energy_joules)


class LosingTheMeter(Case):
    def test_the_last_figures_are_kept_and_the_loss_is_told_once(self):
        server = self.server()
        with dimmer.measure() as run:
            with run.window("good") as good:
                pass
            server.meter.mood = "dies"
            with run.window("cut") as cut:
                pass
            with run.window("after") as after:
                pass
        self.assertEqual(good.energy.joules, STEP[1] / 1e6)
        self.assertIsNone(cut.energy.joules)
        self.assertIsNone(after.energy.joules)
        self.assertIn("has gone", after.energy.reason)
        self.assertEqual(run.energy_joules, 2 * STEP[1] / 1e6)
        self.assertIn("figures end at the last sample", run.energy.reason)
        self.assertEqual(len(self.warnings()), 1, self.warnings())
        self.assert_nothing_open()

    def test_the_next_run_finds_a_new_meter(self):
        server = self.server()
        with dimmer.measure() as first:
            server.meter.mood = "dies"
            self.assertIsNone(first.energy_joules)
            with dimmer.measure() as second:
                pass
        self.assertEqual(second.energy_joules, STEP[1] / 1e6)
        self.assertEqual(len(server.meters), 2)
        self.assert_nothing_open()

    def test_garbage_in_the_middle_ends_the_conversation(self):
        server = self.server()
        with dimmer.measure() as run:
            server.meter.mood = "garbage"
            with run.window("w") as window:
                pass
        self.assertIsNone(window.energy.joules)
        self.assertIn("is no meter of Dimmer's", run.reason)

    def test_a_slow_meter_costs_one_wait_and_is_understood_again_later(self):
        server = self.server()
        with mock.patch.object(_connection, "READ_SECONDS", 0.05):
            with dimmer.measure() as run:
                server.meter.mood = "waits"
                with run.window("slow") as slow:
                    pass
                self.assertIsNone(slow.energy.joules)
                connection = _connection._shared
                self.assertEqual(len(connection._owed), 1, "the second read was not even asked")
                server.meter.mood = "right"
                server.meter.gate.set()
                self.wait(lambda: run._read() is not None, "an answer in its turn")
                with run.window("good") as good:
                    pass
        self.assertEqual(good.energy.joules, STEP[1] / 1e6, "no late answer was taken for a new one")
        self.assertIsNone(run.reason)
        self.assertEqual(len(self.warnings()), 1, self.warnings())

    def test_the_end_is_not_mistaken_for_an_answer_that_came_late(self):
        server = self.server()
        with mock.patch.object(_connection, "READ_SECONDS", 0.05):
            with dimmer.measure() as run:
                server.meter.mood = "waits"
                self.assertIsNone(run.energy_joules)
                server.meter.mood = "right"
                server.meter.gate.set()
        self.assertEqual(run.energy_joules, 2 * STEP[1] / 1e6, "the late sample and the last one")
        self.assertIsNone(run.reason)

    def test_a_second_run_that_comes_too_late_does_not_end_the_first(self):
        server = self.server()
        with dimmer.measure() as first:
            server.meter.mood = "waits to open"
            with mock.patch.object(_connection, "LIMIT_SECONDS", 0.05):
                with dimmer.measure() as second:
                    pass
            server.meter.mood = "right"
            server.meter.gate.set()
            self.wait(lambda: first._read() is not None, "an answer in its turn")
        self.assertIn("did not answer in time", second.reason)
        self.assertIsNone(second.energy_joules)
        self.assertIsNone(first.reason)
        self.assertEqual(server.meter.closed, ["1"])

    def test_a_meter_that_never_closes_is_left_behind(self):
        server = self.server()
        with mock.patch.object(_connection, "LIMIT_SECONDS", 0.05):
            with dimmer.measure() as run:
                self.assertIsNotNone(run.energy_joules)
                server.meter.mood = "silent"
        self.assertEqual(run.energy_joules, STEP[1] / 1e6)
        self.assertIn("did not answer in time", run.reason)
        self.assert_nothing_open()

    def test_a_deadly_sigpipe_is_not_met(self):
        kept = signal.signal(signal.SIGPIPE, signal.SIG_DFL)
        self.addCleanup(signal.signal, signal.SIGPIPE, kept)
        server = self.server()
        with dimmer.measure() as run:
            server.meter.stream.shutdown(socket.SHUT_RDWR)
        self.assertIn("has gone", run.reason)

    def test_the_exit_status_is_the_scripts_own(self):
        server = self.server()
        for body, status in (("sys.exit(7)", 7), ("raise KeyError", 1), ("os._exit(3)", 3), ("pass", 0)):
            for mood in ("right", "silent"):
                server.mood = mood
                script = f"import os, sys, dimmer\nrun = dimmer.measure().start()\n{body}\n"
                done = subprocess.run(
                    [sys.executable, "-c", script], env={**os.environ, "PYTHONPATH": support.SOURCES}, stderr=-3
                )
                self.assertEqual(done.returncode, status, (body, mood))


if __name__ == "__main__":
    unittest.main()

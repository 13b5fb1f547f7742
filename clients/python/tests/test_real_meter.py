"""Against the real programs: DIMMER_METER names dimmer-meter, with dimmer beside it or on PATH."""

import os
import subprocess
import sys
import time
import unittest

import support
import dimmer
from support import Case

METER = os.environ.get("DIMMER_METER", "")


def _serves():
    if not os.access(METER, os.X_OK):
        return False
    done = subprocess.run([METER, "serve", "--help"], capture_output=True, stdin=subprocess.DEVNULL)
    return done.returncode == 0


@unittest.skipUnless(METER and _serves(), "DIMMER_METER is not set to a dimmer-meter that can serve")
class RealMeter(Case):
    def setUp(self):
        super().setUp()
        os.environ["DIMMER_METER"] = METER
        del os.environ["DIMMER"]

    def burn(self, seconds=0.3):
        until = time.process_time() + seconds
        while time.process_time() < until:
            pass

    def test_a_busy_loop_takes_energy_that_is_conserved(self):
        with dimmer.measure(name="burn", region="DE", tags={"a": "b"}) as run:
            with run.window("burn") as window:
                self.burn()
        self.assertIsNone(run.reason, self.warnings())
        self.assertGreater(window.energy.joules, 0)
        self.assertGreaterEqual(run.energy_joules, window.energy.joules)
        for terms in run.energy.components.values():
            if run.scope == "host":
                self.assertTrue(terms.is_conserved, terms)

    def test_the_record_has_carbon_and_the_same_energy(self):
        with dimmer.measure(name="burn", region="DE", tags={"a": "b"}) as run:
            self.burn()
        record = run.record
        self.assertIsNotNone(record, run.reason)
        self.assertEqual(record.run_id, run.id)
        self.assertAlmostEqual(record.energy_joules.value, run.energy_joules, places=6)
        self.assertGreater(record.carbon_grams.value, 0)
        self.assertLess(record.carbon_grams.low, record.carbon_grams.high)
        self.assertEqual(record.document["tags"], {"a": "b"})
        self.assertEqual(record.status, "done")

    def test_kill_9_leaves_a_record_that_the_next_command_closes(self):
        script = (
            "import dimmer, time\nrun = dimmer.measure(region='DE', period=0.1).start()\n"
            "print(run.id, run.reason, flush=True)\nwhile True: pass"
        )
        process = subprocess.Popen(
            [sys.executable, "-c", script],
            env={**os.environ, "PYTHONPATH": support.SOURCES},
            stdout=subprocess.PIPE,
            text=True,
        )
        with process:
            run = process.stdout.readline().split()[0]
            time.sleep(1)
            process.kill()
        record = None
        for _ in range(100):
            record, why = dimmer._record.show(run)
            if record is not None and record.energy_joules.value:
                break
            time.sleep(0.1)
        self.assertIsNotNone(record, why)
        self.assertGreater(record.energy_joules.value, 0)

    def test_no_private_meter_is_left_behind(self):
        with dimmer.measure() as run:
            pass
        self.assertIsNone(run.reason)
        self.wait(lambda: not self.meters(), "the end of the private meter")

    def meters(self):
        """Processes of this meter that know of this test's data directory."""
        found = []
        for pid in filter(str.isdigit, os.listdir("/proc")):
            try:
                with open(f"/proc/{pid}/environ", "rb") as file:
                    environment = file.read()
                with open(f"/proc/{pid}/cmdline", "rb") as file:
                    command = file.read()
            except OSError:
                continue
            if self.data.encode() in environment and b"serve" in command.split(b"\0"):
                found.append(int(pid))
        return found


if __name__ == "__main__":
    unittest.main()

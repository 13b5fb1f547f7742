import asyncio
import json
import os
import threading
import unittest

import support
import dimmer
from support import STEP, Case


class Runs(Case):
    def test_a_run_is_measured_from_open_to_close(self):
        server = self.server()
        with dimmer.measure(name="my train", region="DE", tags={"team": "a b", "n": 3}, pue=1.2) as run:
            self.assertEqual(os.environ["DIMMER_RUN_ID"], run.id)
        asked = server.meter.opened[0]
        self.assertEqual(asked.get("run"), run.id)
        self.assertEqual(asked.get("pid"), str(os.getpid()))
        self.assertEqual((asked.get("name"), asked.get("region")), ("my train", "DE"))
        self.assertEqual((asked.get("tag.team"), asked.get("tag.n")), ("a b", "3"))
        self.assertEqual(asked.get("period_ms"), "1000")
        self.assertEqual(server.meter.closed, ["1"])
        self.assertEqual(run.energy_joules, STEP[1] / 1e6)
        self.assertEqual(run.energy.host_joules, (STEP[0] + 500) / 1e6)
        self.assertIsNone(run.energy.component("gpu"))
        self.assertIsNone(run.reason)
        self.assertEqual(self.warnings(), [])
        self.assertNotIn("DIMMER_RUN_ID", os.environ)
        self.assert_nothing_open()

    def test_the_journal_is_made_locked_and_handed_over(self):
        server = self.server()
        with dimmer.measure(region="FR", tags={"a": "b"}, wue=0.5) as run:
            path = os.path.join(self.data, "journal", f"{run.id}.journal")
            self.assertEqual(server.meter.locked, [True])
            # This process has let go of it: only the meter's copy holds the lock.
            held = [os.readlink(f"/proc/self/fd/{name}") for name in os.listdir("/proc/self/fd") if _is_link(name)]
            self.assertEqual(held.count(path), 1, "the fake meter's copy, which lives in this process")
            self.assertEqual(os.stat(path).st_mode & 0o777, 0o600)
        with open(path) as file:
            self.assertEqual(file.read(), "closed\n")
        with open(path + ".context") as file:
            context = json.load(file)
        self.assertEqual(context["region"], "FR")
        self.assertEqual(context["tags"], {"a": "b"})
        self.assertEqual(context["onSiteWater"], 0.5)
        self.assertNotIn("pue", context)
        self.assertEqual(set(context["machine"]), {"threads", "parts", "isGuest"})

    def test_windows_are_differences_and_may_be_nested(self):
        self.server()
        with dimmer.measure() as run:
            with run.window("outer") as outer:
                with run.window("inner") as inner:
                    self.assertIsNone(inner.energy.joules)
        self.assertEqual(inner.energy.joules, STEP[1] / 1e6)
        self.assertEqual(outer.energy.joules, 3 * STEP[1] / 1e6)
        self.assertEqual([window.name for window in run.windows], ["inner", "outer"])
        self.assertTrue(inner.energy.components["cpu"].is_conserved)

    def test_epochs_are_windows_even_when_the_loop_is_left(self):
        self.server()
        with dimmer.measure() as run:
            for epoch in dimmer.epochs(range(10), run):
                if epoch == 2:
                    break
        self.wait(lambda: len(run.windows) == 3, "the window of the pass that was left")
        self.assertEqual([window.name for window in run.windows], ["epoch-1", "epoch-2", "epoch-3"])

    def test_nested_runs_share_a_conversation_and_know_their_parent(self):
        server = self.server()
        with dimmer.measure(name="a") as outer:
            with dimmer.measure(name="b") as inner:
                pass
            self.assertEqual(os.environ["DIMMER_RUN_ID"], outer.id)
        self.assertEqual(len(server.meters), 1)
        self.assertEqual([asked.get("parent") for asked in server.meter.opened], ["", outer.id])
        self.assertEqual(server.meter.closed, ["2", "1"])
        self.assertNotEqual(inner.id, outer.id)
        self.assert_nothing_open()

    def test_a_function_is_measured_at_each_call(self):
        server = self.server()

        @dimmer.measured
        def plain(x):
            """Doc."""
            return x + 1

        @dimmer.measured(name="called", region="DE")
        async def later(x):
            await asyncio.sleep(0)
            return x * 2

        self.assertEqual(plain(1), 2)
        self.assertEqual(plain.__doc__, "Doc.")
        self.assertEqual(plain.last_run.energy_joules, STEP[1] / 1e6)
        self.assertEqual(asyncio.run(later(4)), 8)
        self.assertEqual(later.last_run.name, "called")
        self.wait(lambda: all(meter.closed for meter in server.meters), "the ends of both")

    def test_async_runs_and_windows(self):
        self.server()

        async def work():
            async with dimmer.measure() as run:
                async with run.window("w") as window:
                    await asyncio.sleep(0)
            return run, window

        run, window = asyncio.run(work())
        self.assertEqual(window.energy.joules, STEP[1] / 1e6)
        self.assertEqual(run.energy.joules, 3 * STEP[1] / 1e6)

    def test_the_callers_exceptions_pass_through(self):
        server = self.server()
        with self.assertRaises(KeyError):
            with dimmer.measure() as run, run.window("w"):
                raise KeyError("mine")
        self.assertEqual(server.meter.closed, ["1"])

    def test_threads_share_a_run(self):
        self.server()
        windows = []
        with dimmer.measure() as run:

            def work():
                for _ in range(20):
                    with run.window("w") as window:
                        pass
                    windows.append(window)

            threads = [threading.Thread(target=work) for _ in range(8)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
        self.assertEqual(len(windows), 160)
        # Each read is another answer of the meter: nobody took somebody else's.
        self.assertTrue(all(window.energy.joules and window.energy.joules > 0 for window in windows))
        self.assertEqual(run.energy_joules, 321 * STEP[1] / 1e6)

    def test_a_run_that_was_stopped_twice_is_closed_once(self):
        server = self.server()
        run = dimmer.measure().start()
        run.stop()
        run.stop()
        self.assertEqual(server.meter.closed, ["1"])

    def test_an_unprivileged_client_knows_its_share_only(self):
        self.server(scope="share")
        with dimmer.measure() as run:
            pass
        self.assertEqual(run.scope, "share")
        self.assertEqual(run.energy_joules, STEP[1] / 1e6)
        self.assertIsNone(run.energy.host_joules)

    def test_a_window_shorter_than_a_look_is_unknown_and_not_zero(self):
        server = self.server()
        with dimmer.measure() as run:
            run.energy
            server.meter.mood = "same look"
            with run.window("short") as window:
                pass
        self.assertIsNone(window.energy.joules)
        self.assertIn("10 ms", window.energy.reason)

    def test_what_the_meter_complains_of_is_said_once_and_figures_go_on(self):
        server = self.server()
        with dimmer.measure() as run:
            server.meter.mood = "complains"
            with run.window("w") as window:
                pass
        self.assertEqual(window.energy.joules, STEP[1] / 1e6)
        self.assertEqual(self.warnings(), [f"dimmer: the meter says of {run.id}: the disk is full"])

    def test_sources_are_told(self):
        self.server()
        with dimmer.measure() as run:
            self.assertEqual(run.sources[0]["name"], "load model")
            self.assertEqual(run.sources[1]["reason"], "no driver")

    def test_the_record_is_what_dimmer_prints(self):
        self.server()
        os.environ["DIMMER"] = self.program(
            "dimmer",
            """
            import json, sys
            assert sys.argv[1:3] == ["runs", "show"] and sys.argv[4] == "--json"
            print(json.dumps({"run_id": sys.argv[3], "status": "done", "duration_seconds": 2.5, "region": "DE",
              "carbon_grams": {"value": 1.5, "low": 1, "high": 2, "origin": "modelled", "method": "m@1", "id": "i"},
              "water_litres": {"value": None, "reason": "not given"},
              "components": [{"component": "cpu", "energy_joules": {"value": 3}}]}))
            """,
        )
        with dimmer.measure() as run:
            self.assertIsNone(run.record, "not before the end")
        record = run.record
        self.assertEqual(record.run_id, run.id)
        self.assertEqual((record.carbon_grams.low, record.carbon_grams.value, record.carbon_grams.high), (1, 1.5, 2))
        self.assertIsNone(record.water_litres.value)
        self.assertEqual(record.water_litres.reason, "not given")
        self.assertIsNone(record.energy_joules.value)
        self.assertEqual(record.components["cpu"].value, 3)

    def test_without_dimmer_there_is_no_record_and_a_reason(self):
        self.server()
        with dimmer.measure() as run:
            pass
        self.assertIsNone(run.record)
        self.assertIn("dimmer is not on PATH", run.reason)
        self.assertEqual(run.energy_joules, STEP[1] / 1e6)


def _is_link(name):
    try:
        os.readlink(f"/proc/self/fd/{name}")
        return True
    except OSError:
        return False


if __name__ == "__main__":
    unittest.main()

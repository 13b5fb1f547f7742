import asyncio
import csv
import json
import logging
import math
import os
import unittest
from unittest import mock

import support
from support import STEP, Case

from dimmer import codecarbon  # noqa: E402
from dimmer.codecarbon import _tracker
from dimmer.codecarbon import EmissionsTracker, OfflineEmissionsTracker, track_emissions, track_task_emissions

#: The header that CodeCarbon 3.3.2 writes.
HEADER = (
    "timestamp,project_name,run_id,experiment_id,duration,emissions,emissions_rate,cpu_power,gpu_power,ram_power,"
    "cpu_energy,gpu_energy,ram_energy,energy_consumed,water_consumed,country_name,country_iso_code,region,"
    "cloud_provider,cloud_region,os,python_version,codecarbon_version,cpu_count,cpu_model,gpu_count,gpu_model,"
    "longitude,latitude,ram_total_size,tracking_mode,cpu_utilization_percent,gpu_utilization_percent,"
    "ram_utilization_percent,ram_used_gb,on_cloud,pue,wue"
)
CPU, MEMORY, RUN = STEP[0] / 3.6e12, 500 / 3.6e12, STEP[1] / 3.6e12


class Trackers(Case):
    def setUp(self):
        super().setUp()
        # No settings of the one who runs the tests.
        os.environ["HOME"] = self.folder
        kept = os.getcwd()
        os.chdir(self.folder)
        self.addCleanup(os.chdir, kept)
        logger = logging.getLogger("codecarbon")
        logger.addHandler(logging.NullHandler())
        logger.propagate = False
        self.addCleanup(setattr, logger, "propagate", True)

    def tracker(self, **keywords):
        keywords = {"force_carbon_intensity_g_co2e_kwh": 100, **keywords}
        return OfflineEmissionsTracker(country_iso_code="FRA", **keywords)

    def rows(self, name="emissions.csv"):
        with open(name, newline="") as file:
            return list(csv.DictReader(file))

    def assert_figure(self, text, value):
        self.assertTrue(math.isclose(float(text), value, rel_tol=1e-9), f"{text} is not {value}")

    def test_the_file_has_the_38_columns_in_their_order(self):
        self.server()
        with self.tracker():
            pass
        with open("emissions.csv") as file:
            header = file.readline().strip()
        self.assertEqual(header, HEADER)
        self.assertEqual(len(header.split(",")), 38)

    def test_energies_are_kwh_and_emissions_kg(self):
        self.server()
        tracker = self.tracker(project_name="p")
        tracker.start()
        emissions = tracker.stop()
        row = self.rows()[0]
        self.assert_figure(row["cpu_energy"], CPU)
        self.assert_figure(row["ram_energy"], MEMORY)
        self.assert_figure(row["energy_consumed"], CPU + MEMORY)
        self.assert_figure(row["emissions"], (CPU + MEMORY) * 100 / 1000)
        self.assert_figure(emissions, (CPU + MEMORY) * 100 / 1000)
        self.assert_figure(row["emissions_rate"], emissions / float(row["duration"]))
        self.assert_figure(row["cpu_power"], CPU * 3.6e6 / float(row["duration"]))
        self.assertEqual(row["gpu_energy"], "", "there is none to read, which is not 0")
        self.assertEqual(row["water_consumed"], "")
        self.assertEqual((row["project_name"], row["tracking_mode"], row["country_iso_code"]), ("p", "machine", "FRA"))
        self.assertEqual(row["run_id"], tracker.run_id)
        self.assertEqual(row["cpu_utilization_percent"], "50.0")
        self.assertEqual((row["pue"], row["wue"], row["on_cloud"]), ("1.0", "", "N"))
        self.assertRegex(row["timestamp"], r"\A\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\Z")
        self.assertEqual(tracker.final_emissions, emissions)
        self.assertEqual(tracker.final_emissions_data.emissions, emissions)
        self.assertIsNone(json.loads(tracker.final_emissions_data.toJSON())["gpu_energy"])

    def test_process_mode_is_the_runs_own_share(self):
        self.server()
        with self.tracker(tracking_mode="process"):
            pass
        self.assert_figure(self.rows()[0]["energy_consumed"], RUN)
        self.assertEqual(self.rows()[0]["tracking_mode"], "process")

    def test_machine_mode_says_when_it_is_told_a_share_only(self):
        self.server(scope="share")
        with self.tracker():
            pass
        self.assertEqual(self.rows()[0]["tracking_mode"], "process")
        self.assertEqual(len(self.warnings()), 1)

    def test_a_stated_pue_is_in_the_energies_and_water_is_of_it_energy(self):
        self.server()
        with self.tracker(pue=1.5, wue=2):
            pass
        row = self.rows()[0]
        self.assert_figure(row["cpu_energy"], CPU * 1.5)
        self.assert_figure(row["energy_consumed"], (CPU + MEMORY) * 1.5)
        self.assert_figure(row["emissions"], (CPU + MEMORY) * 1.5 * 0.1)
        self.assert_figure(row["water_consumed"], (CPU + MEMORY) * 2)

    def test_a_row_is_appended_in_the_files_own_order(self):
        self.server()
        order = list(reversed(HEADER.split(",")))
        with open("emissions.csv", "w") as file:
            file.write(",".join(order) + "\n" + ",".join("x" * 38))
        with self.tracker(project_name="second, with a comma"):
            pass
        with open("emissions.csv") as file:
            self.assertEqual(file.readline().strip(), ",".join(order))
        rows = self.rows()
        self.assertEqual([row["project_name"] for row in rows], ["x", "second, with a comma"])

    def test_a_file_of_other_columns_becomes_a_backup(self):
        self.server()
        for number in range(3):
            with open("emissions.csv", "w") as file:
                file.write(f"old,columns\n{number},2\n")
            with self.tracker():
                pass
        names = sorted(name for name in os.listdir(".") if name.startswith("emissions"))
        self.assertEqual(
            names, ["emissions.csv", "emissions.csv.bak", "emissions.csv_0.bak", "emissions.csv_1.bak"]
        )
        with open("emissions.csv.bak") as file:
            self.assertEqual(file.read(), "old,columns\n0,2\n")
        self.assertEqual(len(self.rows()), 1)

    def test_flush_writes_and_goes_on(self):
        self.server()
        tracker = self.tracker()
        tracker.start()
        first = tracker.flush()
        last = tracker.stop()
        self.assertLess(first, last)
        self.assertEqual(len(self.rows()), 2)
        self.assertEqual(len({row["run_id"] for row in self.rows()}), 1)

    def test_update_keeps_one_row_a_run(self):
        self.server()
        for _ in range(2):
            tracker = self.tracker(on_csv_write="update")
            tracker.start()
            tracker.flush()
            tracker.stop()
        self.assertEqual(len(self.rows()), 2)

    def test_tasks_are_windows_with_a_file_of_their_own(self):
        server = self.server()
        tracker = self.tracker(experiment_name="exp")
        tracker.start_task("load")
        loaded = tracker.stop_task()
        tracker.start_task("load")
        tracker.stop_task()
        tracker.start_task("never stopped")
        tracker.stop()
        self.assert_figure(loaded.energy_consumed, CPU + MEMORY)
        rows = self.rows(f"emissions_exp_{tracker.run_id}.csv")
        columns = [name for name in HEADER.split(",") if name not in ("experiment_id", "pue", "wue")]
        self.assertEqual(list(rows[0]), ["task_name", *columns])
        self.assertEqual(rows[0]["task_name"], "load")
        self.assertRegex(rows[1]["task_name"], r"\Aload_[0-9a-f-]{36}\Z")
        self.assertEqual(rows[2]["task_name"], "never stopped")
        self.assertEqual(server.meter.closed, ["1"])

    def test_the_decorators(self):
        self.server()

        @track_emissions
        def bare():
            return 1

        @track_emissions(project_name="deco", offline=True, country_iso_code="FRA", force_carbon_intensity_g_co2e_kwh=1)
        def called(x):
            return x

        @track_emissions(project_name="later", force_carbon_intensity_g_co2e_kwh=1)
        async def later():
            return 3

        self.assertEqual((bare(), called(2), asyncio.run(later())), (1, 2, 3))
        self.assertEqual([row["project_name"] for row in self.rows()], ["codecarbon", "deco", "later"])
        tracker = self.tracker()

        @track_task_emissions(tracker=tracker, task_name="t")
        def task():
            return 4

        self.assertEqual(task(), 4)
        tracker.stop()
        self.assertEqual(self.rows(f"emissions_base_{tracker.run_id}.csv")[0]["task_name"], "t")

    def test_unknown_keywords_are_accepted_and_said_once(self):
        self.server()
        for _ in range(2):
            with self.tracker(api_key="k", never_heard_of=1, allow_multiple_runs=False, save_to_api=False):
                pass
        self.assertEqual(len(self.warnings()), 1, self.warnings())
        self.assertIn("api_key, never_heard_of", self.warnings()[0])
        self.assertEqual(len(self.rows()), 2)

    def test_two_trackers_at_once_share_the_meter(self):
        server = self.server()
        with self.tracker(allow_multiple_runs=True), self.tracker():
            pass
        self.assertEqual(len(server.meters), 1)
        self.assertEqual(len(self.rows()), 2)

    def test_without_a_meter_nothing_is_zero(self):
        tracker = self.tracker()
        tracker.start()
        emissions = tracker.stop()
        self.assertTrue(math.isnan(emissions))
        row = self.rows()[0]
        for name in ("emissions", "emissions_rate", "cpu_energy", "ram_energy", "energy_consumed", "cpu_power"):
            self.assertEqual(row[name], "", name)
        self.assertEqual(len(self.warnings()), 1)

    def test_without_a_meter_nobody_is_asked_for_an_intensity(self):
        tracker = EmissionsTracker(country_iso_code="DEU")
        tracker.start_task("t")
        tracker.stop_task()
        self.assertTrue(math.isnan(tracker.stop()))
        self.assertIsNone(tracker._asking)
        self.assertEqual(len(self.warnings()), 1, self.warnings())

    def test_without_a_region_emissions_are_unknown_and_energies_are_not(self):
        self.server()
        for _ in range(2):
            with EmissionsTracker() as tracker:
                pass
        self.assertTrue(math.isnan(tracker.final_emissions))
        self.assert_figure(self.rows()[0]["energy_consumed"], CPU + MEMORY)
        self.assertEqual(self.rows()[0]["emissions"], "")
        told = [line for line in self.warnings() if "DIMMER_REGION" in line]
        self.assertEqual(len(told), 1)

    def test_the_regions_intensity_comes_from_dimmer(self):
        server = self.server()
        os.environ["DIMMER"] = self.program(
            "dimmer",
            """
            import json, os, sys
            if sys.argv[1] == "runs":
                print(json.dumps({"run_id": sys.argv[3], "intensity_grams_per_kwh": {"value": 50}}))
            else:
                assert sys.argv[1:5] == ["run", "--quiet", "--region", "DEU"], sys.argv
                assert os.path.basename(os.environ["DIMMER_DATA_DIR"]).startswith("dimmer-")
                json.dump({"intensity_grams_per_kwh": {"value": 400}}, open(sys.argv[6], "w"))
            """,
        )
        tracker = EmissionsTracker(country_iso_code="deu")
        tracker.start()
        with mock.patch.object(_tracker, "_WAIT_SECONDS", 20):
            self.assert_figure(tracker.flush(), (CPU + MEMORY) * 0.4)
        self.assert_figure(tracker.stop(), 2 * (CPU + MEMORY) * 0.05)
        self.assertEqual(server.meter.opened[0].get("region"), "DEU")

    def test_a_slow_dimmer_holds_no_task_up_and_emissions_come_at_the_end(self):
        self.server()
        os.environ["DIMMER"] = self.program(
            "dimmer",
            """
            import json, sys, time
            if sys.argv[1] == "runs":
                print(json.dumps({"run_id": sys.argv[3], "intensity_grams_per_kwh": {"value": 50}}))
            else:
                time.sleep(3)
            """,
        )
        with mock.patch.object(_tracker, "_WAIT_SECONDS", 0.01):
            tracker = EmissionsTracker(country_iso_code="DEU")
            tracker.start_task("t")
            data = tracker.stop_task()
            self.assertTrue(tracker._asking.is_alive(), "nobody waited for it")
        self.assertTrue(math.isnan(data.emissions))
        self.assert_figure(data.energy_consumed, CPU + MEMORY)
        tracker.stop()
        self.assert_figure(data.emissions, (CPU + MEMORY) * 0.05)
        self.assert_figure(self.rows(f"emissions_base_{tracker.run_id}.csv")[0]["emissions"], data.emissions)
        tracker._asking.join()

    def test_settings_come_from_file_and_environment(self):
        self.server()
        with open(".codecarbon.config", "w") as file:
            file.write("[codecarbon]\nproject_name = of the file\noutput_file = mine.csv\n")
        os.environ["CODECARBON_PROJECT_NAME"] = "of the environment"
        with self.tracker():
            pass
        self.assertEqual(self.rows("mine.csv")[0]["project_name"], "of the environment")
        with self.tracker(project_name="of the script"):
            pass
        self.assertEqual(self.rows("mine.csv")[1]["project_name"], "of the script")

    def test_no_file_when_none_is_wanted(self):
        self.server()
        for keywords in ({"save_to_file": False}, {"output_methods": [codecarbon.OutputMethod.LOGGER]}):
            with self.tracker(**keywords):
                pass
        self.assertFalse(os.path.exists("emissions.csv"))

    def test_a_folder_that_is_not_there_breaks_nothing(self):
        self.server()
        tracker = self.tracker(output_dir="nowhere")
        tracker.start()
        self.assertFalse(math.isnan(tracker.stop()))
        self.assertIn("can not be written", self.warnings()[0])

    def test_outputs_of_the_callers_own(self):
        self.server()
        seen = []

        class Handler:
            def out(self, total, delta):
                seen.append(total.emissions)

            def exit(self):
                raise KeyError("its own fault")

        tracker = self.tracker(output_handlers=[Handler()])
        tracker.start()
        emissions = tracker.stop()
        self.assertEqual(seen, [emissions])

    def test_stop_without_start_and_twice(self):
        self.server()
        tracker = self.tracker()
        self.assertIsNone(tracker.stop())
        tracker.start()
        first = tracker.stop()
        self.assertEqual(tracker.stop(), first)
        self.assertEqual(len(self.rows()), 1)


if __name__ == "__main__":
    unittest.main()

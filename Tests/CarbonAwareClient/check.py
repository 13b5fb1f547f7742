"""A client of the Carbon Aware SDK's web API against a server, with what its answers have to be worked out here.

usage: check.py ADDRESS TRACE.csv NOW

The server's grid is one zone whose service gives hourly whole grams from the trace, 20 minutes after an hour began, and
forecasts, five minutes before that, the same hour of the last day that is known. Requests have the shapes that the SDK's own clients send.
"""

import csv
import datetime
import json
import sys
import unittest
import urllib.error
import urllib.parse
import urllib.request

HOUR = datetime.timedelta(hours=1)
LAG = datetime.timedelta(minutes=20)
FORECAST_LAG = datetime.timedelta(minutes=15)
ZONE = "US-CAL-CISO"


def moment(text):
    return datetime.datetime.fromisoformat(text.replace("Z", "+00:00"))


def zulu(time):
    return time.strftime("%Y-%m-%dT%H:%M:%SZ")


class Client:
    def __init__(self, address):
        self.address = address

    def ask(self, path, query=(), body=None):
        text = urllib.parse.urlencode(list(query))
        request = urllib.request.Request(self.address + path + ("?" + text if text else ""))
        if body is not None:
            request.data = json.dumps(body).encode()
            request.add_header("Content-Type", "application/json")
        try:
            with urllib.request.urlopen(request, timeout=60) as response:
                return response.status, response.read()
        except urllib.error.HTTPError as error:
            return error.code, error.read()

    def json(self, path, query=(), body=None, status=200):
        got, text = self.ask(path, query, body)
        assert got == status, f"{path} {query}: {got} {text[:300]}"
        return json.loads(text) if text else None


class Grid:
    """What the service knows, worked out from the trace alone."""

    def __init__(self, path, now):
        with open(path) as file:
            self.values = {moment(row["datetime_utc"]): round(float(row["intensity_g_per_kwh"]))
                           for row in csv.DictReader(file) if row["intensity_g_per_kwh"]}
        self.now = now
        self.hour = now.replace(minute=0, second=0, microsecond=0)

    def known(self, by=None):
        return [start for start in sorted(self.values) if start + LAG <= (by or self.now)]

    def forecast(self, start):
        while start not in self.known():
            start -= 24 * HOUR
        return self.values[start]

    def mean(self, value, start, end):
        """The mean of hourly values over a time, by exact overlap."""
        total, at = 0.0, start.replace(minute=0, second=0, microsecond=0)
        while at < end:
            total += value(at) * (min(at + HOUR, end) - max(at, start)).total_seconds()
            at += HOUR
        return total / (end - start).total_seconds()


class Emissions(unittest.TestCase):
    def rows(self, path, *query):
        return client.json(path, query)

    def test_a_range_is_every_hour_that_shares_time_with_it(self):
        start, end = grid.hour - 6 * HOUR, grid.hour - 2 * HOUR
        expected = [
            {"location": ZONE, "time": (start + n * HOUR).isoformat(), "rating": grid.values[start + n * HOUR],
             "duration": "01:00:00"} for n in range(4)]
        for name, path in [("location", "/emissions/bylocation"), ("location", "/emissions/bylocations"),
                           ("locations", "/emissions/bylocations")]:
            self.assertEqual(self.rows(path, (name, ZONE), ("time", zulu(start)), ("toTime", zulu(end))), expected)

    def test_an_offset_whose_plus_was_not_escaped_is_understood(self):
        start = grid.hour - 6 * HOUR
        time, to = start.strftime("%Y-%m-%dT%H:%M:%S+00:00"), (start + HOUR).strftime("%Y-%m-%dT%H:%M:%S+00:00")
        status, text = client.ask(f"/emissions/bylocation?location={ZONE}&time={time}&toTime={to}")
        self.assertEqual((status, [row["rating"] for row in json.loads(text)]), (200, [grid.values[start]]))

    def test_time_alone_is_the_newest_that_had_begun_by_then(self):
        time = grid.hour - 5 * HOUR + datetime.timedelta(minutes=25)
        rows = self.rows("/emissions/bylocation", ("location", ZONE), ("time", zulu(time)))
        self.assertEqual([(row["time"], row["rating"]) for row in rows],
                         [((grid.hour - 5 * HOUR).isoformat(), grid.values[grid.hour - 5 * HOUR])])

    def test_without_a_time_it_is_the_newest_that_is_known(self):
        newest = grid.known()[-1]
        rows = self.rows("/emissions/bylocation", ("location", ZONE))
        self.assertEqual([(row["time"], row["rating"]) for row in rows], [(newest.isoformat(), grid.values[newest])])

    def test_the_best_is_the_lowest_of_all_places_and_hours_with_every_tie(self):
        start, end = grid.hour - 20 * HOUR, grid.hour
        hours = [at for at in grid.known() if start <= at < end]
        least = min(grid.values[at] for at in hours)
        rows = self.rows("/emissions/bylocations/best", ("location", ZONE), ("location", "us-west-1"),
                         ("time", zulu(start)), ("toTime", zulu(end)))
        # us-west-1 lies on the same grid, so each lowest hour is there for both names.
        self.assertEqual(sorted((row["location"], row["time"]) for row in rows),
                         sorted((place, at.isoformat()) for place in (ZONE, "us-west-1") for at in hours
                                if grid.values[at] == least))
        self.assertEqual({row["rating"] for row in rows}, {least})

    def test_where_nothing_is_known_there_is_no_content(self):
        status, text = client.ask("/emissions/bylocation", [
            ("location", ZONE), ("time", "2019-01-01T00:00:00Z"), ("toTime", "2019-01-02T00:00:00Z")])
        self.assertEqual((status, text), (204, b""))

    def test_faults_are_named_by_field(self):
        for path, query, field in [
                ("/emissions/bylocation", [], "location"),
                ("/emissions/bylocation", [("location", "atlantis")], "location"),
                ("/emissions/bylocation", [("location", ZONE), ("time", "yesterday")], "time"),
                ("/emissions/bylocations", [("location", ZONE), ("time", "2021-03-18T10:00:00Z"),
                                            ("toTime", "2021-03-18T09:00:00Z")], "toTime"),
                ("/emissions/average-carbon-intensity", [("location", ZONE)], "startTime")]:
            problem = client.json(path, query, status=400)
            self.assertIn(field, problem["errors"], f"{path} {query}")
            self.assertEqual(problem["status"], 400)


class Average(unittest.TestCase):
    def test_the_mean_counts_parts_of_hours_by_their_length(self):
        start, end = grid.hour - 7 * HOUR + 0.25 * HOUR, grid.hour - 3 * HOUR + 0.5 * HOUR
        got = client.json("/emissions/average-carbon-intensity", [
            ("location", ZONE), ("startTime", zulu(start)), ("endTime", zulu(end))])
        self.assertEqual((got["location"], moment(got["startTime"]), moment(got["endTime"])), (ZONE, start, end))
        self.assertAlmostEqual(got["carbonIntensity"], grid.mean(grid.values.get, start, end), places=6)

    def test_a_batch_is_each_of_its_items_in_order(self):
        spans = [(grid.hour - 9 * HOUR, grid.hour - 8 * HOUR), (grid.hour - 20 * HOUR, grid.hour - 4 * HOUR)]
        rows = client.json("/emissions/average-carbon-intensity/batch", body=[
            {"location": ZONE, "startTime": zulu(start), "endTime": zulu(end)} for start, end in spans])
        self.assertEqual(len(rows), 2)
        for row, (start, end) in zip(rows, spans):
            self.assertEqual(moment(row["startTime"]), start)
            self.assertAlmostEqual(row["carbonIntensity"], grid.mean(grid.values.get, start, end), places=6)


class Forecasts(unittest.TestCase):
    def current(self, *query):
        rows = client.json("/emissions/forecasts/current", [("location", ZONE), *query])
        self.assertEqual(len(rows), 1)
        return rows[0]

    def check_best(self, forecast):
        points = forecast["forecastData"]
        least = min(point["value"] for point in points)
        self.assertEqual(forecast["optimalDataPoints"], [point for point in points if point["value"] == least])
        self.assertEqual(forecast["optimalDataPoint"], forecast["optimalDataPoints"][0])

    def test_without_bounds_it_is_the_services_own_forecast(self):
        forecast = self.current()
        self.assertEqual(moment(forecast["generatedAt"]), grid.known()[-1] + FORECAST_LAG)
        points = forecast["forecastData"]
        self.assertEqual(moment(points[0]["timestamp"]), grid.hour)
        self.assertGreaterEqual(len(points), 24)
        for point in points:
            self.assertEqual((point["location"], point["duration"]), (ZONE, 60))
            self.assertEqual(point["value"], grid.forecast(moment(point["timestamp"])), point["timestamp"])
        self.check_best(forecast)

    def test_windows_roll_by_the_hour_within_the_bounds(self):
        start, end = grid.hour + 2 * HOUR + 0.5 * HOUR, grid.hour + 20 * HOUR
        forecast = self.current(("dataStartAt", zulu(start)), ("dataEndAt", zulu(end)), ("windowSize", "90"))
        self.assertEqual(forecast["windowSize"], 90)
        points = forecast["forecastData"]
        # 17.5 hours hold 17 windows of an hour and a half, an hour apart.
        self.assertEqual([moment(point["timestamp"]) for point in points], [start + n * HOUR for n in range(17)])
        for point in points:
            at = moment(point["timestamp"])
            self.assertAlmostEqual(point["value"], grid.mean(grid.forecast, at, at + 1.5 * HOUR), places=6)
            self.assertEqual(point["duration"], 90)
        self.check_best(forecast)

    def test_what_lies_outside_the_forecast_is_refused(self):
        problem = client.json("/emissions/forecasts/current", [
            ("location", ZONE), ("dataEndAt", zulu(grid.hour + 900 * HOUR))], status=400)
        self.assertIn("reaches from", problem["detail"])

    def test_a_batch_is_answered_from_what_was_known_at_each_moment(self):
        self.current()
        issued = grid.known()[-1] + FORECAST_LAG
        later, earlier = issued + datetime.timedelta(minutes=5), issued - datetime.timedelta(minutes=5)
        rows = client.json("/emissions/forecasts/batch", body=[
            {"requestedAt": zulu(later), "location": ZONE, "dataStartAt": zulu(grid.hour + 2 * HOUR),
             "dataEndAt": zulu(grid.hour + 8 * HOUR), "windowSize": 60},
            {"requestedAt": zulu(earlier), "location": ZONE}])
        self.assertEqual([moment(row["requestedAt"]) for row in rows], [later, earlier])
        self.assertEqual(moment(rows[0]["generatedAt"]), issued)
        self.assertEqual([point["value"] for point in rows[0]["forecastData"]],
                         [grid.forecast(grid.hour + n * HOUR) for n in range(2, 8)])
        # Five minutes before the service issued it, nobody could have read it.
        self.assertLessEqual(moment(rows[1]["generatedAt"]), earlier)
        for row in rows:
            self.check_best(row)

    def test_a_moment_before_anything_is_known_is_said_to_be_that(self):
        problem = client.json("/emissions/forecasts/batch", body=[
            {"requestedAt": "2019-01-01T00:00:00Z", "location": ZONE}], status=501)
        self.assertIn("no forecast", problem["detail"])


class Places(unittest.TestCase):
    def test_places_have_names_and_coordinates(self):
        places = client.json("/locations")
        self.assertEqual(set(places["us-west-1"]), {"Latitude", "Longitude", "Name"})
        self.assertEqual(places["us-west-1"]["Name"], "us-west-1")
        self.assertAlmostEqual(places["us-west-1"]["Latitude"], 37.3, delta=1)

    def test_every_place_that_is_offered_is_known(self):
        named = client.json("/swagger/v1/swagger.json")["components"]["schemas"]["Place"]["enum"]
        self.assertGreater(len(named), 250)
        self.assertLessEqual(set(client.json("/locations")), set(named))
        # A hundred at a time is the most that one request takes; values of a far past need nobody to be asked.
        for first in range(0, len(named), 100):
            query = [("location", name) for name in named[first:first + 100]]
            status, text = client.ask("/emissions/bylocations", query + [
                ("time", "2019-01-01T00:00:00Z"), ("toTime", "2019-01-01T01:00:00Z")])
            self.assertIn(status, (200, 204), text)

    def test_it_is_healthy_and_described_in_both_places(self):
        self.assertEqual(client.ask("/health")[0], 200)
        described = client.json("/swagger/v1/swagger.json")
        self.assertEqual(client.json("/api/v1/swagger.yaml"), described)
        self.assertEqual(set(described["paths"]), {
            "/emissions/bylocation", "/emissions/bylocations", "/emissions/bylocations/best",
            "/emissions/forecasts/current", "/emissions/forecasts/batch", "/emissions/average-carbon-intensity",
            "/emissions/average-carbon-intensity/batch", "/locations", "/health"})


if __name__ == "__main__":
    address, trace, now = sys.argv[1:]
    client, grid = Client(address), Grid(trace, moment(now))
    unittest.main(argv=sys.argv[:1], verbosity=2)

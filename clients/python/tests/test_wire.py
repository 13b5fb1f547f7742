import unittest

import support  # noqa: F401
from dimmer import _identity, _places, _wire
from dimmer._sample import Energy, Sample, Terms, sample


class Lines(unittest.TestCase):
    def test_a_value_comes_back_whole(self):
        for text in ("", "plain", "a b", "50%", "k=v", "two\nlines", "größe ✓", "\x00\x7f\t", "%41"):
            self.assertEqual(_wire.parse(_wire.Message("v", {"k": text}).line()[:-1]).get("k"), text)

    def test_a_line_has_no_stray_space_or_end(self):
        line = _wire.message("open", {"name": "a b\nc=d%", "pid": 7, "gone": None}).line()
        self.assertEqual(line, b"open name=a%20b%0ac%3dd%25 pid=7\n")

    def test_words_are_joined_as_the_journal_joins_them(self):
        self.assertEqual(_wire.join(["a b", "50%", "", "x"]), "a%20b 50%25  x")

    def test_what_is_no_line_is_refused(self):
        wrong = (b"", b"\xff\xfe", b"sample lease", b"sample =1", b"sample a=%4", b"sample a=%zz", b" a=1", b"a  b=1")
        for line in wrong:
            with self.assertRaises(_wire.WireError, msg=line):
                _wire.parse(line)


class Samples(unittest.TestCase):
    def line(self, text):
        return _wire.parse(text.encode())

    def test_a_sample_is_read_with_and_without_the_prefix(self):
        for prefix in ("", "e."):
            got = sample(self.line(f"sample mono=5 wall=6 {prefix}cpu=10,4,1,3,1,1 time=1,2,3,4,5,6"))
            self.assertEqual(got.components["cpu"], Terms(10, 4, 1, 3, 1, 1))
            self.assertTrue(got.components["cpu"].is_conserved)
            self.assertEqual(got.cpu_ns["capacity"], 6)
            self.assertNotIn("gpu", got.components)

    def test_energy_between_samples_is_conserved(self):
        first = sample(self.line("sample mono=1000000000 wall=1 cpu=10,4,1,3,1,1"))
        second = sample(self.line("sample mono=3000000000 wall=1 cpu=3000010,1000004,2000001,3,1,1 gpu=5,5,0,0,0,0"))
        energy = second - first
        self.assertEqual(energy.joules, 1.000005)
        self.assertEqual(energy.seconds, 2)
        self.assertEqual(energy.component("gpu"), 5e-6)
        self.assertTrue(all(terms.is_conserved for terms in energy.components.values()))

    def test_unknown_is_none_and_never_zero(self):
        empty = Energy()
        self.assertIsNone(empty.joules)
        self.assertIsNone(empty.host_joules)
        self.assertIsNone(empty.kwh)
        self.assertIsNone(empty.watts)
        self.assertIsNone(empty.component("gpu"))
        share = sample(self.line("sample mono=5 wall=6 cpu=-,4,-,-,-,-"))
        self.assertIsNone((share - Sample(0, 0)).host_joules)
        self.assertEqual((share - Sample(0, 0)).joules, 4e-6)

    def test_a_share_does_not_speak_for_the_host(self):
        got = sample(self.line("sample mono=5 wall=6 cpu=4,4,0,0,0,0 time=1,1,0,0,0,9"), share=True)
        self.assertIsNone(got.components["cpu"].host)
        self.assertEqual(got.cpu_ns, {"run": 1, "capacity": 9})

    def test_damaged_samples_are_refused(self):
        for text in ("mono=5", "mono=x wall=1", "mono=1 wall=1 cpu=1,2", "mono=1 wall=1 time=1"):
            with self.assertRaises(_wire.WireError, msg=text):
                sample(self.line(f"sample {text}"))


class Ids(unittest.TestCase):
    def test_an_id_is_a_ulid_of_its_time(self):
        run = _identity.new_run_id(1795236265302)
        self.assertTrue(_identity.is_activity_id(run))
        # The ten characters of a known journal's id (see ARCHITECTURE, Ids): time comes first.
        self.assertEqual(len(run), 30)
        number = 0
        for character in run[4:14]:
            number = number * 32 + "0123456789abcdefghjkmnpqrstvwxyz".index(character)
        self.assertEqual(number, 1795236265302)

    def test_ids_differ_and_sort_by_time(self):
        self.assertEqual(len({_identity.new_run_id(5) for _ in range(100)}), 100)
        self.assertLess(_identity.new_run_id(5), _identity.new_run_id(6))

    def test_what_is_no_id(self):
        for text in ("", "run_", "run_01", "nonsense", "run_" + "l" * 26, "run_8" + "0" * 25):
            self.assertFalse(_identity.is_activity_id(text), text)


class Places(unittest.TestCase):
    def test_the_data_directory_is_found_as_dimmer_finds_it(self):
        find = _places.data_directory
        self.assertEqual(find({"DIMMER_DATA_DIR": "d", "HOME": "/h"}), "d")
        self.assertEqual(find({"DIMMER_DATA_DIR": "", "XDG_DATA_HOME": "/x", "HOME": "/h"}), "/x/dimmer")
        self.assertEqual(find({"XDG_DATA_HOME": "x", "HOME": "/h"}), "/h/.local/share/dimmer")
        self.assertIsNone(find({"HOME": "h"}))

    def test_the_stated_socket_is_the_only_one(self):
        self.assertEqual(_places.sockets({"DIMMER_METER_SOCKET": "/s"}), ["/s"])
        self.assertEqual(_places.sockets({"DIMMER_METER_SOCKET": "", "XDG_RUNTIME_DIR": "/r"}), [])
        self.assertEqual(
            _places.sockets({"XDG_RUNTIME_DIR": "/r"}), ["/run/dimmer/meter.sock", "/r/dimmer/meter.sock"]
        )
        self.assertEqual(_places.sockets({}), ["/run/dimmer/meter.sock"])


if __name__ == "__main__":
    unittest.main()

import contextlib
import http.client
import io
import json
import signal
import struct
import subprocess
import sys
import tempfile
import threading
import time
import unittest
from pathlib import Path

here = Path(__file__).parent
sys.path[:0] = [str(here.parent), str(here)]

import smartsem_bridge as bridge
from stand_in import FakeClock, Float32, StandIn

FRAME = {"resolution": [512, 384], "dwell_time": 1e-7, "hfw": 5.12e-6}


def until(is_so):
    """Waits for another thread, and not for ever."""
    end = time.monotonic() + 20
    while not is_so():
        if time.monotonic() > end:
            raise AssertionError("it has not come to that in 20 s")
        time.sleep(0.001)


def described(data):
    """What stands in the ImageDescription of a TIFF."""
    (directory,) = struct.unpack_from("<I", data, 4)
    (count,) = struct.unpack_from("<H", data, directory)
    for entry in range(directory + 2, directory + 2 + 12 * count, 12):
        tag, _, size, at = struct.unpack_from("<HHII", data, entry)
        if tag == 270:
            return json.loads(data[at:at + size - 1])
    raise AssertionError("no description")


class Bench:
    """A bridge in front of a stand-in, with a server on a free port of the loopback."""

    def __init__(self, *faults, token=None, **options):
        self.clock = FakeClock()
        self.folder = tempfile.TemporaryDirectory()
        self.devices = []

        def connect():
            self.devices.append(StandIn(self.clock, *faults, **options))
            return self.devices[-1]

        self.sem = bridge.SmartSem(connect, Float32, self.clock, self.folder.name)
        self.bridge = bridge.Bridge(self.sem, self.clock)
        self.worker = threading.Thread(target=self.bridge.work, daemon=True)
        self.worker.start()
        self.bridge.open()
        self.server = bridge.Server(("127.0.0.1", 0), self.bridge, self.sem, token)
        self.port = self.server.server_address[1]
        self.listener = threading.Thread(target=self.server.serve_forever, args=(0.01,), daemon=True)
        self.listener.start()

    @property
    def device(self):
        return self.devices[-1]

    def close(self):
        self.server.shutdown()
        self.server.server_close()
        self.bridge._jobs.put(None)
        self.worker.join()
        self.folder.cleanup()

    def open_request(self, path, body=None, headers=None, method="POST"):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        text = body if isinstance(body, (bytes, str, type(None))) else json.dumps(body)
        kind = {} if body is None else {"Content-Type": "application/json"}
        connection.request(method, path, text, {**kind, **(headers or {})})
        return connection

    def ask(self, path, body=None, headers=None, method="POST"):
        """Status and answer."""
        with contextlib.closing(self.open_request(path, {} if body is None and method == "POST" else body, headers, method)) as connection:
            response = connection.getresponse()
            data = response.read()
            if response.getheader("Content-Type") == "image/tiff":
                return response.status, data
            return response.status, json.loads(data)

    def value(self, path, **body):
        status, answer = self.ask(path, body)
        if status != 200:
            raise AssertionError(f"{path}: {status} {answer}")
        return answer["value"] if isinstance(answer, dict) and "value" in answer else answer

    def error(self, path, **body):
        """Status, tag and message; the code of the device in place of the tag where there is one."""
        status, answer = self.ask(path, body)
        error = answer["error"]
        return status, error.get("code", error["tag"]), error["message"]


class BridgeTest(unittest.TestCase):
    def bench(self, *faults, **options):
        made = Bench(*faults, **options)
        self.addCleanup(made.close)
        return made


class Values(BridgeTest):
    def test_reads_and_sets_in_metres_and_percent_and_answers_what_reads_back(self):
        bench = self.bench()
        self.assertAlmostEqual(bench.value("/working_distance/get"), 0.0045, delta=1e-9)
        read_back = bench.value("/working_distance/set", value=0.00451, beam_type="electron")
        self.assertEqual(read_back, Float32(0.00451).value)
        self.assertEqual(bench.value("/stigmation/set", value={"x": 1.5, "y": -2}), {"x": 1.5, "y": -2})
        focus = bench.value("/focus/set", value={"working_distance": 0.0045, "stigmation": {"x": 0, "y": 0}})
        self.assertEqual(focus, {"working_distance": Float32(0.0045).value, "stigmation": {"x": 0, "y": 0}})
        self.assertEqual(bench.value("/focus/set", value={"stigmation": {"y": 3}})["stigmation"], {"x": 0, "y": 3})
        self.assertAlmostEqual(bench.value("/beam_current/get"), 1.5e-9, delta=1e-15)

    def test_a_set_waits_until_the_value_has_landed_and_settled(self):
        bench = self.bench("late")
        begin = bench.clock.now()
        self.assertEqual(bench.value("/working_distance/set", value=0.0046), Float32(0.0046).value)
        self.assertGreaterEqual(bench.clock.now() - begin, 0.5 + bridge.SETTLE_S)

    def test_a_value_that_is_not_taken_is_named_with_what_reads_back(self):
        for fault in ("no-op", "slip"):
            status, code, message = self.bench(fault).error("/working_distance/set", value=0.0046)
            self.assertEqual((status, code), (500, "read-back"), fault)
            self.assertEqual(message, "working_distance is 0.00449999981 after 5 s, but was set to 0.0046")

    def test_outside_the_limits_nothing_moves_whatever_the_instrument_would_do(self):
        bench = self.bench("clamp")
        status, answer = bench.ask("/focus/set", {"value": {"working_distance": 0.0046, "stigmation": {"x": 0, "y": 101}}})
        self.assertEqual(status, 422)
        self.assertEqual(answer["error"]["message"], "stigmation_y must be in [-100, 100]. Received 101.0")
        self.assertEqual((answer["error"]["parameter"], answer["error"]["requested"]), ("stigmation_y", 101))
        self.assertFalse([call for call in bench.device.calls if call.startswith("Set")])

    def test_a_code_of_the_instrument_is_said_in_words(self):
        bench = self.bench()
        bench.device.codes["AP_STIG_X"] = 1032
        self.assertEqual(bench.error("/stigmation/set", value={"x": 1, "y": 1}),
                         (500, "1032", "SmartSEM answers Set AP_STIG_X with code 1032: the parameter is disabled"))
        bench.device.codes["AP_WD"] = 2031
        self.assertEqual(bench.error("/working_distance/get")[:2], (503, "Disconnected"))
        bench.device.codes["AP_WD"] = 4711
        self.assertIn("the reason is not documented", bench.error("/working_distance/get")[2])

    def test_text_in_place_of_a_number_is_refused(self):
        status, code, message = self.bench("text").error("/working_distance/get")
        self.assertEqual((status, code), (500, "answer"))
        self.assertIn("'WD = 4.5 mm'", message)

    def test_a_lost_control_is_an_error_of_the_device_and_is_made_anew(self):
        bench = self.bench()
        bench.device.is_dead = True
        status, code, message = bench.error("/working_distance/get")
        self.assertEqual((status, code), (500, "com"))
        self.assertIn("RPC server is unavailable", message)
        self.assertAlmostEqual(bench.value("/working_distance/get"), 0.0045, delta=1e-9)
        self.assertEqual(len(bench.devices), 2)

    def test_all_calls_are_made_by_one_thread(self):
        # The stand-in refuses any other; each request comes in a thread of its own.
        bench = self.bench()
        for _ in range(3):
            bench.value("/focus/get")
        bench.value("/acquire_image", image_settings=FRAME)

    def test_the_stage_is_waited_for_and_read_back(self):
        bench = self.bench()
        there = bench.value("/stage_position/set", value={"x": 0.0651, "y": 0.06})
        self.assertAlmostEqual(there["x"], 0.0651, delta=1e-8)
        self.assertEqual(bench.error("/stage_position/set", value={"x": 0.2, "y": 0.06})[:2], (422, "OutOfRange"))


class Frames(BridgeTest):
    def test_a_frame_is_exposed_anew_and_says_what_it_is(self):
        bench = self.bench()
        data = bench.value("/acquire_image", image_settings=FRAME)
        width, height, depth, pixels = bridge.read_tiff(data)
        self.assertEqual((width, height, depth), (512, 384, 8))
        self.assertEqual(pixels, bench.device._stored)
        said = described(data)
        self.assertEqual(said["image"]["resolution"], [512, 384])
        self.assertEqual(said["image"]["hfw"], 5.12e-6)
        actual = said["semfocus"]
        self.assertAlmostEqual(actual["pixel_size"], 1e-8, delta=1e-14)
        self.assertEqual((actual["dwell_time"], actual["passes"]), (1e-7, 1))
        self.assertEqual(actual["stigmation"], {"x": 2, "y": -1})
        # 6.2415 * 1.5 nA * 100 ns / (10 nm)^2
        self.assertAlmostEqual(actual["electrons_per_nm2"], 9.362, delta=0.01)
        self.assertEqual(actual["acquired_at"], "2026-11-30T12:00:00Z")
        self.assertNotEqual(bridge.read_tiff(bench.value("/acquire_image", image_settings=FRAME))[3], pixels)
        dose = bench.value("/dose/get")
        self.assertEqual(dose["frames"], 2)
        self.assertAlmostEqual(dose["electrons_per_nm2"], 18.72, delta=0.02)

    def test_the_beam_is_on_for_the_exposure_alone(self):
        bench = self.bench()
        self.assertTrue(bench.value("/beam_blank/set", value=True))
        before = bench.device.beam_s
        bench.value("/acquire_image", image_settings=FRAME)
        frame_s = bench.device.frame_s()
        self.assertLess(bench.device.beam_s - before, frame_s + 3 * bridge.POLL_S)
        self.assertGreaterEqual(bench.device.beam_s - before, 0.99 * frame_s)
        self.assertTrue(bench.value("/beam_blank/get"))
        # Also where a client has left it on: setting the raster starts a scan.
        bench.value("/beam_blank/set", value=False)
        before = bench.device.beam_s
        bench.value("/acquire_image", image_settings=FRAME)
        self.assertLess(bench.device.beam_s - before, frame_s + 3 * bridge.POLL_S)

    def test_the_beam_is_as_a_client_has_left_it_and_blanked_when_it_is_forgotten(self):
        bench = self.bench()
        self.assertFalse(bench.value("/beam_blank/set", value=False))
        bench.value("/acquire_image", image_settings=FRAME)
        self.assertTrue(bench.device.is_beam_on())
        bench.clock.sleep(bridge.IDLE_BLANK_S - 1)
        bench.bridge.command("a look", bench.bridge._blank_if_forgotten)
        self.assertTrue(bench.device.is_beam_on())
        bench.clock.sleep(bridge.IDLE_BLANK_S)
        until(lambda: not bench.device.is_beam_on())
        self.assertTrue(bench.value("/beam_blank/get"))

    def test_what_is_left_out_is_as_it_was_set_before(self):
        bench = self.bench()
        self.assertEqual(bench.value("/resolution/get"), [1024, 768])
        self.assertEqual(bench.value("/dwell_time/get"), 1e-7)
        self.assertAlmostEqual(bench.value("/field_of_view/get"), 1.024e-5, delta=1e-11)
        self.assertEqual(bench.value("/resolution/set", value=[512, 384]), [512, 384])
        self.assertEqual(bench.value("/dwell_time/set", value=2e-7), 2e-7)
        self.assertEqual(bench.value("/field_of_view/set", value=4e-6), 4e-6)
        said = described(bench.value("/acquire_image"))
        self.assertEqual((said["image"]["resolution"], said["image"]["dwell_time"]), ([512, 384], 2e-7))
        self.assertAlmostEqual(said["semfocus"]["pixel_size"], 4e-6 / 512, delta=1e-13)

    def test_what_the_instrument_does_not_have_is_named(self):
        bench = self.bench()
        for settings, status, words in [
            ({"resolution": [1000, 700]}, 422, "width must be that of one of 512 x 384, 1024 x 768"),
            ({"dwell_time": 1.5e-7}, 422, "one of 5e-08, 1e-07, 2e-07"),
            ({"hfw": 1}, 422, "pixel_size of 1024 columns must be in"),
            ({"reduced_area": {"left": 0, "top": 0, "width": 0.5, "height": 0.5}}, 501, "no reduced raster"),
            ({"autocontrast": True}, 501, "autocontrast: true"),
            ({"line_integration": 4}, 501, "line_integration: 4"),
            ({"beam_type": "ION"}, 422, "must be ELECTRON"),
        ]:
            answer = bench.error("/acquire_image", image_settings={**FRAME, **settings})
            self.assertEqual(answer[0], status, settings)
            self.assertIn(words, answer[2])
        self.assertFalse([call for call in bench.device.calls if call.startswith(("Set", "Execute"))])

    def test_settings_that_change_nothing_are_read_over(self):
        extra = {"autocontrast": False, "save": False, "path": "C:\\", "frame_integration": 1, "reduced_area": None}
        self.bench().value("/acquire_image", image_settings={**FRAME, **extra})

    def test_every_fault_of_a_frame_is_named_and_leaves_the_beam_blanked(self):
        for fault, words in [
            ("rate", "the scan rate is 1, but was set to 0"),
            ("average", "switch averaging"),
            ("stale", "it was not exposed anew"),
            ("frozen", "the scan has not begun after 5 s"),
            ("endless", "the frame has not ended after"),
            ("early", "a part of it is older"),
            ("no-file", "SmartSEM has written no frame to"),
            ("cut", "the frame cannot be read"),
        ]:
            with self.subTest(fault):
                bench = self.bench(fault)
                settings = {**FRAME, "dwell_time": {"rate": 5e-8, "early": 8e-7}.get(fault, 1e-7)}
                if fault == "stale":
                    bench.value("/acquire_image", image_settings=settings)
                status, answer = bench.ask("/acquire_image", {"image_settings": settings})
                self.assertEqual(status, 500)
                self.assertIn(words, json.dumps(answer))
                self.assertFalse(bench.device.is_beam_on())

    def test_a_file_that_is_complete_only_later_is_waited_for(self):
        self.bench("slow-file").value("/acquire_image", image_settings=FRAME)

    def test_palettes_and_16_bit(self):
        bench = self.bench(palette=True)
        pixels = bridge.read_tiff(bench.value("/acquire_image", image_settings=FRAME))[3]
        self.assertEqual(pixels, bytes(255 - grey for grey in bench.device._stored))
        bench = self.bench(bits=16)
        _, _, depth, pixels = bridge.read_tiff(bench.value("/acquire_image", image_settings=FRAME))
        self.assertEqual((depth, pixels), (16, bench.device._stored))

    def test_blanking_is_read_back_and_an_unknown_word_is_no_answer(self):
        self.assertIn("add the word", json.dumps(self.bench("words").ask("/beam_blank/get")[1]))
        self.assertEqual(self.bench("stuck").error("/beam_blank/set", value=True),
                         (500, "read-back", "the beam is not blanked after 5 s"))


class Commands(BridgeTest):
    def test_one_command_is_in_flight_and_can_be_aborted(self):
        bench = self.bench()
        go_on = threading.Event()
        bench.device.gate = ("Get DP_FROZEN", go_on)
        with contextlib.closing(bench.open_request("/acquire_image", {"image_settings": FRAME})) as frame:
            bench.device.at_gate.wait(20)
            self.assertEqual(bench.error("/working_distance/set", value=0.0046),
                             (409, "Busy", "/working_distance/set must wait: /acquire_image is in flight"))
            self.assertEqual(bench.ask("/health", method="GET")[1]["busy"], "/acquire_image")
            self.assertEqual(bench.ask("/capabilities")[0], 200)
            self.assertEqual(bench.ask("/abort")[1], {"status": "ok", "aborted": "/acquire_image"})
            go_on.set()
            response = frame.getresponse()
            self.assertEqual((response.status, json.load(response)["error"]["tag"]), (409, "Aborted"))
        self.assertFalse(bench.device.is_beam_on())
        self.assertEqual(bench.ask("/abort")[1], {"status": "ok", "aborted": None})
        # What comes next is not aborted.
        bench.value("/acquire_image", image_settings=FRAME)

    def test_whatever_is_aborted_leaves_the_beam_blanked(self):
        bench = self.bench("late")
        bench.value("/beam_blank/set", value=False)
        go_on = threading.Event()
        bench.device.gate = ("Get AP_WD", go_on)
        with contextlib.closing(bench.open_request("/working_distance/set", {"value": 0.0046})) as move:
            bench.device.at_gate.wait(20)
            bench.ask("/abort")
            go_on.set()
            self.assertEqual(move.getresponse().status, 409)
        self.assertFalse(bench.device.is_beam_on())

    def test_a_client_that_goes_has_its_command_aborted_and_the_beam_blanked(self):
        bench = self.bench()
        go_on = threading.Event()
        bench.device.gate = ("Get DP_FROZEN", go_on)
        bench.open_request("/acquire_image", {"image_settings": FRAME}).close()
        bench.device.at_gate.wait(20)
        self.assertTrue(bench.sem.abort.wait(20))
        go_on.set()
        until(lambda: bench.bridge.in_flight is None)
        self.assertFalse(bench.device.is_beam_on())
        self.assertFalse([call for call in bench.device.calls if call.startswith("Grab")])

    def test_capabilities_are_complete(self):
        said = self.bench().value("/capabilities")
        self.assertEqual((said["is_simulated"], said["can_blank_beam"], said["can_hold"]), (False, True, True))
        self.assertEqual(set(said["parameters"]), {
            "working_distance", "stigmation_x", "stigmation_y", "stage_x", "stage_y",
            "width", "height", "pixel_size", "dwell_time"})
        self.assertAlmostEqual(said["parameters"]["working_distance"]["max"], 0.05, delta=1e-8)
        self.assertEqual(said["parameters"]["dwell_time"]["choices"][:3], [5e-8, 1e-7, 2e-7])

    def test_what_a_program_of_the_bridge_breaks_is_a_defect_and_the_beam_is_blanked(self):
        bench = self.bench()
        bench.sem.read_stage = lambda: 1 / 0
        self.assertEqual(bench.error("/stage_position/get")[:2], (500, "Internal"))
        self.assertFalse(bench.device.is_beam_on())


class Holds(BridgeTest):
    def begin(self, bench):
        connection = bench.open_request("/hold/begin", {})
        response = connection.getresponse()
        return connection, response, json.loads(response.readline())["hold"]

    def test_a_hold_keeps_others_out_until_it_ends(self):
        bench = self.bench()
        connection, response, hold = self.begin(bench)
        mine = {"Semfocus-Hold": hold}
        self.assertEqual(bench.error("/focus/get")[:2], (409, "Busy"))
        self.assertEqual(bench.ask("/focus/get", {}, mine)[0], 200)
        self.assertEqual(bench.ask("/working_distance/set", {"value": 0.0046}, mine)[0], 200)
        self.assertEqual(bench.ask("/hold/end", {"hold": "another"})[0], 422)
        self.assertEqual(bench.ask("/hold/end", {"hold": hold}), (200, {"status": "ok"}))
        self.assertEqual(response.read(), b"")
        connection.close()
        self.assertFalse(bench.device.is_beam_on())
        until(lambda: bench.ask("/focus/get")[0] != 409)
        # It was ended, not lost: the state stays.
        self.assertEqual(bench.value("/working_distance/get"), Float32(0.0046).value)
        status, answer = bench.ask("/working_distance/set", {"value": 0.0047}, mine)
        self.assertEqual((status, answer["error"]["tag"]), (503, "Disconnected"))
        self.assertEqual(bench.value("/working_distance/get"), Float32(0.0046).value)

    def test_a_lost_client_is_put_back_and_the_beam_blanked(self):
        bench = self.bench()
        connection, response, hold = self.begin(bench)
        mine = {"Semfocus-Hold": hold}
        bench.ask("/focus/set", {"value": {"working_distance": 0.0046, "stigmation": {"x": 5, "y": 5}}}, mine)
        bench.ask("/stage_position/set", {"value": {"x": 0.066, "y": 0.061}}, mine)
        go_on = threading.Event()
        bench.device.gate = ("Get DP_FROZEN", go_on)
        frame = bench.open_request("/acquire_image", {"image_settings": FRAME}, mine)
        bench.device.at_gate.wait(20)
        # As a process that is killed: its connections end together.
        for one in (response, connection, frame):
            one.close()
        self.assertTrue(bench.sem.abort.wait(20))
        go_on.set()
        until(lambda: bench.ask("/focus/get")[0] != 409)
        self.assertEqual(bench.value("/focus/get"),
                         {"working_distance": Float32(0.0045).value, "stigmation": {"x": 2, "y": -1}})
        self.assertAlmostEqual(bench.value("/stage_position/get")["x"], 0.065, delta=1e-8)
        self.assertFalse(bench.device.is_beam_on())
        for path, body, headers in [("/beam_blank/set", {"value": False}, mine), ("/hold/end", {"hold": hold}, {})]:
            with self.subTest(path):
                status, answer = bench.ask(path, body, headers)
                self.assertEqual((status, answer["error"]["tag"]), (503, "Disconnected"))
        self.assertFalse(bench.device.is_beam_on())

    def test_a_hold_is_put_back_when_the_bridge_is_stopped(self):
        bench = self.bench()
        connection, _, hold = self.begin(bench)
        bench.ask("/working_distance/set", {"value": 0.0046}, {"Semfocus-Hold": hold})
        bench.bridge.close()
        connection.close()
        self.assertEqual(bench.device.values["AP_WD"], Float32(0.0045).value)
        self.assertFalse(bench.device.is_beam_on())
        self.assertEqual(bench.device.calls[-1], "ClosingControl")


class Requests(BridgeTest):
    def test_what_is_no_request_of_this_wire_is_refused_in_json(self):
        bench = self.bench()
        json_type = {"Content-Type": "application/json"}
        for path, body, headers, method, status, tag in [
            ("/nothing", {}, {}, "POST", 404, "NotFound"),
            ("/focus/get", None, {}, "GET", 405, "MethodNotAllowed"),
            ("/focus/get", None, {}, "DELETE", 405, "MethodNotAllowed"),
            ("/focus/get", "[]", json_type, "POST", 422, "Invalid"),
            ("/focus/get", "{", json_type, "POST", 400, "Invalid"),
            ("/focus/get", "[" * 60000, json_type, "POST", 400, "Invalid"),
            ("/focus/get", "{}", {"Content-Type": "text/plain"}, "POST", 415, "Invalid"),
            ("/focus/get", {"more": 1}, {}, "POST", 422, "Invalid"),
            ("/focus/get", {}, {"Host": "example.org"}, "POST", 421, "Misdirected"),
            ("/focus/get", {}, {"Origin": "http://example.org"}, "POST", 403, "Forbidden"),
            ("/working_distance/set", {}, {}, "POST", 422, "Invalid"),
            ("/working_distance/set", '{"value": NaN}', json_type, "POST", 400, "Invalid"),
            ("/working_distance/set", '{"value": 1' + "0" * 400 + "}", json_type, "POST", 422, "Invalid"),
            ("/working_distance/set", {"value": "4.5 mm"}, {}, "POST", 422, "Invalid"),
            ("/working_distance/set", {"value": True}, {}, "POST", 422, "Invalid"),
            ("/working_distance/set", {"value": 0.0045, "beam_type": "ION"}, {}, "POST", 422, "Invalid"),
            ("/stigmation/set", {"value": {"x": 1}}, {}, "POST", 422, "Invalid"),
            ("/focus/set", {"value": {}}, {}, "POST", 422, "Invalid"),
            ("/resolution/set", {"value": "big"}, {}, "POST", 422, "Invalid"),
            ("/beam_blank/set", {"value": 1}, {}, "POST", 422, "Invalid"),
            ("/acquire_image", {"image_settings": []}, {}, "POST", 422, "Invalid"),
            ("/hold/end", {"hold": 5}, {}, "POST", 422, "Invalid"),
        ]:
            with self.subTest(f"{method} {path} {str(body)[:40]} {headers}"):
                got, answer = bench.ask(path, body, headers, method)
                self.assertEqual((got, answer["error"]["tag"]), (status, tag))
        self.assertFalse([call for call in bench.device.calls if call.startswith(("Set", "Execute"))])

    def test_a_body_that_is_too_long_is_not_read(self):
        bench = self.bench()
        with contextlib.closing(bench.open_request("/focus/get", None, {"Content-Length": str(10**9)})) as connection:
            self.assertEqual(connection.getresponse().status, 413)

    def test_with_a_token_only_health_is_free(self):
        bench = self.bench(token="secret")
        self.assertEqual(bench.ask("/health", method="GET")[0], 200)
        self.assertEqual(bench.ask("/focus/get")[0], 401)
        self.assertEqual(bench.ask("/focus/get", {}, {"Authorization": "Bearer secreT"})[0], 401)
        self.assertEqual(bench.ask("/focus/get", {}, {"Authorization": "Bearer secret"})[0], 200)


class Program(unittest.TestCase):
    def test_ctrl_c_blanks_the_beam_and_ends_with_0(self):
        program = subprocess.Popen([sys.executable, str(here / "serve_stand_in.py"), "0"],
                                   stdout=subprocess.PIPE, text=True)
        self.addCleanup(program.stdout.close)
        address = program.stdout.readline().split()[2].rstrip(";")
        connection = http.client.HTTPConnection(address.split("//")[1], timeout=20)
        connection.request("POST", "/beam_blank/set", '{"value": false}', {"Content-Type": "application/json"})
        self.assertEqual(json.load(connection.getresponse()), {"value": False})
        connection.close()
        program.send_signal(signal.SIGINT)
        rest = program.stdout.read()
        self.assertEqual((program.wait(), rest), (0, "the beam is blanked\nbeam on: False\n"))

    def test_without_smartsem_it_says_so(self):
        def connect():
            raise OSError("Invalid class string")

        with contextlib.redirect_stderr(io.StringIO()) as said:
            self.assertEqual(bridge.serve(connect, Float32, "127.0.0.1", 0, None), 2)
        self.assertIn("SmartSEM cannot be reached: Invalid class string", said.getvalue())

    def test_others_may_not_reach_it_without_a_token(self):
        with tempfile.TemporaryDirectory() as folder:
            short = Path(folder, "token")
            short.write_text("secret\n")
            for options, words in [([], "give a --token-file"), (["--token-file", str(short)], "at least 16 characters. Received 6"),
                                   (["--token-file", folder], "cannot be read")]:
                command = [sys.executable, str(here.parent / "smartsem_bridge.py"), "--host", "0.0.0.0", *options]
                said = subprocess.run(command, capture_output=True, text=True)
                self.assertEqual(said.returncode, 2)
                self.assertIn(words, said.stderr)


if __name__ == "__main__":
    unittest.main()

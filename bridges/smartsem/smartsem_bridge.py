"""Offers a Zeiss SmartSEM over HTTP, with the routes of docs/wire.md, so that semfocus can drive it.

Runs on the computer on which SmartSEM runs: Windows, Python 3.8 or later, pywin32, and nothing
else. docs/smartsem.md says how to install it, and what was never tried on an instrument.

    python smartsem_bridge.py

All calls to SmartSEM are made by one thread. A value counts as set when it reads back. The beam is
blanked but for exposures, unless a client unblanks it, and when a client or the bridge goes.
"""
import argparse
import hmac
import ipaddress
import json
import math
import queue
import re
import secrets
import select
import signal
import socket
import struct
import sys
import tempfile
import threading
import time
from datetime import datetime, timezone
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

# Store resolutions by their index in DP_IMAGE_STORE.
SIZES = [(1024, 768), (512, 384), (2048, 1536), (3072, 2304), (4096, 3072), (5120, 3840),
         (6144, 4608), (8192, 6144)]
# Dwell times by their scan rate (CMD_SCANRATEn), s.
DWELL_TIMES_S = [50e-9 * 2**n for n in range(11)]
# AP_PIXEL_SIZE is that of an image of so many columns.
DISPLAY_WIDTH = 1024

SETTLE_S = 0.2
# A value that has not been reached after so long is not reached.
LANDING_S = 5.0
STAGE_LANDING_S = 60.0
POLL_S = 0.02
# Beyond the time that a command takes by itself.
ANSWER_MARGIN_S = 30.0
# A beam that a client has unblanked and forgotten.
IDLE_BLANK_S = 60.0
HOLD_BEAT_S = 5.0

# SmartSEM keeps numbers in 32 bit: 0.47 nm at 4.5 mm.
WORKING_DISTANCE_TOLERANCE_M = 2e-9
STIGMATION_TOLERANCE_PERCENT = 1e-3
STAGE_TOLERANCE_M = 10e-6
# The magnification is a whole number, and so the pixel size is not quite the one asked for.
PIXEL_SIZE_TOLERANCE = 0.01
# A frame of w x h px takes 1.05 w h t + 57 us h. Averaging over 2 takes twice as long.
LINE_S = 57e-6
LONGEST_FRAME = 1.6
SHORTEST_FRAME = 0.9

CODES = {
    1007: "the value is below the limit",
    1008: "the value is above the limit",
    1009: "the value has the wrong type",
    1019: "the control is not initialised",
    1025: "this function is not licensed",
    1032: "the parameter is disabled",
    2028: "the connection to SmartSEM failed",
    2030: "the EM server is not running",
    2031: "no user is logged in to SmartSEM",
}
# With these, SmartSEM is out of reach.
GONE_CODES = (1019, 2028, 2030, 2031)
BLANKED_WORDS = ("1", "on", "yes", "blanked")
UNBLANKED_WORDS = ("0", "off", "no", "unblanked")

MAX_BODY_BYTES = 65536
LEAST_TOKEN = 16
ELECTRON_C = 1.602176634e-19


class WireError(Exception):
    """What a client is answered in place of a value: a row of the table of errors in docs/wire.md."""

    def __init__(self, status, tag, message, hint=None, **fields):
        super().__init__(message)
        self.status = status
        self.body = {"error": {"tag": tag, "message": message, **fields}}
        if hint is not None:
            self.body["error"]["hint"] = hint


def device_error(code, message, hint=None):
    return WireError(500, "DeviceError", message, hint, code=str(code))


def out_of_range(parameter, requested, allowed):
    message = f"{parameter} must be {allowed}. Received {requested}"
    return WireError(422, "OutOfRange", message, parameter=parameter, requested=requested, allowed=allowed)


def invalid(message, status=422):
    return WireError(status, "Invalid", message)


def unsupported(message):
    return WireError(501, "Unsupported", message)


def busy(message):
    return WireError(409, "Busy", message, "nothing has moved; try again when it has ended")


def disconnected(message):
    return WireError(503, "Disconnected", message, "begin another hold")


def aborted():
    return WireError(409, "Aborted", "the command was aborted")


class RealClock:
    """Time of this computer, s."""

    now = staticmethod(time.monotonic)
    sleep = staticmethod(time.sleep)

    @staticmethod
    def date():
        return datetime.now(timezone.utc)


class SmartSem:
    """A SmartSEM in SI units and %. Every method is called by one thread, the one that connects."""

    def __init__(self, connect, number, clock, folder):
        """
        connect: makes the COM object. number: makes a 32-bit variant of a float.
        folder: where frames lie for a moment; SmartSEM has to be able to write there.
        """
        self._connect = connect
        self._number = number
        self._clock = clock
        self._folder = Path(folder)
        self._api = None
        self._previous = None
        self.abort = threading.Event()
        # Whether the beam is on because the bridge has put it on.
        self.is_left_on = False
        self.limits = {}

    def open(self):
        """Connects and reads the limits. Raises WireError if SmartSEM is out of reach."""
        try:
            api = self._connect()
            status = api.InitialiseRemoting()
        except Exception as error:
            raise WireError(503, "Disconnected", f"SmartSEM cannot be reached: {error}",
                            "start SmartSEM on this computer and log in") from error
        self._check(status, "InitialiseRemoting")
        self._api = api
        for key in ("AP_WD", "AP_STIG_X", "AP_STIG_Y"):
            self.limits[key] = self._limits(key)
        for key in ("AP_PIXEL_SIZE", "AP_STAGE_GOTO_X", "AP_STAGE_GOTO_Y"):
            try:
                self.limits[key] = self._limits(key)
            except WireError:
                # Not every parameter has limits that can be asked for: SmartSEM refuses by itself.
                self.limits[key] = (None, None)

    def close(self):
        if self._api is not None:
            self._call("ClosingControl")
            self._api = None

    # Calls of the control.

    def _call(self, name, *arguments):
        if self._api is None:
            self.open()
        try:
            return getattr(self._api, name)(*arguments)
        except Exception as error:
            # The object may be dead: the next command connects anew.
            self._api = None
            raise device_error("com", f"the connection to SmartSEM was lost in {name}: {error}",
                               "look at the instrument: whether the beam is blanked is not known") from error

    @staticmethod
    def _check(answer, what):
        """Returns what stands behind the status of an answer."""
        status, *rest = answer if isinstance(answer, (tuple, list)) else (answer,)
        if status == 0:
            return rest
        reason = CODES.get(status, "the reason is not documented")
        message = f"SmartSEM answers {what} with code {status}: {reason}"
        if status in GONE_CODES:
            raise WireError(503, "Disconnected", message, "start SmartSEM and log in")
        raise device_error(status, message)

    def _get(self, key):
        value, *_ = self._check(self._call("Get", key, 0), f"Get {key}")
        return value

    def _get_number(self, key):
        value = self._get(key)
        if isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value):
            return float(value)
        raise device_error("answer", f"SmartSEM answers Get {key} with {value!r}, and a number is needed")

    def _set(self, key, value):
        self._check(self._call("Set", key, self._number(float(value))), f"Set {key}")

    def _execute(self, command):
        self._check(self._call("Execute", command), f"Execute {command}")

    def _limits(self, key):
        low, high, *_ = self._check(self._call("GetLimits", key, 0.0, 0.0), f"GetLimits {key}")
        return float(low), float(high)

    def _pause(self, seconds):
        if self.abort.is_set():
            raise aborted()
        self._clock.sleep(seconds)

    def _until(self, is_so, limit_s, failure, pause=None):
        """Polls until something is so. failure: makes the error of which it dies otherwise."""
        pause = pause or self._pause
        end = self._clock.now() + limit_s
        while not is_so():
            if self._clock.now() >= end:
                raise failure()
            pause(POLL_S)

    def assert_inside(self, name, key, value):
        """Asks SmartSEM nothing: any thread may call it."""
        low, high = self.limits[key]
        # Limits are kept in 32 bit, too.
        if low is not None and not (low - 1e-6 * abs(low) <= value <= high + 1e-6 * abs(high)):
            raise out_of_range(name, value, f"in [{low:.7g}, {high:.7g}]")

    # Focus.

    def read_focus(self):
        return {
            "working_distance": self._get_number("AP_WD"),
            "stigmation": {"x": self._get_number("AP_STIG_X"), "y": self._get_number("AP_STIG_Y")},
        }

    def set_focus(self, working_distance=None, stigmation=None):
        """m and %. Nothing moves unless all of it is inside the limits. Returns the focus read back."""
        wanted = []
        if working_distance is not None:
            wanted.append(("working_distance", "AP_WD", working_distance, WORKING_DISTANCE_TOLERANCE_M))
        for axis, value in (stigmation or {}).items():
            wanted.append((f"stigmation_{axis}", f"AP_STIG_{axis.upper()}", value, STIGMATION_TOLERANCE_PERCENT))
        for name, key, value, _ in wanted:
            self.assert_inside(name, key, value)
        for _, key, value, _ in wanted:
            self._set(key, value)
        for name, key, value, tolerance in wanted:
            self._reach(name, key, value, tolerance)
        self._pause(SETTLE_S)
        # Once more: some values are taken back.
        for name, key, value, tolerance in wanted:
            self._reach(name, key, value, tolerance)
        return self.read_focus()

    def _reach(self, name, key, value, tolerance, limit_s=LANDING_S):
        self._until(
            lambda: abs(self._get_number(key) - value) <= tolerance,
            limit_s,
            lambda: device_error("read-back", f"{name} is {self._get_number(key):.9g} after {limit_s:g} s, but was set to {value:.9g}"),
        )

    # Beam.

    def is_blanked(self):
        value = self._get("DP_BEAM_BLANKING")
        word = f"{value:g}" if isinstance(value, (int, float)) else str(value).strip().lower()
        if word in BLANKED_WORDS:
            return True
        if word in UNBLANKED_WORDS:
            return False
        words = ", ".join(BLANKED_WORDS + UNBLANKED_WORDS)
        raise device_error("answer", f"SmartSEM answers Get DP_BEAM_BLANKING with {value!r}. Known are {words}",
                           "add the word to BLANKED_WORDS or UNBLANKED_WORDS in smartsem_bridge.py")

    def blank(self, blanked):
        """Not to be aborted."""
        self._set("DP_BEAM_BLANKING", 1 if blanked else 0)
        self._until(
            lambda: self.is_blanked() == blanked,
            LANDING_S,
            lambda: device_error("read-back", f"the beam is not {'' if blanked else 'un'}blanked after {LANDING_S:g} s",
                                 "blank it at the instrument"),
            self._clock.sleep,
        )
        self.is_left_on = not blanked

    def beam_current(self):
        return self._get_number("AP_IPROBE")

    # Stage.

    def read_stage(self):
        return {"x": self._get_number("AP_STAGE_AT_X"), "y": self._get_number("AP_STAGE_AT_Y")}

    def distance_from(self, position):
        """m"""
        here = self.read_stage()
        return math.hypot(here["x"] - position["x"], here["y"] - position["y"])

    def move_stage(self, x, y):
        self.assert_inside("stage_x", "AP_STAGE_GOTO_X", x)
        self.assert_inside("stage_y", "AP_STAGE_GOTO_Y", y)
        self._set("AP_STAGE_GOTO_X", x)
        self._set("AP_STAGE_GOTO_Y", y)
        # It is idle until it has begun.
        self._pause(SETTLE_S)
        self._until(
            lambda: self._get("DP_STAGE_IS") == "Idle",
            STAGE_LANDING_S,
            lambda: device_error("read-back", f"the stage is still moving after {STAGE_LANDING_S:g} s"),
        )
        self._reach("stage_x", "AP_STAGE_AT_X", x, STAGE_TOLERANCE_M)
        self._reach("stage_y", "AP_STAGE_AT_Y", y, STAGE_TOLERANCE_M)
        return self.read_stage()

    # Frames.

    def read_size(self):
        """Columns and rows. SmartSEM says "1024 * 768"."""
        text = str(self._get("DP_IMAGE_STORE"))
        numbers = [int(number) for number in re.findall(r"\d+", text)]
        if len(numbers) == 2:
            return numbers[0], numbers[1]
        raise device_error("answer", f"SmartSEM answers Get DP_IMAGE_STORE with {text!r}, and WIDTH * HEIGHT is needed")

    def read_rate(self):
        text = str(self._get("DP_SCANRATE"))
        numbers = re.findall(r"\d+", text)
        if len(numbers) >= 1 and int(numbers[0]) < len(DWELL_TIMES_S):
            return int(numbers[0])
        raise device_error("answer", f"SmartSEM answers Get DP_SCANRATE with {text!r}, and a number from 0 to {len(DWELL_TIMES_S) - 1} is needed")

    def read_pixel_size(self, width):
        return self._get_number("AP_PIXEL_SIZE") * DISPLAY_WIDTH / width

    def expose(self, width, height, dwell_s, pixel_m):
        """Returns pixels (bytes), bit depth and what the instrument says of the frame."""
        was_blanked = self.is_blanked()
        # A change of the store starts the scan.
        self.blank(True)
        try:
            actual_pixel_m, frame_s = self._set_raster(width, height, dwell_s, pixel_m)
            self._pause(SETTLE_S)
            self.blank(False)
            self._scan_one_frame(frame_s)
        except BaseException:
            self._execute_anyway("CMD_FREEZE_ALL")
            raise
        finally:
            self.blank(True)
        focus = self.read_focus()
        pixels, bit_depth = self._grab(width, height)
        if pixels == self._previous:
            raise device_error("frame", "the frame is the one before once more: it was not exposed anew",
                               "SmartSEM may be frozen: look at its screen")
        self._previous = pixels
        if not was_blanked:
            self.blank(False)
        return pixels, bit_depth, {
            **focus,
            "stage_position": self.read_stage(),
            "pixel_size": actual_pixel_m,
            "dwell_time": dwell_s,
            "passes": 1,
            "electrons_per_nm2": self.beam_current() * dwell_s / ELECTRON_C / (actual_pixel_m * 1e9) ** 2,
            "frame_time": frame_s,
            "acquired_at": self._clock.date().isoformat().replace("+00:00", "Z"),
        }

    def _set_raster(self, width, height, dwell_s, pixel_m):
        if self.read_size() != (width, height):
            # On command: the scan that the change starts is not to go on to its end.
            self._set("DP_FREEZE_ON", 2)
            self._set("DP_IMAGE_STORE", SIZES.index((width, height)))
            self._execute("CMD_FREEZE_ALL")
            self._until(
                lambda: self.read_size() == (width, height),
                LANDING_S,
                lambda: device_error("read-back", f"the frame is {self.read_size()} px, but was set to {(width, height)}"),
            )
        rate = DWELL_TIMES_S.index(dwell_s)
        self._execute(f"CMD_SCANRATE{rate}")
        self._until(
            lambda: self.read_rate() == rate,
            LANDING_S,
            lambda: device_error("read-back", f"the scan rate is {self.read_rate()}, but was set to {rate}",
                                 "this column may not have this dwell time"),
        )
        self._set("AP_PIXEL_SIZE", pixel_m * width / DISPLAY_WIDTH)
        self._until(
            lambda: abs(self.read_pixel_size(width) / pixel_m - 1) <= PIXEL_SIZE_TOLERANCE,
            LANDING_S,
            lambda: device_error("read-back", f"the pixel size is {self.read_pixel_size(width):.4g} m, but was set to {pixel_m:.4g} m"),
        )
        frame_s = self._get_number("AP_FRAME_TIME") / 1e3
        beam_s = width * height * dwell_s
        if frame_s > LONGEST_FRAME * (1.05 * beam_s + LINE_S * height):
            raise device_error("frame", f"SmartSEM says that a frame takes {frame_s:.3g} s, and its pixels need {beam_s:.3g} s",
                               "switch averaging and integration off (noise reduction: Pixel Avg.)")
        if frame_s < SHORTEST_FRAME * beam_s:
            raise device_error("frame", f"SmartSEM says that a frame takes {frame_s:.3g} s, and its pixels need {beam_s:.3g} s",
                               "switch the reduced raster off")
        return self.read_pixel_size(width), frame_s

    def _is_live(self):
        return str(self._get("DP_FROZEN")).strip().lower() in ("live", "0")

    def _scan_one_frame(self, frame_s):
        # At the end of the frame.
        self._set("DP_FREEZE_ON", 0)
        begin = self._clock.now()
        self._execute("CMD_UNFREEZE_ALL")
        self._until(self._is_live, LANDING_S,
                    lambda: device_error("frame", f"the scan has not begun after {LANDING_S:g} s", "look at the screen of SmartSEM"))
        self._execute("CMD_FREEZE_ALL")
        limit_s = 2 * frame_s + LANDING_S
        self._until(lambda: not self._is_live(), limit_s,
                    lambda: device_error("frame", f"the frame has not ended after {limit_s:.3g} s", "look at the screen of SmartSEM"))
        took_s = self._clock.now() - begin
        if took_s < SHORTEST_FRAME * frame_s:
            raise device_error("frame", f"the frame has ended after {took_s:.3g} s, and takes {frame_s:.3g} s: a part of it is older")

    def _execute_anyway(self, command):
        try:
            self._execute(command)
        except WireError:
            # The error that is on its way says more.
            pass

    def _grab(self, width, height):
        path = self._folder / "frame.tif"
        if path.exists():
            path.unlink()
        # In coordinates of the display; 0: as it is stored, without the overlay.
        self._check(self._call("Grab", 0, 0, 1024, 768, 0, str(path)), "Grab")
        end = self._clock.now() + LANDING_S
        while True:
            try:
                columns, rows, bit_depth, pixels = read_tiff(path.read_bytes())
                break
            except (OSError, WireError) as error:
                # It may not be there yet, or not as a whole.
                if self._clock.now() < end:
                    self._pause(POLL_S)
                    continue
                if isinstance(error, WireError):
                    raise
                raise device_error("frame", f"SmartSEM has written no frame to {path} after {LANDING_S:g} s") from error
        path.unlink()
        if (columns, rows) != (width, height):
            raise device_error("frame", f"the frame is {columns} x {rows} px, and {width} x {height} px were set")
        return pixels, bit_depth


def read_tiff(data):
    """Columns, rows, bit depth and rows of pixels (16 bit: little-endian) of a grey TIFF."""
    def unreadable(why):
        return device_error("frame", f"the frame cannot be read: {why}")

    try:
        if data[:4] != b"II*\0":
            raise unreadable(f"it begins with {data[:4]!r}, and a TIFF with {b'II*' + bytes(1)!r}")
        (directory,) = struct.unpack_from("<I", data, 4)
        (count,) = struct.unpack_from("<H", data, directory)
        tags = {}
        for entry in range(directory + 2, directory + 2 + 12 * count, 12):
            tag, kind, number = struct.unpack_from("<HHI", data, entry)
            letter = {3: "H", 4: "I"}.get(kind)
            if letter is None:
                continue
            size = struct.calcsize(letter) * number
            at = entry + 8 if size <= 4 else struct.unpack_from("<I", data, entry + 8)[0]
            tags[tag] = struct.unpack_from(f"<{number}{letter}", data, at)
        (width,), (height,), depth = tags[256], tags[257], tags[258]
        compression = tags.get(259, (1,))[0]
        meaning = tags[262][0]
        if compression != 1 or len(depth) != 1 or (depth[0], meaning) not in ((8, 1), (16, 1), (8, 3)):
            raise unreadable(f"compression {compression}, bits {depth}, photometric {meaning}; "
                             "compression 1 and photometric 1 with 8 or 16 bit can be read, photometric 3 with 8")
        pixels = b"".join(data[at:at + size] for at, size in zip(tags[273], tags[279]))
        if len(pixels) != width * height * depth[0] // 8:
            raise unreadable(f"it has {len(pixels)} bytes for {width} x {height} px of {depth[0]} bit")
        if meaning == 3:
            reds = tags[320][:256]
            pixels = pixels.translate(bytes(red >> 8 for red in reds))
        return width, height, depth[0], pixels
    except (struct.error, KeyError, IndexError, ValueError) as error:
        raise unreadable(f"it is cut off or no grey image ({error!r})") from error


def write_tiff(width, height, bit_depth, pixels, description):
    """A grey TIFF of one uncompressed strip, with a description in ASCII."""
    text = json.dumps(description).encode("ascii") + b"\0"
    tags = [(256, 4, 1, width), (257, 4, 1, height), (258, 3, 1, bit_depth), (259, 3, 1, 1),
            (262, 3, 1, 1), (270, 2, len(text), None), (273, 4, 1, None), (277, 3, 1, 1),
            (278, 4, 1, height), (279, 4, 1, len(pixels))]
    text_at = 8 + 2 + 12 * len(tags) + 4
    pixels_at = text_at + len(text) + len(text) % 2
    offsets = {270: text_at, 273: pixels_at}
    head = struct.pack("<4sIH", b"II*\0", 8, len(tags))
    for tag, kind, count, value in tags:
        head += struct.pack("<HHII", tag, kind, count, offsets.get(tag, value))
    return head + struct.pack("<I", 0) + text.ljust(pixels_at - text_at, b"\0") + pixels


class Job:
    """A command on its way through the thread of SmartSEM."""

    def __init__(self, route, run):
        self.route = route
        self.run = run
        self.done = threading.Event()
        self.value = None
        self.error = None


class Hold:
    """A client that is looked after, and the state in which it has found the instrument."""

    def __init__(self, focus, stage):
        self.focus = focus
        self.stage = stage
        self.id = secrets.token_urlsafe(16)
        self.ended = threading.Event()


# In place of the name of a hold: the bridge itself.
OWN = object()


class Bridge:
    """Carries commands out, one at a time, in the thread of SmartSEM."""

    def __init__(self, sem, clock, idle=lambda: None):
        """idle: called by the thread of SmartSEM now and then; Windows wants its messages read."""
        self._sem = sem
        self._clock = clock
        self._idle = idle
        self._jobs = queue.Queue()
        self._lock = threading.Lock()
        self._in_flight = None
        self._hold = None
        # Name of the hold that was lost last.
        self._lost = None
        self._last_used = clock.now()
        self.dose = {"frames": 0, "electrons_per_nm2": 0.0, "beam_on_time": 0.0}
        self.capabilities = None
        self.imaging = {}

    # The thread of SmartSEM.

    def work(self):
        """The life of that thread."""
        while True:
            try:
                job = self._jobs.get(timeout=POLL_S)
            except queue.Empty:
                self._idle()
                self._blank_if_forgotten()
                continue
            if job is None:
                return
            self._carry_out(job)

    def _carry_out(self, job):
        try:
            job.value = job.run()
        except WireError as error:
            job.error = error
            if error.body["error"]["tag"] == "Aborted":
                self._blank_anyway()
        except Exception as error:
            job.error = WireError(500, "Internal", f"defect of the bridge: {error!r}")
            self._blank_anyway()
        self._last_used = self._clock.now()
        with self._lock:
            self._in_flight = None
            self._sem.abort.clear()
        job.done.set()

    def _blank_anyway(self):
        try:
            self._sem.blank(True)
        except WireError as error:
            print(f"the beam could not be blanked: {error}", file=sys.stderr)

    def _blank_if_forgotten(self):
        is_in_use = self._in_flight is not None or self._hold is not None
        if is_in_use or not self._sem.is_left_on or self._clock.now() - self._last_used < IDLE_BLANK_S:
            return
        self._last_used = self._clock.now()
        self._blank_anyway()

    # Other threads.

    def command(self, route, run, hold=None, is_gone=lambda: False, limit_s=LANDING_S):
        """
        Runs something in the thread of SmartSEM, if nothing else is on its way, and waits for it.
        hold: name of the hold that the client says it has, or OWN for what the bridge does itself.
        """
        with self._lock:
            if self._in_flight is not None:
                raise busy(f"{route} must wait: {self._in_flight} is in flight")
            if hold is not OWN:
                self._assert_may_command(route, hold)
            self._in_flight = route
        job = Job(route, run)
        self._jobs.put(job)
        end = time.monotonic() + limit_s + ANSWER_MARGIN_S
        while not job.done.wait(POLL_S):
            if is_gone():
                self.abort()
            if time.monotonic() > end:
                self.abort()
                raise WireError(504, "Timeout", f"SmartSEM has not answered {route} within {limit_s + ANSWER_MARGIN_S:.0f} s",
                                "it may still carry it out; look at its screen")
        if job.error is not None:
            raise job.error
        return job.value

    @property
    def in_flight(self):
        return self._in_flight

    def abort(self):
        """Tells what is in flight to end. Returns its route."""
        with self._lock:
            if self._in_flight is not None:
                self._sem.abort.set()
            return self._in_flight

    def open(self):
        """Connects, and reads what does not change."""
        self.command("open", self._open)

    def _open(self):
        sem = self._sem
        sem.open()
        width, height = sem.read_size()
        self.imaging = {
            "resolution": [width, height],
            "dwell_time": DWELL_TIMES_S[sem.read_rate()],
            "hfw": sem.read_pixel_size(width) * width,
        }

        def described(unit, key=None, **more):
            low, high = sem.limits.get(key, (None, None))
            inside = {} if low is None else {"min": low, "max": high}
            return {"unit": unit, **inside, "settle_time": 0, "settable": True, **more}

        stigmation = {"settle_time": SETTLE_S, "read_back_tolerance": STIGMATION_TOLERANCE_PERCENT}
        stage = {"settle_time": SETTLE_S, "read_back_tolerance": STAGE_TOLERANCE_M}
        self.capabilities = {
            "api": "semfocus",
            "version": 1,
            "name": "smartsem",
            "is_simulated": False,
            "beam_current": sem.beam_current(),
            "passes": 1,
            "bit_depth": 8,
            "can_blank_beam": True,
            "can_hold": True,
            "parameters": {
                "working_distance": described("m", "AP_WD", settle_time=SETTLE_S,
                                              read_back_tolerance=WORKING_DISTANCE_TOLERANCE_M),
                "stigmation_x": described("%", "AP_STIG_X", **stigmation),
                "stigmation_y": described("%", "AP_STIG_Y", **stigmation),
                "stage_x": described("m", "AP_STAGE_GOTO_X", **stage),
                "stage_y": described("m", "AP_STAGE_GOTO_Y", **stage),
                "width": described("px", choices=sorted(width for width, _ in SIZES)),
                "height": described("px", choices=sorted(height for _, height in SIZES)),
                "pixel_size": described("m"),
                "dwell_time": described("s", choices=DWELL_TIMES_S),
            },
        }

    def _assert_may_command(self, route, hold):
        if self._hold is None:
            if hold is not None:
                raise disconnected(f"{route} is refused: its hold is over")
        elif self._hold.id != hold or hold == self._lost:
            raise busy(f"{route} must wait: another client holds the microscope")

    def hold(self, is_gone, send):
        """
        Keeps the microscope for one client until it ends the hold or is gone. send: takes an object
        for the client. What a client that is gone leaves behind is put back to where it was.
        """
        begin = self.command("/hold/begin", lambda: (self._sem.read_focus(), self._sem.read_stage()))
        mine = Hold(*begin)
        with self._lock:
            if self._hold is not None:
                raise busy("/hold/begin must wait: another client holds the microscope")
            self._hold = mine
        try:
            send({"hold": mine.id})
            beat = time.monotonic() + HOLD_BEAT_S
            while not mine.ended.wait(POLL_S):
                if is_gone():
                    raise ConnectionError("the client is gone")
                if time.monotonic() >= beat:
                    send({"status": "held"})
                    beat += HOLD_BEAT_S
        except OSError:
            self._lost = mine.id
            self._put_back(mine)
        finally:
            self._hold = None

    def _put_back(self, hold):
        def run():
            # The beam first: it must not wait for what may fail or take long.
            self._blank_anyway()
            self._sem.set_focus(**hold.focus)
            if self._sem.distance_from(hold.stage) > STAGE_TOLERANCE_M:
                self._sem.move_stage(**hold.stage)

        end = time.monotonic() + ANSWER_MARGIN_S
        while True:
            self.abort()
            try:
                self.command("the way back", run, OWN, limit_s=STAGE_LANDING_S)
                return
            except WireError as error:
                if error.body["error"]["tag"] != "Busy" or time.monotonic() > end:
                    print(f"a client is gone, and the start could not be put back: {error}", file=sys.stderr)
                    return
            time.sleep(POLL_S)

    def end_hold(self, hold):
        with self._lock:
            mine = self._hold
        if hold == self._lost:
            raise disconnected("/hold/end came too late: this client was lost before")
        if mine is None or not hmac.compare_digest(mine.id.encode(), hold.encode()):
            raise invalid("no hold of this name is there")
        try:
            self.command("/hold/end", lambda: self._sem.blank(True), hold)
        finally:
            mine.ended.set()

    def close(self):
        """
        Aborts, puts back what a client holds, blanks the beam, and lets SmartSEM go. Raises WireError
        if the beam may be on.
        """
        def run():
            self._sem.blank(True)
            self._sem.close()

        end = time.monotonic() + LANDING_S
        while self.abort() is not None and time.monotonic() < end:
            time.sleep(POLL_S)
        hold = self._hold
        if hold is not None:
            self._put_back(hold)
        try:
            self.command("close", run, OWN)
        finally:
            self._jobs.put(None)


# Routes.

def assert_fields(body, allowed, what="the body"):
    unknown = sorted(set(body) - set(allowed))
    if unknown:
        raise invalid(f"{what} has the unknown field {unknown[0]}. Known are {', '.join(sorted(allowed)) or 'none'}")


def shortened(value):
    text = json.dumps(value)
    return text if len(text) <= 80 else f"{text[:80]}..."


def number(value, name):
    try:
        if not isinstance(value, bool) and isinstance(value, (int, float)) and math.isfinite(value):
            return float(value)
    except OverflowError:
        # A whole number with more than 308 digits.
        pass
    raise invalid(f"{name} must be a finite number. Received {shortened(value)}")


def pair(value, name, may_be_partial=False):
    axes = set(value) if isinstance(value, dict) else set()
    if axes == {"x", "y"} or (may_be_partial and axes and axes < {"x", "y"}):
        return {axis: number(value[axis], f"{name}.{axis}") for axis in sorted(axes)}
    raise invalid(f'{name} must be {{"x": number, "y": number}}. Received {shortened(value)}')


def resolution(value):
    size = tuple(value) if isinstance(value, list) else ()
    if size in SIZES:
        return list(SIZES[SIZES.index(size)])
    sizes = ", ".join(f"{width} x {height}" for width, height in sorted(SIZES))
    if len(size) == 2 and all(isinstance(part, int) for part in size):
        raise out_of_range("width", size[0], f"that of one of {sizes} px, and the height is {size[1]} px")
    raise invalid(f"resolution must be one of {sizes} px. Received {shortened(value)}")


def dwell_time(value):
    wanted = number(value, "dwell_time")
    for choice in DWELL_TIMES_S:
        if abs(wanted - choice) <= 1e-6 * choice:
            return choice
    raise out_of_range("dwell_time", wanted, f"one of {', '.join(f'{choice:g}' for choice in DWELL_TIMES_S)} s")


def field_width(value):
    wanted = number(value, "field_of_view")
    if wanted > 0:
        return wanted
    raise out_of_range("field_of_view", wanted, "above 0 m")


def focus_of(value):
    if not isinstance(value, dict) or not value:
        raise invalid("value must have working_distance, stigmation or both")
    assert_fields(value, ("working_distance", "stigmation"), "value")
    focus = {}
    if "working_distance" in value:
        focus["working_distance"] = number(value["working_distance"], "working_distance")
    if "stigmation" in value:
        focus["stigmation"] = pair(value["stigmation"], "stigmation", may_be_partial=True)
    return focus


def imaging_of(settings, present):
    """Size, dwell time and width of the frame that the settings of a request mean."""
    chosen = {key: value for key, value in (settings or {}).items() if value is not None}
    if chosen.pop("reduced_area", None) is not None:
        raise unsupported("this bridge has no reduced raster")
    own = {
        "resolution": resolution(chosen.pop("resolution", present["resolution"])),
        "dwell_time": dwell_time(chosen.pop("dwell_time", present["dwell_time"])),
        "hfw": field_width(chosen.pop("hfw", present["hfw"])),
    }
    assert_beam(chosen.pop("beam_type", "ELECTRON"))
    for key, value in chosen.items():
        # Once is what happens anyway.
        is_once = value == 1 and value is not True
        if value is not False and not is_once and not isinstance(value, str):
            raise unsupported(f"this bridge cannot do {key}: {shortened(value)}")
    return own


def assert_beam(beam):
    if not isinstance(beam, str) or beam.upper() != "ELECTRON":
        raise invalid(f"beam_type must be ELECTRON. Received {shortened(beam)}")


class Routes:
    """What a bridge does for each path. Answers are objects, or bytes of a TIFF."""

    def __init__(self, bridge, sem):
        self._bridge = bridge
        self._sem = sem

    def answer(self, path, body, hold, is_gone):
        bridge, sem = self._bridge, self._sem
        free = {
            "/health": lambda: {"status": "ok", "manufacturer": "smartsem", "busy": bridge.in_flight},
            "/abort": lambda: {"status": "ok", "aborted": bridge.abort()},
            "/capabilities": lambda: bridge.capabilities,
            "/dose/get": lambda: {"value": bridge.dose},
            "/hold/end": lambda: self._end_hold(body),
        }
        if path == "/hold/end":
            assert_fields(body, ("hold",))
            return free[path]()
        if path == "/acquire_image":
            return self._acquire(body, hold, is_gone)
        getters = {
            "/working_distance/get": lambda: sem.read_focus()["working_distance"],
            "/stigmation/get": lambda: sem.read_focus()["stigmation"],
            "/focus/get": sem.read_focus,
            "/beam_current/get": sem.beam_current,
            "/stage_position/get": sem.read_stage,
            "/beam_blank/get": sem.is_blanked,
            "/resolution/get": lambda: bridge.imaging["resolution"],
            "/dwell_time/get": lambda: bridge.imaging["dwell_time"],
            "/field_of_view/get": lambda: bridge.imaging["hfw"],
        }
        setters = {
            "/working_distance/set": self._set_working_distance,
            "/stigmation/set": self._set_stigmation,
            "/focus/set": lambda value: (lambda focus: lambda: sem.set_focus(**focus))(focus_of(value)),
            "/stage_position/set": self._set_stage,
            "/beam_blank/set": self._set_blank,
            "/resolution/set": lambda value: self._keep("resolution", resolution(value)),
            "/dwell_time/set": lambda value: self._keep("dwell_time", dwell_time(value)),
            "/field_of_view/set": lambda value: self._keep("hfw", field_width(value)),
        }
        if path in free or path in getters:
            assert_fields(body, ("beam_type",))
            assert_beam(body.get("beam_type", "ELECTRON"))
            if path in free:
                return free[path]()
            return {"value": bridge.command(path, getters[path], hold, is_gone)}
        if path in setters:
            assert_fields(body, ("beam_type", "value"))
            assert_beam(body.get("beam_type", "ELECTRON"))
            if "value" not in body:
                raise invalid("value is missing")
            run = setters[path](body["value"])
            limit_s = STAGE_LANDING_S if path == "/stage_position/set" else 4 * LANDING_S
            return {"value": bridge.command(path, run, hold, is_gone, limit_s)}
        raise WireError(404, "NotFound", f"there is no route {path}")

    def _end_hold(self, body):
        if not isinstance(body.get("hold"), str):
            raise invalid("hold must be text")
        self._bridge.end_hold(body["hold"])
        return {"status": "ok"}

    def _set_working_distance(self, value):
        wanted = number(value, "working_distance")
        return lambda: self._sem.set_focus(working_distance=wanted)["working_distance"]

    def _set_stigmation(self, value):
        wanted = pair(value, "stigmation")
        return lambda: self._sem.set_focus(stigmation=wanted)["stigmation"]

    def _set_stage(self, value):
        wanted = pair(value, "stage_position")
        return lambda: self._sem.move_stage(**wanted)

    def _set_blank(self, value):
        if not isinstance(value, bool):
            raise invalid(f"value must be true or false. Received {shortened(value)}")

        def run():
            self._sem.blank(value)
            return self._sem.is_blanked()

        return run

    def _keep(self, name, value):
        def run():
            self._bridge.imaging[name] = value
            return value

        return run

    def _acquire(self, body, hold, is_gone):
        assert_fields(body, ("beam_type", "image_settings"))
        assert_beam(body.get("beam_type", "ELECTRON"))
        settings = body.get("image_settings")
        if settings is not None and not isinstance(settings, dict):
            raise invalid("image_settings must be an object or null")
        imaging = imaging_of(settings, self._bridge.imaging)
        width, height = imaging["resolution"]
        pixel_m = imaging["hfw"] / width
        self._sem.assert_inside(f"pixel_size of {DISPLAY_WIDTH} columns", "AP_PIXEL_SIZE", pixel_m * width / DISPLAY_WIDTH)

        def run():
            pixels, bit_depth, actual = self._sem.expose(width, height, imaging["dwell_time"], pixel_m)
            dose = self._bridge.dose
            self._bridge.dose = {
                "frames": dose["frames"] + 1,
                "electrons_per_nm2": dose["electrons_per_nm2"] + actual["electrons_per_nm2"],
                "beam_on_time": dose["beam_on_time"] + actual["frame_time"],
            }
            side = actual["pixel_size"]
            described = {
                "image": {"beam_type": "ELECTRON", **imaging, "reduced_area": None,
                          "line_integration": None, "frame_integration": None},
                "pixel_size": {"x": side, "y": side},
                "semfocus": {"version": 1, **actual},
            }
            return write_tiff(width, height, bit_depth, pixels, described)

        frame_s = 2 * width * height * imaging["dwell_time"]
        return self._bridge.command("/acquire_image", run, hold, is_gone, 2 * frame_s + 6 * LANDING_S)


class Handler(BaseHTTPRequestHandler):
    """HTTP of one connection, which is closed after one answer."""

    protocol_version = "HTTP/1.1"
    # For a request to arrive.
    timeout = 10

    def do_GET(self):
        self._respond("GET")

    def do_POST(self):
        self._respond("POST")

    def log_message(self, *_):
        """The commands are logged by the client."""

    def _respond(self, method):
        self.close_connection = True
        try:
            try:
                self._answer(method, self.path.split("?")[0])
            except WireError as error:
                self._send_json(error.status, error.body)
        except OSError:
            # The client is gone; what it had in flight was aborted.
            pass

    def _answer(self, method, path):
        # First: an answer may be lost on a connection that is closed with something unread.
        text = self._text()
        self._assert_allowed(path)
        if method == "GET" and path != "/health":
            raise WireError(405, "MethodNotAllowed", f"{path} takes POST")
        body = self._object(text)
        if path == "/hold/begin":
            assert_fields(body, ())
            self.server.bridge.hold(self._is_gone, self._send_line)
            return
        answer = self.server.routes.answer(path, body, self.headers.get("Semfocus-Hold"), self._is_gone)
        if isinstance(answer, bytes):
            self._send(200, "image/tiff", answer)
        else:
            self._send_json(200, answer)

    def _assert_allowed(self, path):
        host = self.headers.get("Host", "").rsplit(":", 1)[0].strip("[]")
        here = self.connection.getsockname()[0]
        if host not in ("localhost", here):
            raise WireError(421, "Misdirected", f"Host must be localhost or {here}. Received {host}")
        if self.headers.get("Origin") is not None:
            raise WireError(403, "Forbidden", "a web page may not drive the microscope")
        token = self.server.token
        if token is None or path == "/health":
            return
        given = self.headers.get("Authorization", "")
        if not hmac.compare_digest(given.encode(), f"Bearer {token}".encode()):
            raise WireError(401, "Unauthorized", "the token is missing or wrong", "send Authorization: Bearer TOKEN")

    def _text(self):
        if self.headers.get("Transfer-Encoding") is not None:
            raise invalid("a body needs a Content-Length", 400)
        length = self.headers.get("Content-Length", "0")
        if not length.isascii() or not length.isdigit():
            raise invalid(f"Content-Length must be a number. Received {length}", 400)
        if int(length) > MAX_BODY_BYTES:
            raise invalid(f"a body must not have more than {MAX_BODY_BYTES} bytes. Received {length}", 413)
        try:
            return self.rfile.read(int(length))
        except socket.timeout as error:
            raise WireError(408, "Timeout", "the request did not arrive in time") from error

    def _object(self, text):
        if not text:
            return {}
        if self.headers.get_content_type() != "application/json":
            raise invalid("Content-Type must be application/json", 415)
        try:
            body = json.loads(text, parse_constant=self._refuse_constant)
        except (ValueError, RecursionError) as error:
            raise invalid(f"the body is no JSON: {error}", 400) from error
        if not isinstance(body, dict):
            raise invalid("the body must be an object")
        return body

    @staticmethod
    def _refuse_constant(name):
        raise ValueError(f"{name} is no number")

    def send_error(self, code, message=None, explain=None):
        """What the library refuses: no HTTP, or a method that no route takes."""
        self.close_connection = True
        if code == 501:
            code, tag = 405, "MethodNotAllowed"
        else:
            tag = "Invalid"
        self._send_json(code, WireError(code, tag, message or "the request cannot be read").body)

    def _is_gone(self):
        try:
            readable, _, _ = select.select([self.connection], [], [], 0)
            return bool(readable) and self.connection.recv(1, socket.MSG_PEEK) == b""
        except OSError:
            return True

    def _send(self, status, kind, data):
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(data)))
        self.send_header("Connection", "close")
        if status == 405:
            self.send_header("Allow", "POST")
        self.end_headers()
        self.wfile.write(data)

    def _send_json(self, status, value):
        self._send(status, "application/json", json.dumps(value).encode())

    def _send_line(self, value):
        if "hold" in value:
            self.send_response(200)
            self.send_header("Content-Type", "application/x-ndjson")
            self.send_header("Connection", "close")
            self.end_headers()
        self.wfile.write(json.dumps(value).encode() + b"\n")
        self.wfile.flush()


class Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, address, bridge, sem, token=None):
        super().__init__(address, Handler)
        self.bridge = bridge
        self.routes = Routes(bridge, sem)
        self.token = token


def serve(connect, number_of, host, port, token, *, enter=lambda: None, idle=lambda: None, ready=print):
    """
    Serves until it is told to stop, and leaves the beam blanked. Returns the exit code.

    enter, idle: called by the thread of SmartSEM, once and now and then.
    """
    clock = RealClock()
    with tempfile.TemporaryDirectory() as folder:
        sem = SmartSem(connect, number_of, clock, folder)
        bridge = Bridge(sem, clock, idle)

        def life():
            enter()
            bridge.work()

        threading.Thread(target=life, daemon=True).start()
        try:
            bridge.open()
        except WireError as error:
            print(f"error: {error}", file=sys.stderr)
            return 2
        server = Server((host, port), bridge, sem, token)
        stop = threading.Event()
        for name in ("SIGINT", "SIGTERM", "SIGBREAK"):
            if hasattr(signal, name):
                signal.signal(getattr(signal, name), lambda *_: stop.set())
        threading.Thread(target=server.serve_forever, daemon=True).start()
        ready(f"SmartSEM at http://{host}:{server.server_address[1]}; Ctrl-C ends it and blanks the beam")
        while not stop.wait(0.2):
            pass
        server.shutdown()
        try:
            bridge.close()
        except WireError as error:
            print(f"error: {error}\nblank the beam at the instrument", file=sys.stderr)
            return 1
        print("the beam is blanked")
        return 0


def read_token(path):
    return Path(path).read_text(encoding="ascii").strip()


def main(arguments=None):
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on; any but 127.0.0.1 needs a token")
    parser.add_argument("--port", type=int, default=8001)
    parser.add_argument("--token-file", help="file with the token that each request must carry")
    options = parser.parse_args(arguments)
    try:
        token = options.token_file and read_token(options.token_file)
    except (OSError, UnicodeError) as error:
        parser.error(f"--token-file cannot be read: {error}")
    if token is not None and len(token) < LEAST_TOKEN:
        parser.error(f"--token-file must hold at least {LEAST_TOKEN} characters. Received {len(token)}")
    if token is None and not ipaddress.ip_address(options.host).is_loopback:
        parser.error(f"--host {options.host} can be reached by others: give a --token-file")
    try:
        import pythoncom
        from win32com.client import VARIANT, Dispatch
    except ImportError:
        parser.error("pywin32 is missing: run this on the computer of SmartSEM, after `python -m pip install pywin32`")
    return serve(
        lambda: Dispatch("CZ.EMApiCtrl.1"),
        lambda value: VARIANT(pythoncom.VT_R4, value),
        options.host,
        options.port,
        token,
        enter=pythoncom.CoInitialize,
        idle=pythoncom.PumpWaitingMessages,
    )


if __name__ == "__main__":
    sys.exit(main())

"""A SmartSEM that is none: the control as far as it is documented, and its faults as switches."""
import struct
import threading
from datetime import datetime, timezone
from pathlib import Path

SIZES = [(1024, 768), (512, 384), (2048, 1536), (3072, 2304), (4096, 3072), (5120, 3840),
         (6144, 4608), (8192, 6144)]
LIMITS = {
    "AP_WD": (0.001, 0.05),
    "AP_STIG_X": (-100.0, 100.0),
    "AP_STIG_Y": (-100.0, 100.0),
    "AP_PIXEL_SIZE": (1e-10, 1e-4),
    "AP_STAGE_GOTO_X": (0.0, 0.13),
    "AP_STAGE_GOTO_Y": (0.0, 0.13),
}


class FakeClock:
    """Time passes when somebody sleeps."""

    def __init__(self):
        self._now = 1000.0
        self._due = []

    def now(self):
        return self._now

    def sleep(self, seconds):
        self._now += seconds
        for entry in [entry for entry in self._due if entry[0] <= self._now]:
            self._due.remove(entry)
            entry[1]()

    def later(self, seconds, action):
        self._due.append((self._now + seconds, action))

    @staticmethod
    def date():
        return datetime(2026, 11, 30, 12, 0, 0, tzinfo=timezone.utc)


class Float32:
    """What VARIANT(VT_R4, value) does to a number."""

    def __init__(self, value):
        (self.value,) = struct.unpack("<f", struct.pack("<f", value))


class ComError(Exception):
    """As pywintypes.com_error."""


class StandIn:
    """
    faults: any of
        late       values land half a second after they were set
        clamp      values beyond a limit are brought to it, and status 0 is answered
        no-op      nothing is set, and status 0 is answered
        slip       a working distance goes back after it has landed
        rate       scan rate 0 is not there: 1 is taken
        average    frames are averaged
        stale      the scan runs, and the frame in store stays as it is
        frozen     the scan does not start
        endless    the scan does not stop
        early      the scan stops in the middle of a frame
        no-file    Grab answers 0 and writes nothing
        slow-file  the file is complete a while after Grab has answered
        cut        the file is cut off
        text       a read comes as text with a unit
        words      blanking is answered with a word that is not known
        stuck      the beam cannot be blanked
    """

    def __init__(self, clock, *faults, bits=8, palette=False):
        self.clock = clock
        self.faults = set(faults)
        self.bits = bits
        self.palette = palette
        self.thread = threading.get_ident()
        self.codes = {}
        self.is_dead = False
        self.gate = None
        self.at_gate = threading.Event()
        self.calls = []
        self.values = {
            "AP_WD": 0.0045, "AP_STIG_X": 2.0, "AP_STIG_Y": -1.0, "AP_IPROBE": 1.5e-9,
            "AP_PIXEL_SIZE": 1e-8, "AP_STAGE_AT_X": 0.065, "AP_STAGE_AT_Y": 0.06,
            "DP_BEAM_BLANKING": 0.0, "DP_FREEZE_ON": 0.0, "rate": 1, "store": 0,
        }
        self._pending = []
        self._scan_begun = None
        self._freeze_at = None
        self._is_stage_moving_until = 0.0
        self._exposed = 0
        self._stored = b""
        self._beam_since = clock.now()
        # Seconds of beam on the specimen.
        self.beam_s = 0.0

    # The control.

    def InitialiseRemoting(self):
        self._begin("InitialiseRemoting")
        return self.codes.get("InitialiseRemoting", 0)

    def ClosingControl(self):
        self._begin("ClosingControl")
        return 0

    def GetLimits(self, key, _low, _high):
        self._begin(f"GetLimits {key}")
        if key not in LIMITS:
            return 1032, 0.0, 0.0
        return (0, *(Float32(limit).value for limit in LIMITS[key]))

    def Get(self, key, _value):
        self._begin(f"Get {key}")
        if key in self.codes:
            return self.codes[key], None
        if "text" in self.faults and key == "AP_WD":
            return 0, f"WD = {1e3 * self.values['AP_WD']:.1f} mm"
        if key == "DP_FROZEN":
            return 0, "Live" if self._scan_begun is not None else "Frozen"
        if key == "DP_IMAGE_STORE":
            return 0, "{} * {}".format(*SIZES[self.values["store"]])
        if key == "DP_SCANRATE":
            return 0, str(self.values["rate"])
        if key == "AP_FRAME_TIME":
            return 0, Float32(1e3 * self.frame_s()).value
        if key == "DP_STAGE_IS":
            return 0, "Busy" if self.clock.now() < self._is_stage_moving_until else "Idle"
        if key == "DP_BEAM_BLANKING":
            if "words" in self.faults:
                return 0, "Perhaps"
            return 0, "On" if self.values[key] else "Off"
        return 0, Float32(self.values[key]).value

    def Set(self, key, variant):
        self._begin(f"Set {key} {variant.value:.9g}")
        value = variant.value
        if key in self.codes:
            return self.codes[key], variant
        low, high = LIMITS.get(key, (-1e9, 1e9))
        if not Float32(low).value <= value <= Float32(high).value:
            if "clamp" not in self.faults:
                return (1007 if value < low else 1008), variant
            value = min(max(value, low), high)
        if "no-op" in self.faults and key.startswith("AP_"):
            return 0, variant
        if key == "DP_IMAGE_STORE":
            self.values["store"] = int(value)
            self._start_scan()
        elif key == "DP_BEAM_BLANKING":
            if not ("stuck" in self.faults and value == 1):
                self._count_beam()
                self.values[key] = value
        elif key.startswith("AP_STAGE_GOTO_"):
            self._is_stage_moving_until = self.clock.now() + 3
            self._pending.append((self.clock.now() + 2.9, key.replace("GOTO", "AT"), value))
        elif "late" in self.faults and key.startswith("AP_"):
            self._pending.append((self.clock.now() + 0.5, key, value))
        else:
            if "slip" in self.faults and key == "AP_WD":
                self._pending.append((self.clock.now() + 0.1, key, self.values[key]))
            self.values[key] = value
        return 0, variant

    def Execute(self, command):
        self._begin(f"Execute {command}")
        if command in self.codes:
            return self.codes[command]
        if command.startswith("CMD_SCANRATE"):
            rate = int(command[12:])
            self.values["rate"] = 1 if rate == 0 and "rate" in self.faults else rate
        elif command == "CMD_UNFREEZE_ALL" and "frozen" not in self.faults:
            self._start_scan()
        elif command == "CMD_FREEZE_ALL" and self._scan_begun is not None:
            if self.values["DP_FREEZE_ON"] == 2:
                self._scan_begun = None
            elif "endless" not in self.faults:
                share = 0.5 if "early" in self.faults else 1
                self._freeze_at = self._scan_begun + share * self.frame_s()
        return 0

    def Grab(self, x, y, width, height, reduction, path):
        self._begin(f"Grab {x} {y} {width} {height} {reduction}")
        data = tiff(*SIZES[self.values["store"]], self.bits, self._stored, self.palette)
        if "cut" in self.faults:
            data = data[:len(data) // 2]
        if "no-file" in self.faults:
            return 0
        if "slow-file" in self.faults:
            Path(path).write_bytes(data[:100])
            self.clock.later(0.05, lambda: Path(path).write_bytes(data))
        else:
            Path(path).write_bytes(data)
        return 0

    # What stands behind it.

    def frame_s(self):
        width, height = SIZES[self.values["store"]]
        times = 4 if "average" in self.faults else 1
        return times * (1.05 * width * height * 50e-9 * 2**self.values["rate"] + 57e-6 * height)

    def is_beam_on(self):
        return self.values["DP_BEAM_BLANKING"] == 0

    def _begin(self, call):
        if threading.get_ident() != self.thread:
            raise ComError("called from another thread than the one that has made it")
        self.calls.append(call)
        if self.gate is not None and call.startswith(self.gate[0]):
            _, gate = self.gate
            self.gate = None
            self.at_gate.set()
            gate.wait(20)
        if self.is_dead:
            raise ComError("(-2147023174, 'The RPC server is unavailable.', None, None)")
        self._count_beam()
        now = self.clock.now()
        for due, key, value in [entry for entry in self._pending if entry[0] <= now]:
            self.values[key] = value
            self._pending.remove((due, key, value))
        if self._freeze_at is not None and now >= self._freeze_at:
            self._scan_begun = self._freeze_at = None
            if "stale" not in self.faults or self._exposed == 0:
                self._expose()

    def _start_scan(self):
        self._scan_begun = self.clock.now()
        self._freeze_at = None

    def _count_beam(self):
        now = self.clock.now()
        if self.is_beam_on():
            self.beam_s += now - self._beam_since
        self._beam_since = now

    def _expose(self):
        """Grey values that answer to the working distance and differ from frame to frame."""
        self._exposed += 1
        width, height = SIZES[self.values["store"]]
        seed = self._exposed * 7919 + round(1e9 * self.values["AP_WD"])
        row = bytes((i * i + seed * (i + 1)) % 251 for i in range(width * self.bits // 8))
        shift = self._exposed % width + 1
        self._stored = b"".join(row[-(shift + y) % width:] + row[:-(shift + y) % width] for y in range(height))


def tiff(width, height, bits, pixels, palette):
    """As SmartSEM writes: strips of 64 rows, some with a palette."""
    pitch = width * bits // 8
    strips = [pixels[i:i + 64 * pitch] for i in range(0, max(len(pixels), 1), 64 * pitch)]
    body = b"II*\0" + struct.pack("<I", 0)
    offsets = []
    for strip in strips:
        offsets.append(len(body))
        body += strip

    def table(letter, values):
        nonlocal body
        body += b"\0" * (len(body) % 2)
        at = len(body)
        body += struct.pack(f"<{len(values)}{letter}", *values)
        return at

    tags = [(256, 3, 1, width), (257, 3, 1, height), (258, 3, 1, bits), (259, 3, 1, 1),
            (262, 3, 1, 3 if palette else 1), (273, 4, len(strips), table("I", offsets) if len(strips) > 1 else offsets[0]),
            (277, 3, 1, 1), (278, 3, 1, 64),
            (279, 4, len(strips), table("I", list(map(len, strips))) if len(strips) > 1 else len(strips[0]))]
    if palette:
        tags.append((320, 3, 768, table("H", [(255 - grey) * 257 for grey in range(256)] * 3)))
    body += b"\0" * (len(body) % 2)
    directory = len(body)
    body += struct.pack("<H", len(tags))
    for tag, kind, count, value in sorted(tags):
        packed = struct.pack("<HH", value, 0) if kind == 3 and count == 1 else struct.pack("<I", value)
        body += struct.pack("<HHI", tag, kind, count) + packed
    return body[:4] + struct.pack("<I", directory) + body[8:] + struct.pack("<I", 0)

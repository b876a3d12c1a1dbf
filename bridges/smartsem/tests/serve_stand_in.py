"""
The bridge in front of a stand-in, in real time. With the URL of a running `semfocus serve` its frames
are rendered there, and a loop can be closed over the bridge.

    python serve_stand_in.py PORT [URL]
"""
import json
import sys
import urllib.request
from pathlib import Path

here = Path(__file__).parent
sys.path[:0] = [str(here.parent), str(here)]

import smartsem_bridge as bridge
from stand_in import SIZES, Float32, StandIn

port, renderer = int(sys.argv[1]), sys.argv[2] if len(sys.argv) > 2 else None
made = []


def ask(path, body):
    request = urllib.request.Request(renderer + path, json.dumps(body).encode(), {"Content-Type": "application/json"})
    with urllib.request.urlopen(request) as answer:
        return answer.read()


class Rendered(StandIn):
    """Shows the specimen of `semfocus serve` as the stand-in is set."""

    def _expose(self):
        values = self.values
        ask("/focus/set", {"value": {
            "working_distance": values["AP_WD"],
            "stigmation": {"x": values["AP_STIG_X"], "y": values["AP_STIG_Y"]},
        }})
        _, _, self.bits, self._stored = bridge.read_tiff(ask("/acquire_image", {"image_settings": {
            "resolution": SIZES[values["store"]],
            "dwell_time": bridge.DWELL_TIMES_S[values["rate"]],
            "hfw": values["AP_PIXEL_SIZE"] * bridge.DISPLAY_WIDTH,
        }}))


def connect():
    made.append((Rendered if renderer else StandIn)(bridge.RealClock()))
    return made[-1]


def say(text):
    print(text, flush=True)


code = bridge.serve(connect, Float32, "127.0.0.1", port, None, ready=say)
print(f"beam on: {made[-1].is_beam_on()}")
sys.exit(code)

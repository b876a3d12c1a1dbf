"""The bridge in front of a stand-in, in real time: python serve_stand_in.py PORT"""
import sys
from pathlib import Path

here = Path(__file__).parent
sys.path[:0] = [str(here.parent), str(here)]

import smartsem_bridge as bridge
from stand_in import Float32, StandIn

made = []


def connect():
    made.append(StandIn(bridge.RealClock()))
    return made[-1]


def say(text):
    print(text, flush=True)


code = bridge.serve(connect, Float32, "127.0.0.1", int(sys.argv[1]), None, ready=say)
print(f"beam on: {made[-1].is_beam_on()}")
sys.exit(code)

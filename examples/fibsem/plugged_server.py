"""
The server of fibsem-os as it is, with its Demo microscope as it is but for one method: frames are
rendered by a running `semfocus serve`, with the working distance, the stigmators and the stage of the
Demo. Noise and text in place of a specimen is what they show otherwise.

    python plugged_server.py PORT URL-OF-SEMFOCUS-SERVE
"""
import io
import json
import sys
import urllib.request

import tifffile
from fibsem import utils
from fibsem.server.server import FibsemServer
from fibsem.structures import BeamType

port, renderer = int(sys.argv[1]), sys.argv[2]


def ask(path, body):
    request = urllib.request.Request(renderer + path, json.dumps(body).encode(), {"Content-Type": "application/json"})
    with urllib.request.urlopen(request) as answer:
        return answer.read()


microscope, _ = utils.setup_session(manufacturer="Demo", ip_address="localhost")
acquire_noise = microscope.acquire_image


def acquire_image(image_settings=None, beam_type=None):
    image = acquire_noise(image_settings=image_settings, beam_type=beam_type)
    settings = image.metadata.image_settings
    if settings.beam_type is not BeamType.ELECTRON:
        return image
    stigmation = microscope.get_stigmation(BeamType.ELECTRON)
    stage = microscope.get_stage_position()
    ask("/focus/set", {"value": {
        "working_distance": microscope.get_working_distance(BeamType.ELECTRON),
        "stigmation": {"x": stigmation.x, "y": stigmation.y},
    }})
    ask("/stage_position/set", {"value": {"x": stage.x, "y": stage.y}})
    area = settings.reduced_area
    frame = ask("/acquire_image", {"image_settings": {
        "resolution": list(settings.resolution),
        "dwell_time": settings.dwell_time,
        "hfw": settings.hfw,
        "reduced_area": area and {"left": area.left, "top": area.top, "width": area.width, "height": area.height},
    }})
    image.data = tifffile.imread(io.BytesIO(frame))
    return image


microscope.acquire_image = acquire_image
FibsemServer(microscope, host="127.0.0.1", port=port).run()

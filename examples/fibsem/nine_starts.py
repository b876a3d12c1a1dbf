"""
`semfocus focus` through an unmodified fibsem-os server, from the starts of a run in one process, and
both beside each other. Called by try-fibsem.sh.

    python nine_starts.py RECORDS.jsonl WORK-FOLDER SEMFOCUS [ARGUMENT...]
"""
import json
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

here = Path(__file__).parent
records_file, work, semfocus = sys.argv[1], Path(sys.argv[2]), sys.argv[3:]
preset = json.loads((here / "preset.json").read_text())
names = ("workingDistanceUm", "stigmatorX", "stigmatorY")
# As preset.json says: no range in which it is drawn.
best = dict(zip(names, (4500, *preset["stigmator"]["optimum"].values())))


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def start(log, arguments, url):
    """Starts a server, and comes back when it answers."""
    environment = {**os.environ, "FIBSEM_SIM_NO_DELAY": "1"}
    with (work / log).open("a") as file:
        server = subprocess.Popen(arguments, stdout=file, stderr=file, env=environment, cwd=work)
    for _ in range(600):
        if server.poll() is not None:
            sys.exit(f"{arguments[0]} has ended; see {work / log}")
        try:
            urllib.request.urlopen(f"{url}/health").close()
            return server
        except (urllib.error.URLError, ConnectionError):
            time.sleep(0.1)
    server.kill()
    sys.exit(f"{url} does not answer; see {work / log}")


def stop(server):
    server.terminate()
    server.wait()


def tell(path, **body):
    request = urllib.request.Request(fibsem_url + path, json.dumps(body).encode(), {"Content-Type": "application/json"})
    with urllib.request.urlopen(request) as answer:
        return json.load(answer)


def focus(record):
    """The residual that is left, and what semfocus says of it."""
    scenario = record["scenario"]
    at = {name: best[name] + scenario["start"][name] for name in names}
    tell("/working_distance/set", beam_type="ELECTRON", value=at["workingDistanceUm"] * 1e-6)
    tell("/stigmation/set", beam_type="ELECTRON", value={"x": at["stigmatorX"], "y": at["stigmatorY"]})
    # fibsem-os wants every axis; null leaves one as it is.
    place = {"x": scenario["stage"]["xUm"] * 1e-6, "y": scenario["stage"]["yUm"] * 1e-6}
    tell("/move_stage_absolute", position={"z": None, "r": None, "t": None, "coordinate_system": "RAW", **place})
    calibration = work / "calibration.json"
    calibration.write_text(json.dumps(scenario["calibration"]))
    frame, algorithm = scenario["frame"], scenario["algorithm"]
    said = subprocess.run([
        *semfocus, "focus", "--microscope", fibsem_url, "--algorithm", algorithm["name"],
        "--parameters", json.dumps(algorithm["parameters"]), "--calibration", calibration,
        "--iterations", str(scenario["iterations"]), "--all-iterations",
        "--width", str(frame["width"]), "--height", str(frame["height"]),
        "--pixel-size", str(frame["pixelSizeNm"]), "--dwell", str(frame["dwellTimeNs"]),
        "--margin-wd", str(scenario["margins"]["workingDistanceUm"]),
        "--margin-stig", str(scenario["margins"]["stigmator"]),
        "--limit-wd", str(scenario["limits"]["workingDistanceUm"]),
        "--limit-stig", str(scenario["limits"]["stigmator"]), "--json",
    ], capture_output=True, text=True)
    if not said.stdout:
        sys.exit(f"semfocus focus has ended with {said.returncode}: {said.stderr}")
    result = json.loads(said.stdout)
    (work / "results.jsonl").open("a").write(json.dumps(result) + "\n")
    return {name: result["end"][name] - best[name] for name in names}, result["outcome"]


def is_inside(residual, margins):
    return (abs(residual["workingDistanceUm"]) <= margins["workingDistanceUm"]
            and max(abs(residual["stigmatorX"]), abs(residual["stigmatorY"])) <= margins["stigmator"])


def shown(residual):
    return "{:+8.3f} {:+8.4f} {:+8.4f}".format(*(residual[name] for name in names))


renderer_port, fibsem_port = free_port(), free_port()
renderer_url, fibsem_url = (f"http://127.0.0.1:{port}" for port in (renderer_port, fibsem_port))
with open(records_file) as file:
    records = sorted(map(json.loads, file), key=lambda record: record["scenario"]["trajectory"])
rows = []
plugged = start("fibsem.log", [sys.executable, here / "plugged_server.py", str(fibsem_port), renderer_url], fibsem_url)
try:
    print(f"{'':24}   start: um, x, y              through fibsem-os            in one process")
    for record in records:
        scenario = record["scenario"]
        seed = scenario["specimen"]["seed"]
        renderer = start("serve.log", [*semfocus, "serve", "--microscope", f"sim:{here / 'preset.json'}",
                                       "--seed", str(seed), "--port", str(renderer_port)], renderer_url)
        try:
            residual, outcome = focus(record)
        finally:
            stop(renderer)
        alone = record["iterations"][-1]["residual"]
        margins = scenario["margins"]
        name = scenario["algorithm"]["name"]
        rows.append((name, residual, alone, margins))
        print(f"{name:24} {shown(scenario['start'])}  {shown(residual)}  {shown(alone)}  {outcome}", flush=True)
finally:
    stop(plugged)

print("\nresiduals inside the margins, and their root mean square (um, stigmators)")
failed = False
for name in dict.fromkeys(name for name, *_ in rows):
    mine = [row[1:] for row in rows if row[0] == name]
    for where, which in ("through fibsem-os", 0), ("in one process", 1):
        inside = sum(is_inside(row[which], row[2]) for row in mine)
        rms = [(sum(row[which][key] ** 2 for row in mine) / len(mine)) ** 0.5 for key in names]
        print(f"{name:24} {where:18} {inside} of {len(mine)}   {rms[0]:.3f} {rms[1]:.4f} {rms[2]:.4f}")
        failed |= which == 0 and inside < len(mine)
sys.exit(1 if failed else 0)

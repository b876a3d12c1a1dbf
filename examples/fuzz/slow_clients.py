"""
Clients of `semfocus serve` that are slow, cut off, without the token or no HTTP at all. Called by
try-schemathesis.sh.

    python slow_clients.py URL TOKEN
"""
import json
import random
import socket
import struct
import sys
import time
import urllib.error
import urllib.request
from urllib.parse import urlsplit

url, token = sys.argv[1:]
address = (urlsplit(url).hostname, urlsplit(url).port)
dice = random.Random(1)
failed = []


def ask(path, body=b"{}", **headers):
    """Status and error tag of an answer."""
    request = urllib.request.Request(url + path, body, {"Content-Type": "application/json", **headers})
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as error:
        return error.code, json.load(error)["error"]["tag"]


def check(what, holds):
    print(f"{'ok  ' if holds else 'FAIL'} {what}", flush=True)
    if not holds:
        failed.append(what)


def connected():
    return socket.create_connection(address, timeout=60)


def answer_of(connection):
    """What comes until the server hangs up."""
    received = b""
    try:
        while part := connection.recv(65536):
            received += part
    except ConnectionError:
        pass
    return received


def cut(connection):
    """With a reset, as when a machine is gone."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()


bearer = {"Authorization": f"Bearer {token}"}
head = f"POST /acquire_image HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\nContent-Type: application/json\r\n"
small = json.dumps({"image_settings": {"resolution": [256, 256]}}).encode()

wrong = [None, "", "Bearer", "Bearer ", f"bearer {token}", f"Bearer {token[:-1]}", f"Bearer {token}0", token,
         f"Basic {token}", "Bearer " + "x" * 8000, "Bearer \xe9\xe9", f"Bearer {token}, Bearer {token}"]
for path in "/focus/get", "/acquire_image", "/abort", "/hold/begin", "/capabilities", "/openapi.json", "/none":
    said = {ask(path, **({} if value is None else {"Authorization": value})) for value in wrong}
    check(f"{path} with a wrong token: {said}", said == {(401, "Unauthorized")})

for name, sent in {
    "no HTTP": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(200),
    "a header that is too long": head.encode() + b"X: " + b"x" * 100_000 + b"\r\n\r\n",
    "a length that is none": head.encode() + b"Content-Length: -1\r\n\r\n{}",
    "two lengths": head.encode() + b"Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}",
    "a body that is too long": head.encode() + b"Content-Length: 10000000\r\n\r\n" + b" " * 200_000,
    "a chunk that is none": head.encode() + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n",
    "headers that do not end": head.encode(),
    "a body that does not end": head.encode() + b"Content-Length: 100\r\n\r\n{",
}.items():
    with connected() as connection:
        try:
            connection.sendall(sent)
        except ConnectionError:
            pass
        status = answer_of(connection).split(b"\r\n")[0]
        check(f"{name}: {status.decode()}", status.split(b" ")[1:2] and status.split(b" ")[1].startswith(b"4"))

frame = head.encode() + b"Content-Length: " + str(len(small)).encode() + b"\r\n\r\n" + small
with connected() as connection:
    for at in range(0, len(frame), 8):
        connection.sendall(frame[at : at + 8])
        time.sleep(0.005)
    check("a few bytes at a time are answered", b"200 OK" in connection.recv(65536))

for _ in range(100):
    connection = connected()
    connection.sendall(frame[: dice.randrange(1, len(frame) + 1)])
    time.sleep(dice.uniform(0, 0.05))
    cut(connection)
check("100 clients cut off within a request", ask("/health")[0] == 200)

large = json.dumps({"image_settings": {"resolution": [2048, 1536]}}).encode()
connection = connected()
connection.sendall(head.encode() + b"Content-Length: " + str(len(large)).encode() + b"\r\n\r\n" + large)
connection.recv(1000)
check("another is served while one does not take its frame", ask("/focus/get", **bearer)[0] == 200)
try:
    connection.settimeout(90)
    time.sleep(40)
    check("who does not take it is hung up on", len(answer_of(connection)) < 2048 * 1536)
finally:
    connection.close()
_, blanked = ask("/beam_blank/get", **bearer)
# A program cannot say whether it has blanked the beam.
check("and the beam is not left on", json.loads(blanked) != {"value": False})

idle = [connected() for _ in range(300)]
status = 0
for _ in range(60):
    time.sleep(0.5)
    try:
        status, _ = ask("/health")
        break
    except OSError:
        pass  # they take all connections that there are
check("300 silent connections are hung up on", status == 200)
for connection in idle:
    connection.close()

holder = connected()
holder.sendall(head.replace("/acquire_image", "/hold/begin").encode() + b"Content-Length: 0\r\n\r\n")
holder.recv(65536)
check("a held microscope is refused to others", ask("/focus/get", **bearer) == (409, "Busy"))
cut(holder)
for _ in range(100):
    status, said = ask("/focus/get", **bearer)
    if status == 200:
        break
    time.sleep(0.1)
check("and free when the holder is gone", status == 200)
sys.exit(1 if failed else 0)

"""The process that lays graphs out with Graphviz and paints pictures: no TensorFlow here.

It reads requests from its standard input and answers on its standard output, each a length of four
bytes and then JSON, until the input ends.
"""

import base64
import faulthandler
import importlib
import json
import os
import struct
import threading
from pathlib import Path
from typing import IO, Any

HEADER = struct.Struct(">I")
GRACE = 2.0  # seconds after which a request that is too slow ends this process, whoever waits


def main() -> None:
    """Answer requests until the input ends."""
    requests = os.fdopen(os.dup(0), "rb")
    replies = os.fdopen(os.dup(1), "wb")
    with Path(os.devnull).open("w") as nowhere:
        for descriptor in (1, 2):  # C code prints: not into the replies, nor into a notebook
            os.dup2(nowhere.fileno(), descriptor)
        warmed = False
        while (request := receive(requests)) is not None:
            # A thread of C code, which stops even a layout that never lets Python run again.
            faulthandler.dump_traceback_later(request["limit"] + GRACE, exit=True, file=nowhere)
            try:
                reply = answer(request)
            except Exception as error:
                reply = {"error": f"{type(error).__name__}: {error}"[:300]}
            faulthandler.cancel_dump_traceback_later()
            send(replies, reply)
            if not warmed:
                warmed = True
                threading.Thread(target=warm_up, daemon=True).start()


def receive(stream: IO[bytes]) -> Any:
    """Return the next message, or `None` at the end of the input."""
    header = stream.read(HEADER.size)
    if len(header) < HEADER.size:
        return None
    (size,) = HEADER.unpack(header)
    body = stream.read(size)
    return json.loads(body) if len(body) == size else None


def send(stream: IO[bytes], message: Any) -> None:
    """Write a message."""
    body = json.dumps(message, separators=(",", ":")).encode()
    stream.write(HEADER.pack(len(body)) + body)
    stream.flush()


def warm_up() -> None:
    """Load what painting needs while nobody waits for it."""
    importlib.import_module("kitchen.views.paint_raster")


def answer(request: dict[str, Any]) -> dict[str, Any]:
    """Do what is asked for."""
    if request["do"] == "layout":
        return lay_out(request["dot"])
    raster = importlib.import_module("kitchen.views.paint_raster")
    painted = raster.paint(request["picture"], request["do"], request["scale"])
    return {"bytes": base64.b64encode(painted).decode()}


def lay_out(dot: str) -> dict[str, Any]:
    """Return where Graphviz puts everything, in pixels from the top left.

    Returns:
        `size`: width and height; `boxes`: by id, the x and y of the centre; `frames`: by id, the
        left, top, right and bottom; `lines`: by id, the control points of cubic curves, x and y in
        turn.
    """
    import pygraphviz

    graph = pygraphviz.AGraph(string=dot)
    drawn = json.loads(graph.draw(format="json0", prog="dot"))
    graph.close()
    _, _, width, height = numbers(drawn["bb"])
    boxes, frames = {}, {}
    for item in drawn.get("objects", ()):
        name = item["name"]
        if "pos" in item:
            x, y = numbers(item["pos"])
            boxes[name] = (x, round(height - y, 2))
        elif name.startswith("cluster_") and "bb" in item:
            left, low, right, top = numbers(item["bb"])
            frame = (left, round(height - top, 2), right, round(height - low, 2))
            frames[name.removeprefix("cluster_")] = frame
    lines = {}
    for edge in drawn.get("edges", ()):
        if "id" in edge and "pos" in edge:
            points = numbers(edge["pos"].replace(" ", ","))
            points[1::2] = [round(height - y, 2) for y in points[1::2]]
            lines[edge["id"]] = points
    return {"size": (width, height), "boxes": boxes, "frames": frames, "lines": lines}


def numbers(text: str) -> list[float]:
    """Return comma-separated numbers."""
    return [float(part) for part in text.split(",")]

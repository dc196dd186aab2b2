"""Mode ``checks``: reads one program after another, a line of JSON in and a line of JSON out.

``{"files": [{"name": "agent.py", "text": "…"}], "python": "data", "pythons": {"data": ["numpy"]}}``
gives the parameters of ``p38/findings``, with ``leave`` where this process wants to be followed by
a fresh one. ``python`` is the agent's Python image, or null, and ``pythons`` all there are with
what they have to import. Nothing of a program is executed, and nothing is kept from one to the
next.
"""

from __future__ import annotations

import gc
import json

from p38 import _check, _imports

# A tree takes up to 1,000 times the room of its text, a sandbox has 256 MB, and what was used once
# does not all come back.
LARGE_BYTES = 32 * 1024


def serve(reading: int, writing: int) -> None:
    """Answer until there is nothing more to read."""
    gc.collect()
    gc.freeze()
    gc.disable()  # between the answers there is time for it
    with open(reading, "rb") as questions, open(writing, "wb", buffering=0) as answers:
        for line in questions:
            sources, asked = {}, json.loads(line)
            for file in asked["files"]:
                source = file["text"].encode("utf-8", "surrogatepass")
                sources[file["name"]] = source, len(source)
            images = _imports.Images(asked.get("python"), asked.get("pythons", {}))
            answer = _check.check_sources(sources, images)
            answer["leave"] = sum(size for _, size in sources.values()) > LARGE_BYTES
            answers.write(json.dumps(answer).encode() + b"\n")
            del line, asked, sources, answer
            gc.collect()

"""The tools of the library by name."""

from __future__ import annotations

TOOLS = (
    "approval.ask",
    "browser.back",
    "browser.click",
    "browser.download",
    "browser.navigate",
    "browser.pdf",
    "browser.screenshot",
    "browser.scroll",
    "browser.select",
    "browser.snapshot",
    "browser.table",
    "browser.text",
    "browser.type",
    "browser.wait_for",
    "clock.now",
    "filesystem.append_text",
    "filesystem.delete",
    "filesystem.glob",
    "filesystem.info",
    "filesystem.list",
    "filesystem.make_folder",
    "filesystem.move",
    "filesystem.read_bytes",
    "filesystem.read_text",
    "filesystem.write_bytes",
    "filesystem.write_text",
    "http.get_feed",
    "http.get_readable",
    "http.request",
    "http.select",
    "llm.ask",
    "memory.search",
    "notifications.send",
)
"""Those the platform knows."""

CONVENIENCES = {
    "http.get": "http.request",
    "http.get_json": "http.request",
    "http.get_text": "http.request",
    "http.post": "http.request",
    "http.post_json": "http.request",
}
"""Those the library adds, and the one each comes down to."""

MANIFEST_NAMES = {**{name: name for name in TOOLS}, **CONVENIENCES}
"""All that a program may write, and what it counts as in the manifest."""

EXTERNAL = "external.call"
"""What calls a tool of a tool server, and counts as that tool: ``external.github.create_issue``."""

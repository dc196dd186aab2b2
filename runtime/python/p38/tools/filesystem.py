"""The agent's workspace, and the folders it was granted. A file is at most 10 MB."""

from __future__ import annotations

import binascii

from p38._calls import call


async def read_text(path: str) -> str:
    """Read a file of UTF-8 text."""
    return await call("filesystem.read_text", path=path)


async def read_bytes(path: str) -> bytes:
    """Read a file."""
    return binascii.a2b_base64(await call("filesystem.read_bytes", path=path))


async def write_text(path: str, text: str) -> dict:
    """Write a file of UTF-8 text, with its folders; gives ``{"bytes": n}``."""
    return await call("filesystem.write_text", path=path, text=text)


async def write_bytes(path: str, content: bytes) -> dict:
    """Write a file, with its folders; gives ``{"bytes": n}``."""
    encoded = binascii.b2a_base64(content, newline=False).decode()
    return await call("filesystem.write_bytes", path=path, content=encoded)


async def append_text(path: str, text: str) -> dict:
    """Add UTF-8 text to the end of a file; gives ``{"bytes": size after}``."""
    return await call("filesystem.append_text", path=path, text=text)


async def list(path: str = "") -> list[dict]:
    """List a folder: ``[{"name", "kind": "file" | "folder", "size", "modified"}]``."""
    return await call("filesystem.list", path=path)


async def glob(pattern: str) -> list[str]:
    """Find paths by a pattern such as ``reports/*.csv``; sorted."""
    return await call("filesystem.glob", pattern=pattern)


async def info(path: str) -> dict | None:
    """Describe a file or folder as ``list`` does; None where nothing is."""
    return await call("filesystem.info", path=path)


async def make_folder(path: str) -> None:
    """Make a folder, with those above it; it may exist."""
    return await call("filesystem.make_folder", path=path)


async def move(source: str, target: str) -> None:
    """Move or rename a file or folder."""
    return await call("filesystem.move", source=source, target=target)


async def delete(path: str) -> bool:
    """Delete a file or folder; says whether something was there."""
    return await call("filesystem.delete", path=path)

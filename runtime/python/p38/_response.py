"""What a web server answered."""

from __future__ import annotations

import json


class Response:
    """An answer over HTTP.

    Attributes:
        status: For example 200.
        content: The body as bytes.
        headers: Names in lower case.
        url: Where the answer came from, after redirects.
    """

    def __init__(
        self,
        status: int = 200,
        content: bytes | str = b"",
        headers: dict[str, str] | None = None,
        url: str = "",
    ) -> None:
        """Make an answer; text becomes UTF-8."""
        self.status = status
        self.content = content.encode() if isinstance(content, str) else content
        self.headers = {name.lower(): value for name, value in (headers or {}).items()}
        self.url = url

    @property
    def ok(self) -> bool:
        """Whether the status is below 400."""
        return self.status < 400

    @property
    def text(self) -> str:
        """The body as text, in the charset the server named, else UTF-8."""
        _, _, charset = self.headers.get("content-type", "").lower().partition("charset=")
        name = charset.split(";")[0].strip(" \"'")
        try:
            return self.content.decode(name or "utf-8", errors="replace")
        except LookupError:
            return self.content.decode(errors="replace")

    def json(self) -> object:
        """Read the body as JSON.

        Raises:
            ValueError: The body is no JSON.
        """
        return json.loads(self.content)

    def __repr__(self) -> str:
        """Show status, address and size."""
        return f"<Response {self.status} {self.url} {len(self.content)} bytes>"

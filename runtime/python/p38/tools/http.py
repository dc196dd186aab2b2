"""Public web servers."""

from __future__ import annotations

import binascii

from p38._calls import call
from p38._errors import ToolError
from p38._response import Response


async def request(
    method: str,
    url: str,
    headers: dict[str, str] | None = None,
    body: str | None = None,
    timeout: float = 30,
) -> Response:
    """Send a request.

    Args:
        method: For example ``GET``.
        url: ``https`` or ``http``.
        headers: Sent as they are.
        body: Text, sent as UTF-8.
        timeout: In seconds.

    Returns:
        The answer, whatever its status.

    Raises:
        ToolError: There was none.
    """
    answer = await call(
        "http.request", method=method, url=url, headers=headers or {}, body=body, timeout=timeout
    )
    content = binascii.a2b_base64(answer["body_base64"])
    return Response(answer["status"], content, answer["headers"], answer["url"])


async def get(
    url: str,
    headers: dict[str, str] | None = None,
    timeout: float = 30,
) -> Response:
    """Send a GET request."""
    return await request("GET", url, headers, timeout=timeout)


async def post(
    url: str,
    body: str | None = None,
    headers: dict[str, str] | None = None,
    timeout: float = 30,
    *,
    json: object = None,
) -> Response:
    """Send a POST request.

    Args:
        url: ``https`` or ``http``.
        body: Text, sent as UTF-8.
        headers: Sent as they are.
        timeout: In seconds.
        json: Sent as JSON in place of ``body``.
    """
    headers = dict(headers or {})
    if json is not None:
        from json import dumps

        body = dumps(json, allow_nan=False)
        if "content-type" not in {name.lower() for name in headers}:
            headers["content-type"] = "application/json"
    return await request("POST", url, headers, body, timeout)


async def get_json(
    url: str,
    headers: dict[str, str] | None = None,
    timeout: float = 30,
) -> object:
    """Get JSON.

    Raises:
        ToolError: No answer, a status of 400 or more, or no JSON.
    """
    answer = await _get(url, headers, timeout)
    try:
        return answer.json()
    except ValueError as error:
        raise ToolError(f"{url} did not answer with JSON: {error}") from None


async def get_text(
    url: str,
    headers: dict[str, str] | None = None,
    timeout: float = 30,
) -> str:
    """Get text.

    Raises:
        ToolError: No answer, or a status of 400 or more.
    """
    return (await _get(url, headers, timeout)).text


async def _get(url: str, headers: dict[str, str] | None, seconds: float) -> Response:
    answer = await get(url, headers, seconds)
    if not answer.ok:
        raise ToolError(f"{url} answered with status {answer.status}.")
    return answer

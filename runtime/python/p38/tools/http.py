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
    content = answer.get("body")
    if content is None:
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
    return _json(await _get(url, headers, timeout), url)


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


async def post_json(
    url: str,
    value: object,
    headers: dict[str, str] | None = None,
    timeout: float = 30,
) -> object:
    """Send JSON, and get the JSON that is answered.

    Raises:
        ToolError: No answer, a status of 400 or more, or no JSON.
    """
    answer = await post(url, headers=headers, timeout=timeout, json=value)
    return _json(_good(answer, url), url)


async def get_readable(
    url: str,
    headers: dict[str, str] | None = None,
    timeout: float = 30,
    links: bool = False,
) -> str:
    """Get the text of a page of HTML as a person reads it.

    Headings begin with ``#``, items of lists with ``-`` or a number, cells of a table are parted by
    ``|``. Code is left out, and navigation where it can be told. What is no HTML comes as it is.

    Args:
        url: ``https`` or ``http``.
        headers: Sent as they are.
        timeout: In seconds.
        links: Whether addresses stand in brackets behind the words that lead there.

    Raises:
        ToolError: No answer, a status of 400 or more, or no text.
    """
    return await call(
        "http.get_readable", url=url, headers=headers or {}, timeout=timeout, links=links
    )


async def select(
    url: str,
    css: str,
    attribute: str | None = None,
    limit: int = 100,
    headers: dict[str, str] | None = None,
    timeout: float = 30,
) -> list[str]:
    """Get the texts of a page's elements that match a CSS selector, in order.

    Args:
        url: ``https`` or ``http``.
        css: For example ``table.prices td:first-child``.
        attribute: This one in place of the text; elements without it are left out. ``href`` and
            ``src`` become whole addresses.
        limit: At most so many, 1 to 1000.
        headers: Sent as they are.
        timeout: In seconds.

    Returns:
        Each on one line. Empty: nothing matches.

    Raises:
        ToolError: No answer, a status of 400 or more, or no selector.
    """
    return await call(
        "http.select",
        url=url,
        css=css,
        attribute=attribute,
        limit=limit,
        headers=headers or {},
        timeout=timeout,
    )


async def get_feed(
    url: str,
    headers: dict[str, str] | None = None,
    timeout: float = 30,
    limit: int = 100,
) -> list[dict[str, str | None]]:
    """Get the entries of an RSS or Atom feed, in its order.

    Args:
        url: ``https`` or ``http``.
        headers: Sent as they are.
        timeout: In seconds.
        limit: At most so many, 1 to 500.

    Returns:
        For each ``title``, ``link``, ``id`` (what tells it from others), ``published`` (such as
        ``2026-11-22T08:00:00Z``, in UTC), ``summary`` (text) and ``author``; None where the feed
        says nothing.

    Raises:
        ToolError: No answer, a status of 400 or more, or no feed.
    """
    return await call("http.get_feed", url=url, headers=headers or {}, timeout=timeout, limit=limit)


async def _get(url: str, headers: dict[str, str] | None, seconds: float) -> Response:
    return _good(await get(url, headers, seconds), url)


def _good(answer: Response, url: str) -> Response:
    if not answer.ok:
        raise ToolError(f"{url} answered with status {answer.status}.")
    return answer


def _json(answer: Response, url: str) -> object:
    try:
        return answer.json()
    except ValueError as error:
        raise ToolError(f"{url} did not answer with JSON: {error}") from None

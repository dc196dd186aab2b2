"""What the server refuses, in its own words."""

from __future__ import annotations


class ApiError(Exception):
    """The server refused a request, or could not carry it out.

    Attributes:
        status: The HTTP status.
        detail: What was refused, why, and what to do.
        problem: The whole problem (RFC 9457); for example ``errors`` by field, or ``findings``.
    """

    def __init__(self, status: int, problem: dict) -> None:
        """Keep the problem."""
        self.status = status
        self.problem = problem
        self.detail: str = problem.get("detail") or f"The server answered with {status}."
        super().__init__(self.detail)

    @property
    def errors(self) -> dict[str, list[str]]:
        """Every field that is wrong, with all that is wrong about it."""
        return self.problem.get("errors") or {}


class NotFound(ApiError):
    """There is no such thing."""


class Refused(ApiError):
    """What was sent is not right, or was not proved: ``errors``, or ``problem["findings"]``."""


class Questions(Refused):
    """Nothing was made yet: there are questions to answer first.

    Attributes:
        questions: In the language of the brief.
    """

    def __init__(self, status: int, problem: dict) -> None:
        """Keep the questions."""
        super().__init__(status, problem)
        self.questions: list[str] = problem.get("questions") or []


class Conflict(ApiError):
    """As things stand, no."""


class Changed(ApiError):
    """Somebody changed it since it was read; nothing was changed now."""


class TooMany(ApiError):
    """Too many requests."""


class Unavailable(ApiError):
    """The server cannot do its work for now."""


class ConnectionLost(Exception):
    """No server answered, or it went away before its answer was whole."""


_BY_STATUS: dict[int, type[ApiError]] = {
    404: NotFound,
    409: Conflict,
    412: Changed,
    422: Refused,
    429: TooMany,
    503: Unavailable,
    507: Unavailable,
}


def of(status: int, problem: dict) -> ApiError:
    """The error that tells of a problem."""
    if problem.get("type") == "urn:p38:questions":
        return Questions(status, problem)
    return _BY_STATUS.get(status, ApiError)(status, problem)

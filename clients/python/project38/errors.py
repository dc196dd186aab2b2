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


class NotFoundError(ApiError):
    """There is no such thing."""


class RefusedError(ApiError):
    """What was sent is not right, or was not proved: ``errors``, or ``problem["findings"]``."""


class QuestionsError(RefusedError):
    """Nothing was made yet: there are questions to answer first.

    Attributes:
        questions: In the language of the brief.
    """

    def __init__(self, status: int, problem: dict) -> None:
        """Keep the questions."""
        super().__init__(status, problem)
        self.questions: list[str] = problem.get("questions") or []


class ConflictError(ApiError):
    """As things stand, no."""


class RisksError(ConflictError):
    """A person has to say yes first to an agent that holds all three risks (``accept_risks``).

    Attributes:
        question: What to ask.
    """

    def __init__(self, status: int, problem: dict) -> None:
        """Keep the question."""
        super().__init__(status, problem)
        self.question: str = problem.get("question") or self.detail


class ChangedError(ApiError):
    """Somebody changed it since it was read; nothing was changed now."""


class TooManyError(ApiError):
    """Too many requests."""


class UnavailableError(ApiError):
    """The server cannot do its work for now."""


class ConnectionLostError(Exception):
    """No server answered, or it went away before its answer was whole."""


_BY_STATUS: dict[int, type[ApiError]] = {
    404: NotFoundError,
    409: ConflictError,
    412: ChangedError,
    422: RefusedError,
    429: TooManyError,
    503: UnavailableError,
    507: UnavailableError,
}


def of(status: int, problem: dict) -> ApiError:
    """The error that tells of a problem."""
    if problem.get("type") == "urn:p38:questions":
        return QuestionsError(status, problem)
    if problem.get("type") == "urn:p38:risks":
        return RisksError(status, problem)
    return _BY_STATUS.get(status, ApiError)(status, problem)

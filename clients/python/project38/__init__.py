"""Client of Project38: describe an agent in a sentence; it is proved, scheduled and run."""

from .client import Client
from .errors import (
    ApiError,
    Changed,
    Conflict,
    ConnectionLost,
    NotFound,
    Questions,
    Refused,
    TooMany,
    Unavailable,
)

__all__ = [
    "ApiError",
    "Changed",
    "Client",
    "Conflict",
    "ConnectionLost",
    "NotFound",
    "Questions",
    "Refused",
    "TooMany",
    "Unavailable",
]

"""Client of Project38: describe an agent in a sentence; it is proved, scheduled and run."""

from .client import Client
from .errors import (
    ApiError,
    ChangedError,
    ConflictError,
    ConnectionLostError,
    NotFoundError,
    QuestionsError,
    RefusedError,
    RisksError,
    TooManyError,
    UnavailableError,
)

__all__ = [
    "ApiError",
    "ChangedError",
    "Client",
    "ConflictError",
    "ConnectionLostError",
    "NotFoundError",
    "QuestionsError",
    "RefusedError",
    "RisksError",
    "TooManyError",
    "UnavailableError",
]

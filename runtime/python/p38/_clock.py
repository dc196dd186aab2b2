"""The run's clock: a run may live at another time than the machine's."""

from __future__ import annotations

import datetime as datetime_module
import sys
import time as time_module
from types import ModuleType

_date, _datetime, _utc = datetime_module.date, datetime_module.datetime, datetime_module.UTC
_time, _localtime, _gmtime = time_module.time, time_module.localtime, time_module.gmtime
_ctime, _asctime, _strftime = time_module.ctime, time_module.asctime, time_module.strftime


def parse(instant: str) -> float:
    """Read an ISO 8601 instant; one without offset is UTC.

    Returns:
        Seconds since 1970.

    Raises:
        ValueError: It is none.
    """
    read = _datetime.fromisoformat(instant)
    return (read if read.tzinfo else read.replace(tzinfo=_utc)).timestamp()


def ticking_from(start: float):
    """Make a clock that shows an instant now and goes on from there."""
    offset = start - _time()
    return lambda: _time() + offset


class Clock:
    """Puts another clock in the place of the machine's, in ``datetime`` and ``time``.

    ``time.monotonic`` and ``time.perf_counter`` measure lengths, and stay.
    """

    def __init__(self, now, *modules: ModuleType) -> None:
        """Prepare it.

        Args:
            now: Gives seconds since 1970.
            *modules: Modules that may hold ``datetime`` or ``time`` by a name of their own.
        """
        self._modules = (datetime_module, time_module, *modules)
        self._replaced: list[tuple[ModuleType, str, object]] = []
        self._replacements = _replacements(now)

    def __enter__(self) -> Clock:
        """Start it."""
        strptime = sys.modules.get("_strptime")
        for module in (*self._modules, *([strptime] if strptime else [])):
            for name, value in list(vars(module).items()):
                try:
                    replacement = self._replacements.get(value)
                except TypeError:  # not hashable, so no class or function
                    continue
                if replacement is not None:
                    self._replaced.append((module, name, value))
                    setattr(module, name, replacement)
        return self

    def __exit__(self, *_: object) -> None:
        """Give back the machine's."""
        while self._replaced:
            setattr(*self._replaced.pop())


def _replacements(now) -> dict[object, object]:
    class DateType(type):
        def __instancecheck__(cls, instance: object) -> bool:
            return isinstance(instance, _date)

        def __subclasscheck__(cls, subclass: type) -> bool:
            return issubclass(subclass, _date)

    class DateTimeType(type):
        def __instancecheck__(cls, instance: object) -> bool:
            return isinstance(instance, _datetime)

        def __subclasscheck__(cls, subclass: type) -> bool:
            return issubclass(subclass, _datetime)

    class date(_date, metaclass=DateType):  # noqa: N801
        """``datetime.date`` by the run's clock."""

        @classmethod
        def today(cls) -> _date:
            """Today, by the run's clock."""
            return cls.fromtimestamp(now())

        def __repr__(self) -> str:
            """As the original writes itself."""
            return f"datetime.{super().__repr__()}"

    class datetime(_datetime, metaclass=DateTimeType):  # noqa: N801
        """``datetime.datetime`` by the run's clock."""

        @classmethod
        def now(cls, tz: datetime_module.tzinfo | None = None) -> _datetime:
            """Now, by the run's clock."""
            return cls.fromtimestamp(now(), tz)

        @classmethod
        def today(cls) -> _datetime:
            """Now, by the run's clock."""
            return cls.fromtimestamp(now())

        @classmethod
        def utcnow(cls) -> _datetime:
            """Now in UTC without an offset, by the run's clock."""
            return cls.fromtimestamp(now(), _utc).replace(tzinfo=None)

        def __repr__(self) -> str:
            """As the original writes itself."""
            return f"datetime.{super().__repr__()}"

    for replaced, original in ((date, _date), (datetime, _datetime)):
        replaced.__module__, replaced.__qualname__ = "datetime", original.__name__

    def local(seconds: float | None = None) -> time_module.struct_time:
        return _localtime(now() if seconds is None else seconds)

    return {
        _date: date,
        _datetime: datetime,
        _time: lambda: now(),
        time_module.time_ns: lambda: int(now() * 1_000_000_000),
        _localtime: local,
        _gmtime: lambda seconds=None: _gmtime(now() if seconds is None else seconds),
        _ctime: lambda seconds=None: _ctime(now() if seconds is None else seconds),
        _asctime: lambda moment=None: _asctime(local() if moment is None else moment),
        _strftime: lambda form, moment=None: _strftime(form, local() if moment is None else moment),
    }

"""Works out constants, as far as a program that hides a name would go, and no further."""

from __future__ import annotations

import binascii
import posixpath

TEXT = 1024
ITEMS = 256
NUMBER = 1 << 40

_METHODS = {
    *("join", "format", "replace", "lower", "upper", "strip", "lstrip", "rstrip", "encode"),
    *("decode", "removeprefix", "removesuffix", "swapcase", "casefold", "capitalize", "title"),
    *("split", "hex"),
}


def fits(value: object) -> bool:
    """Whether a constant is of a kind and size that is followed."""
    if isinstance(value, (str, bytes)):
        return len(value) <= TEXT
    if isinstance(value, int):
        return -NUMBER < value < NUMBER
    if isinstance(value, (list, tuple)):
        return len(value) <= ITEMS and all(fits(one) for one in value)
    return value is None


def binary(operator: str, left: object, right: object) -> object:
    """Work out an operation; None when it cannot be."""
    try:
        if operator == "Add" and type(left) is type(right):
            if isinstance(left, (str, bytes)) and len(left) + len(right) > TEXT:
                return None
            return left + right
        if operator == "Mod" and isinstance(left, str):
            return left % right if _is_plain(left) else None
        if operator == "Mult" and isinstance(left, (str, bytes)) and isinstance(right, int):
            return left * right if len(left) * right <= TEXT else None
        if type(left) is int and type(right) is int:
            return _number(operator, left, right)
    except (TypeError, ValueError, OverflowError, ArithmeticError):
        pass
    return None


def _is_plain(form: str) -> bool:
    """Whether a form has no widths, which could ask for more memory than there is."""
    marks = form.split("%")[1:]
    return len(form) <= 64 and all(mark[:1] in ("s", "c", "r", "d", "") for mark in marks)


def _number(operator: str, left: int, right: int) -> int | None:
    if operator == "Sub":
        return left - right
    if operator == "Mult":
        return left * right
    if operator == "BitXor":
        return left ^ right
    if operator == "FloorDiv":
        return left // right
    if operator == "Mod":
        return left % right
    if operator in ("LShift", "RShift") and 0 <= right < 32:
        return left << right if operator == "LShift" else left >> right
    return None


def method(value: object, name: str, arguments: list) -> object:
    """Call a method of a text or bytes; None when it cannot be."""
    if name not in _METHODS or not isinstance(value, (str, bytes)):
        return None
    if name == "format" and (len(value) > 64 or ":" in value):
        return None  # widths could ask for more memory than there is
    if name == "join" and arguments and isinstance(arguments[0], (list, tuple)):
        total = sum(len(one) for one in arguments[0] if isinstance(one, (str, bytes)))
        if total + len(value) * len(arguments[0]) > TEXT:
            return None
    if name == "replace" and len(value) * len(arguments[-1:] and str(arguments[-1])) > 16 * TEXT:
        return None
    try:
        result = getattr(value, name)(*arguments)
    except Exception:
        return None
    return result if fits(result) else None


def _reverse(value):
    return value[::-1]


def _bytes(value, *how):
    return None if isinstance(value, int) else bytes(value, *how)  # bytes(10**12) is a terabyte


_CALLS = {
    "builtins.chr": chr,
    "builtins.ord": ord,
    "builtins.str": lambda value, *how: str(value, *how) if how else str(value),
    "builtins.bytes": _bytes,
    "builtins.bytearray": _bytes,
    "builtins.bytes.fromhex": bytes.fromhex,
    "builtins.bytearray.fromhex": bytes.fromhex,
    "builtins.int": int,
    "builtins.list": list,
    "builtins.tuple": list,
    "builtins.iter": list,
    "builtins.reversed": _reverse,
    "builtins.str.join": lambda mark, parts: method(mark, "join", [parts]),
    "base64.b64decode": binascii.a2b_base64,
    "base64.standard_b64decode": binascii.a2b_base64,
    "base64.urlsafe_b64decode": binascii.a2b_base64,
    "base64.decodebytes": binascii.a2b_base64,
    "base64.b16decode": binascii.unhexlify,
    "binascii.a2b_base64": binascii.a2b_base64,
    "binascii.unhexlify": binascii.unhexlify,
    "binascii.a2b_hex": binascii.unhexlify,
    "os.path.join": posixpath.join,
    "posixpath.join": posixpath.join,
    "os.path.normpath": posixpath.normpath,
    "os.fsencode": lambda value: value,
    "sys.intern": lambda value: value,
}


def call(path: str, arguments: list) -> object:
    """Call a harmless function of Python's own library; None when it cannot be."""
    if path == "codecs.decode" and arguments[1:] in (["rot13"], ["rot_13"], ["hex"], ["base64"]):
        return _decode(*arguments)
    function = _CALLS.get(path)
    if function is None:
        return None
    try:
        result = function(*arguments)
    except Exception:
        return None
    return result if fits(result) else None


def _decode(value: object, how: str) -> object:
    if how.startswith("rot") and isinstance(value, str):
        small, large = "abcdefghijklmnopqrstuvwxyz", "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
        turned = small[13:] + small[:13] + large[13:] + large[:13]
        return value.translate(str.maketrans(small + large, turned))
    return call("base64.b64decode" if how == "base64" else "binascii.unhexlify", [value])

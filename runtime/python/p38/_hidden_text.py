"""Characters that make a program read otherwise than it runs."""

from __future__ import annotations

import re

from p38._finding import finding

# Embeddings, overrides and isolates turn the order of what is shown; the marks LRM and RLM turn
# nothing, and Hebrew needs them. The copy of ASCII behind U+E0000 is not shown at all; flags of
# regions are made of it, after a black flag.
_SUSPECT = re.compile("[\u202a-\u202e\u2066-\u2069\U000e0000-\U000e007f]")
_HIDDEN = re.compile(
    "[\u202a-\u202e\u2066-\u2069]|(?<![\U000e0020-\U000e007f\U0001f3f4])[\U000e0000-\U000e007f]"
)


def check(text: str) -> list[dict]:
    """Find them, in comments and texts too."""
    if text.isascii() or not _SUSPECT.search(text):
        return []
    found = []
    for number, line in enumerate(text.split("\n"), 1):
        if match := _HIDDEN.search(line):
            code = ord(match[0])
            escape = f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
            what = (
                f"U+{code:04X} hides or turns what is shown, so that the program reads otherwise "
                f"than it runs. Remove it; where data needs it, write {escape}."
            )
            found.append(finding("hidden-text", number, what))
    return found

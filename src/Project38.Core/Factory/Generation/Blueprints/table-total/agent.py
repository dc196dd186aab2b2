"""Add up a column of a table, and tell when the total passes a threshold."""

import csv
import io
import re
from decimal import Decimal

from p38 import handoff, tools

AMOUNT_NAMES = {"amount", "total", "sum", "price", "cost", "סכום", 'סה"כ', "סה״כ", "מחיר"}
TOTAL_LABELS = {"total", "sum", "grand total", 'סה"כ', "סה״כ", "סך הכל", "סך הכול"}
DELIMITERS = ",;\t"

# What a cell may hold beside the number: currency signs and codes, spaces, and marks of direction.
DECORATION = re.compile(r"[$€£¥₪₹\s\u200e\u200f]|USD|EUR|GBP|ILS|NIS")

MESSAGES = {
    ("en", "above"): "{file}: the total is {total}, above {threshold}.",
    ("en", "below"): "{file}: the total is {total}, below {threshold}.",
    ("he", "above"): "{file}: הסכום הכולל הוא {total}, מעל {threshold}.",
    ("he", "below"): "{file}: הסכום הכולל הוא {total}, מתחת ל־{threshold}.",
}


class Agent:
    """Watches the total of one table.

    Config:
        file: A CSV file in the workspace or in a granted folder.
        threshold: A number.
        column: The column to add up. Default: the one named like an amount, else the only one
            of numbers.
        direction: ``above`` or ``below`` the threshold. Default: ``above``.
        once: Tell once, and again only after the total came back. Default: true.
        language: Of the message, ``en`` or ``he``. Default: ``en``.
    """

    def __init__(self, config: dict) -> None:
        """Read what to add up, and when to tell."""
        self.file = config["file"]
        self.threshold = Decimal(str(config["threshold"]))
        self.column = config.get("column")
        self.direction = config.get("direction", "above")
        self.once = bool(config.get("once", True))
        self.message = MESSAGES[config.get("language", "en"), self.direction]

    async def execute(self) -> dict:
        """Add up, and tell when the threshold is passed."""
        total = add_up(await tools.filesystem.read_text(self.file), self.file, self.column)
        passed = total > self.threshold if self.direction == "above" else total < self.threshold
        handoff.observe(f"total {show(total)}")
        if passed and not (self.once and handoff.state.get("told")):
            text = self.message.format(
                file=self.file, total=show(total), threshold=show(self.threshold)
            )
            await tools.notifications.send(text)
            handoff.act(f"told that the total is {show(total)}")
        handoff.state["told"] = passed
        return {"status": "success", "result": {"total": float(total), "passed": passed}}


def add_up(text: str, file: str, column: str | None) -> Decimal:
    """Add up one column.

    Args:
        text: The table.
        file: Its name, for errors.
        column: The column's name; None: find it.

    Returns:
        The total. Empty cells count nothing, and neither does a last row that holds the total.

    Raises:
        ValueError: There is no table, no such column, or a cell that is no number.
    """
    rows = read_rows(text, file)
    if not rows:
        raise ValueError(f"{file} is empty")
    _, header = rows.pop(0)
    if rows and rows[-1][1][0].casefold().rstrip(":") in TOTAL_LABELS:
        rows.pop()
    index = find_column(header, [cells for _, cells in rows], file, column)

    total = Decimal(0)
    for line, cells in rows:
        cell = cells[index] if index < len(cells) else ""
        if not cell:
            continue
        number = read_number(cell)
        if number is None:
            raise ValueError(
                f"{file}, line {line}: '{cell:.50}' in column '{header[index]}' is no number"
            )
        total += number
    return total


def read_rows(text: str, file: str) -> list[tuple[int, list[str]]]:
    """Split a table into rows, each with its line number, leaving out the empty ones."""
    text = text.removeprefix("\ufeff")
    first = next((line for line in text.splitlines() if line.strip()), "")
    delimiter = max(DELIMITERS, key=lambda one: len(next(csv.reader([first], delimiter=one), [])))
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        rows = [(reader.line_num, [cell.strip() for cell in cells]) for cells in reader]
    except csv.Error as error:
        raise ValueError(f"{file}, line {reader.line_num}: {error}") from None
    return [(line, cells) for line, cells in rows if any(cells)]


def find_column(header: list[str], rows: list[list[str]], file: str, column: str | None) -> int:
    """Find the column to add up; where the choice is not clear, name the columns there are."""
    names = [name.casefold() for name in header]
    if column is not None:
        wanted = str(column).strip().casefold()
        found = [index for index, name in enumerate(names) if name == wanted]
        problem = (
            f"has no column '{column}'" if not found else f"has more than one column '{column}'"
        )
    else:
        found = [index for index, name in enumerate(names) if name in AMOUNT_NAMES]
        found = found or [index for index in range(len(header)) if holds_numbers(rows, index)]
        problem = "has no column of numbers" if not found else "has more than one column of numbers"
    if len(found) != 1:
        there = ", ".join(f"'{name}'" for name in header)
        raise ValueError(f"{file} {problem}; name one of {there} as config.column")
    return found[0]


def holds_numbers(rows: list[list[str]], index: int) -> bool:
    """Whether most cells of a column are numbers. One that is not is a mistake to be told."""
    cells = [row[index] for row in rows if index < len(row) and row[index]]
    return 2 * sum(read_number(cell) is not None for cell in cells) > len(cells)


def read_number(cell: str) -> Decimal | None:
    """Read a number as people write it: ``1,234.50``, ``1.234,50``, ``₪ 12``, ``(7)``, ``12-``.

    Returns:
        The number; None when it is none.
    """
    text = DECORATION.sub("", cell).replace("−", "-").replace("'", "")
    negative = text.startswith("(") and text.endswith(")")
    text = text[1:-1] if negative else text
    if text.endswith("-"):
        negative, text = True, text[:-1]
    if "," in text and "." in text:
        thousands = "," if text.rindex(".") > text.rindex(",") else "."
        text = text.replace(thousands, "").replace(",", ".")
    elif re.fullmatch(r"[+-]?\d{1,3}(,\d{3})+", text) or text.count(".") > 1:
        text = text.replace(",", "").replace(".", "")
    else:
        text = text.replace(",", ".")
    if not re.fullmatch(r"[+-]?(\d+\.?\d*|\.\d+)", text, re.ASCII):
        return None
    return -Decimal(text) if negative else Decimal(text)


def show(number: Decimal) -> str:
    """Write a number for people: ``1,200``, ``1,200.50``."""
    return f"{number:,.2f}".removesuffix(".00")

"""Take a figure of a table's column, and tell when it passes a threshold."""

import csv
import io
import re
from decimal import Decimal

from p38 import handoff, tools

AMOUNT_NAMES = {"amount", "total", "sum", "price", "cost", "סכום", 'סה"כ', "סה״כ", "מחיר"}
TOTAL_LABELS = {"total", "sum", "grand total", 'סה"כ', "סה״כ", "סך הכל", "סך הכול"}
DELIMITERS = ",;\t"

# What a cell may hold beside the number: currency signs and codes, spaces, and marks of direction.
DECORATION = re.compile(r"[$€£¥₪₹%\s\u200e\u200f]|USD|EUR|GBP|ILS|NIS|ש[\"״]ח")
DECIMAL_COMMA = re.compile(r"\.\d{3},\d|^[^.,]*,(\d{1,2}|\d{4,})$|^[^.,]*\d{4,},\d")
DECIMAL_POINT = re.compile(r",\d{3}\.\d|^[^.,]*\.(\d{1,2}|\d{4,})$|^[^.,]*\d{4,}\.\d")

MEASURES = {
    "total": lambda numbers: sum(numbers, Decimal(0)),
    "average": lambda numbers: sum(numbers, Decimal(0)) / len(numbers),
    "minimum": min,
    "maximum": max,
}
PASSED = {
    "above": lambda figure, threshold: figure > threshold,
    "at_least": lambda figure, threshold: figure >= threshold,
    "below": lambda figure, threshold: figure < threshold,
    "at_most": lambda figure, threshold: figure <= threshold,
}
WORDS = {
    "en": {
        "total": "total",
        "average": "average",
        "minimum": "lowest",
        "maximum": "highest",
        "above": "above ",
        "at_least": "at least ",
        "below": "below ",
        "at_most": "at most ",
        "of": " of {column}",
        "message": "{file}: the {measure}{of} is {figure}, {direction}{threshold}.",
    },
    "he": {
        "total": "הסכום הכולל",
        "average": "הממוצע",
        "minimum": "המינימום",
        "maximum": "המקסימום",
        "above": "מעל ",
        "at_least": "לפחות ",
        "below": "מתחת ל־",
        "at_most": "לכל היותר ",
        "of": " של {column}",
        "message": "{file}: {measure}{of} הוא {figure}, {direction}{threshold}.",
    },
}


class Agent:
    """Watches a figure of one table.

    Config:
        file: A CSV file in the workspace or in a granted folder.
        threshold: A number.
        measure: ``total``, ``average``, ``minimum`` or ``maximum``. Default: ``total``.
        column: The column to take. Default: the one named like an amount, else the only one of
            numbers.
        about: What the column may be called: taken when there is such a column. Default: nothing.
        direction: When to tell: ``above``, ``at_least``, ``below`` or ``at_most`` the threshold.
            Default: ``above``.
        rearm: How far it must come back before it is told again. Default: to the threshold.
        rearm_past: Whether ``rearm`` itself is not far enough. Default: false.
        only_once: Tell one time in all. Default: false.
        decimals: How many digits behind the point each number has. Default: two, and none where
            they are zeros.
        once: Tell once, and again only after it came back. Default: true.
        language: Of the message, ``en`` or ``he``. Default: ``en``.
    """

    def __init__(self, config: dict) -> None:
        """Read what to take, and when to tell."""
        self.file = config["file"]
        self.threshold = Decimal(str(config["threshold"]))
        self.rearm = Decimal(str(config.get("rearm", self.threshold)))
        self.column = config.get("column")
        self.about = config.get("about")
        self.measure = config.get("measure", "total")
        self.direction = config.get("direction", "above")
        self.rearm_past = bool(config.get("rearm_past", False))
        self.once = bool(config.get("once", True))
        self.only_once = bool(config.get("only_once", False))
        self.decimals = config.get("decimals")
        self.words = WORDS[config.get("language", "en")]
        if self.measure not in MEASURES or self.direction not in PASSED:
            raise ValueError("config.measure or config.direction is none that there is")

    async def execute(self) -> dict:
        """Take the figure, and tell when the threshold is passed."""
        text = await tools.filesystem.read_text(self.file)
        name, numbers = read_column(text, self.file, self.column, self.about)
        if not numbers and self.measure != "total":
            raise ValueError(f"{self.file} has no numbers in column '{name}'")
        figure = MEASURES[self.measure](numbers)
        passed = PASSED[self.direction](figure, self.threshold)
        handoff.observe(f"{self.measure} {show(figure)}")
        told = bool(handoff.state.get("told")) and not self.is_back(figure)
        if passed and not (self.once and told) and not handoff.state.get("done"):
            await self.tell(figure, name)
            told = True
            handoff.state["done"] = self.only_once
        handoff.state["told"] = told
        return {"status": "success", "result": {self.measure: float(figure), "passed": passed}}

    def is_back(self, figure: Decimal) -> bool:
        """Whether the figure has come back, so that passing is news again."""
        if PASSED[self.direction](figure, self.threshold):
            return False
        if figure == self.rearm:
            return not self.rearm_past
        rising = self.direction in ("above", "at_least")
        return figure < self.rearm if rising else figure > self.rearm

    async def tell(self, figure: Decimal, name: str) -> None:
        """Tell the figure, with as many digits as keep it apart from the threshold."""
        wanted = self.column or self.about
        is_named = bool(wanted and named([name], wanted))
        shown, threshold = self.show(figure), self.show(self.threshold)
        if shown == threshold and figure != self.threshold:
            shown, threshold = (f"{one.normalize():,f}" for one in (figure, self.threshold))
        text = self.words["message"].format(
            file=self.file,
            measure=self.words[self.measure],
            of=self.words["of"].format(column=name) if is_named else "",
            figure=shown,
            direction=self.words[self.direction],
            threshold=threshold,
        )
        await tools.notifications.send(text)
        handoff.act(f"told that the {self.measure} is {shown}")

    def show(self, number: Decimal) -> str:
        """Write a number with as many decimals as were asked for."""
        return show(number) if self.decimals is None else f"{number:,.{int(self.decimals)}f}"


def read_column(
    text: str, file: str, column: str | None = None, about: str | None = None
) -> tuple[str, list[Decimal]]:
    """Read the numbers of one column.

    Args:
        text: The table.
        file: Its name, for errors.
        column: The column's name; None: find it.
        about: What it may be called.

    Returns:
        The column's name and its numbers. Empty cells count nothing, and neither does a last row
        that holds the total.

    Raises:
        ValueError: There is no table, no such column, or a cell that is no number.
    """
    rows = read_rows(text, file)
    if not rows:
        raise ValueError(f"{file} is empty")
    _, header = rows.pop(0)
    if rows and rows[-1][1][0].casefold().rstrip(":") in TOTAL_LABELS:
        rows.pop()
    index = find_column(header, [cells for _, cells in rows], file, column, about)

    cells = [(line, cells[index]) for line, cells in rows if index < len(cells) and cells[index]]
    comma = has_decimal_comma([cell for _, cell in cells])
    numbers = []
    for line, cell in cells:
        number = read_number(cell, comma)
        if number is None:
            raise ValueError(
                f"{file}, line {line}: '{cell:.50}' in column '{header[index]}' is no number"
            )
        numbers.append(number)
    return header[index], numbers


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


def find_column(
    header: list[str],
    rows: list[list[str]],
    file: str,
    column: str | None = None,
    about: str | None = None,
) -> int:
    """Find the column to take; where the choice is not clear, name the columns there are."""
    if column is not None:
        found = named(header, column)
        problem = (
            f"has no column '{column}'" if not found else f"has more than one column '{column}'"
        )
    else:
        names = [name.casefold() for name in header]
        found = named(header, about) if about else []
        found = found if len(found) == 1 else []
        found = found or [index for index, name in enumerate(names) if name in AMOUNT_NAMES]
        found = found or [index for index in range(len(header)) if holds_numbers(rows, index)]
        problem = "has no column of numbers" if not found else "has more than one column of numbers"
    if len(found) != 1:
        there = ", ".join(f"'{name}'" for name in header)
        raise ValueError(f"{file} {problem}; name one of {there} as config.column")
    return found[0]


def named(header: list[str], wanted: str) -> list[int]:
    """Find the columns of a name: as it is written, else but for signs and ends, else in part."""
    for same in (
        lambda name: name.strip().casefold(),
        lambda name: " ".join(re.findall(r"\w+", name.casefold().replace("_", " "))),
        lambda name: " ".join(re.findall(r"\w+", name.casefold().replace("_", " "))).rstrip("s"),
        lambda name: re.sub(r"^ה", "", name.strip()),
    ):
        found = [index for index, name in enumerate(header) if same(name) == same(wanted)]
        if found:
            return found
    words = set(re.findall(r"\w+", wanted.casefold().replace("_", " ")))
    return [
        index
        for index, name in enumerate(header)
        if words and words <= set(re.findall(r"\w+", name.casefold().replace("_", " ")))
    ]


def holds_numbers(rows: list[list[str]], index: int) -> bool:
    """Whether most cells of a column are numbers. One that is not is a mistake to be told."""
    cells = [row[index] for row in rows if index < len(row) and row[index]]
    return 2 * sum(read_number(cell) is not None for cell in cells) > len(cells)


def has_decimal_comma(cells: list[str]) -> bool:
    """Whether the commas of a column part off decimals: some cell says so, and none otherwise."""
    plain = [DECORATION.sub("", cell) for cell in cells]
    return any(map(DECIMAL_COMMA.search, plain)) and not any(map(DECIMAL_POINT.search, plain))


def read_number(cell: str, comma: bool = False) -> Decimal | None:
    """Read a number as people write it: ``1,234.50``, ``1.234,50``, ``₪ 12``, ``(7)``, ``12-``.

    Args:
        cell: What was written.
        comma: Whether this column's commas part off decimals, so that ``1,234`` is a little more
            than one.

    Returns:
        The number; None when it is none.
    """
    text = DECORATION.sub("", cell).replace("−", "-").replace("'", "")
    negative = text.startswith("(") and text.endswith(")")
    text = text[1:-1] if negative else text
    if text.endswith("-"):
        negative, text = True, text[:-1]
    if comma and text.count(",") <= 1:
        text = text.replace(".", "").replace(",", ".")
    elif "," in text and "." in text:
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
    """Write a number for people: ``1,200``, ``1,200.50``, ``0.0042``."""
    if 0 < abs(number) < Decimal("0.1"):
        return f"{number:.2g}" if abs(number) >= Decimal("0.0001") else f"{number.normalize():f}"
    return f"{number:,.2f}".removesuffix(".00")

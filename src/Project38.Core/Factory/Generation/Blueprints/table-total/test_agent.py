"""Tests of the table's figure."""

from decimal import Decimal

import pytest
from agent import Agent, read_column, read_number, show
from p38.testing import World

TABLE = "date,item,amount\n2026-11-01,rent,900\n2026-11-02,food,{food}\n"
CONFIG = {"file": "expenses.csv", "threshold": 1000}


async def run(world: World, food: object, **config: object) -> list[str]:
    """Run once with so much spent on food; give what was told."""
    world.files["expenses.csv"] = TABLE.format(food=food)
    ended = await world.run(Agent, {**CONFIG, **config})
    assert ended.status == "success", ended.error
    return [told.text for told in ended.notifications]


async def test_tells_once_and_again_after_it_came_back():
    """Only the passing is told, not the staying."""
    world = World()

    told = [await run(world, food) for food in (50, 300, 400, 100, 350.5)]

    assert told == [
        [],
        ["expenses.csv: the total is 1,200, above 1,000."],
        [],
        [],
        ["expenses.csv: the total is 1,250.50, above 1,000."],
    ]


async def test_the_threshold_itself_is_not_passed():
    """Above is above."""
    assert await run(World(), 100) == []
    assert await run(World(), 100, direction="below") == []


async def test_tells_every_time_when_asked_to():
    """Without ``once``, the staying is told too."""
    world = World()

    assert [len(await run(world, 300, once=False)) for _ in range(3)] == [1, 1, 1]


async def test_tells_when_it_falls_below():
    """The other direction."""
    assert await run(World(), 50, direction="below") == [
        "expenses.csv: the total is 950, below 1,000."
    ]


async def test_speaks_hebrew():
    """The message comes in the brief's language."""
    assert await run(World(), 300, language="he") == [
        "expenses.csv: הסכום הכולל הוא 1,200, מעל 1,000."
    ]
    assert await run(World(), 1, direction="below", language="he") == [
        "expenses.csv: הסכום הכולל הוא 901, מתחת ל־1,000."
    ]


@pytest.mark.parametrize(
    ("measure", "threshold", "text"),
    [
        ("average", 474, "expenses.csv: the average is 475, above 474."),
        ("minimum", 49, "expenses.csv: the lowest is 50, above 49."),
        ("maximum", 899.5, "expenses.csv: the highest is 900, above 899.50."),
        ("total", 949.999, "expenses.csv: the total is 950, above 949.999."),
    ],
)
async def test_takes_the_measure_it_was_asked_for(measure, threshold, text):
    """Each measure has its figure and its word."""
    told = await run(World(), 50, measure=measure, threshold=threshold)

    assert told == [text]


@pytest.mark.parametrize(
    ("direction", "food", "told"),
    [("at_least", 100, 1), ("at_least", 99, 0), ("at_most", 100, 1), ("at_most", 101, 0)],
)
async def test_the_threshold_itself_counts_when_asked_to(direction, food, told):
    """At least is at least."""
    assert len(await run(World(), food, direction=direction)) == told


async def test_tells_again_only_after_it_came_back_far_enough():
    """Between the two numbers nothing is news."""
    world = World()

    told = [len(await run(world, food, rearm=950)) for food in (200, 90, 200, 40, 200)]

    assert told == [1, 0, 0, 0, 1]


@pytest.mark.parametrize(("past", "told"), [(False, [1, 0, 1]), (True, [1, 0, 0])])
async def test_the_number_it_comes_back_to_is_far_enough_unless_it_must_be_passed(past, told):
    """Coming back to 1,000 is not the same as falling below it."""
    world = World()

    runs = [len(await run(world, food, rearm_past=past)) for food in (200, 100, 200)]

    assert runs == told


async def test_tells_one_time_in_all_when_asked_to():
    """Coming back changes nothing then."""
    world = World()

    told = [len(await run(world, food, only_once=True)) for food in (200, 50, 200)]

    assert told == [1, 0, 0]


async def test_writes_as_many_decimals_as_asked():
    """Also where they are zeros."""
    assert await run(World(), 300, decimals=2) == [
        "expenses.csv: the total is 1,200.00, above 1,000.00."
    ]


async def test_names_the_column_it_was_told():
    """A column that was named is named back; what it is only about may be missing."""
    world = World()

    assert await run(world, 300, column="Amount", measure="average", threshold=1) == [
        "expenses.csv: the average of amount is 600, above 1."
    ]
    assert await run(World(), 300, about="spending") == [
        "expenses.csv: the total is 1,200, above 1,000."
    ]


async def test_keeps_the_figure_apart_from_the_threshold():
    """Rounding must not say that 1,000 is above 1,000."""
    assert await run(World(), 100.001) == ["expenses.csv: the total is 1,000.001, above 1,000."]


async def test_an_average_of_nothing_is_an_error():
    """There is no such figure, and none is made up."""
    world = World(files={"expenses.csv": "amount\n"})

    ended = await world.run(Agent, {**CONFIG, "measure": "average"})

    assert ended.status == "error"
    assert "no numbers" in ended.error


async def test_gives_its_result_and_observes():
    """The run leaves what it saw."""
    world = World(files={"expenses.csv": TABLE.format(food="0.10")})

    ended = await world.run(Agent, CONFIG)

    assert ended.result == {"total": 900.1, "passed": False}
    assert ended.observations == ["total 900.10"]


async def test_a_missing_file_is_named():
    """The error says which file is not there."""
    ended = await World().run(Agent, CONFIG)

    assert ended.status == "error"
    assert "expenses.csv" in ended.error


@pytest.mark.parametrize(
    "config", [{}, {**CONFIG, "direction": "up"}, {**CONFIG, "threshold": "x"}]
)
async def test_a_wrong_config_fails(config):
    """Nothing is read when the config makes no sense."""
    assert (await World().run(Agent, config)).status == "error"


@pytest.mark.parametrize(
    ("text", "column", "total"),
    [
        ("amount\n1\n2\n", None, "3"),
        ("\ufeffamount\r\n1\r\n\r\n2\r\n", None, "3"),
        ("name;amount\na;1,5\nb;2\n", None, "3.5"),
        ("name\tcost\na\t1.5\n\t2\n", None, "3.5"),
        ('name,amount\n"a, b","1,200.50"\n"two\nlines",₪3\n', None, "1203.5"),
        ("id,hours\na,1\nb,\nc\n", None, "1"),
        ("id,amount\n7,1\n8,2\n", None, "3"),
        ("a,b\n1,2\n3,4\n", "B", "6"),
        ("תאריך,סכום\n1.1.2026,10\n", None, "10"),
        ("item,amount\na,1\nTotal:,1\n", None, "1"),
        ("item,amount\na,1\nסה״כ,1\n", None, "1"),
        ("item,amount\n", None, "0"),
        ("amount\n0.1\n0.2\n", None, "0.3"),
        ("a;amount\nx;1,234\ny;0,5\n", None, "1.734"),
        ("a;amount\nx;1.234\ny;0,5\n", None, "1234.5"),
        ("amount\n1.234\n0.5\n", None, "1.734"),
        ("a;amount\nx;1,234\ny;2\n", None, "1236"),
        ("id,Unit price (USD)\n7,2\n8,3\n", "price", "5"),
        ("id,unit_price,price list\n7,2,1\n8,3,1\n", "unit price", "5"),
        ("id,price,tax\n7,2,1\n", "prices", "2"),
        ("מספר,מחיר,מס\n7,2,1\n", "המחיר", "2"),
    ],
)
def test_tables_are_read_as_people_write_them(text, column, total):
    """Delimiters, quotes, byte order marks, empty lines and cells, total rows."""
    assert sum(read_column(text, "t.csv", column)[1]) == Decimal(total)


@pytest.mark.parametrize(
    ("text", "column", "error"),
    [
        ("", None, "t.csv is empty"),
        ("\n \n", None, "t.csv is empty"),
        (
            "name,amount\na,1\n\nb,two\n",
            None,
            "t.csv, line 4: 'two' in column 'amount' is no number",
        ),
        ("id,h\n1,1\n2,2\n3,x\n", "h", "t.csv, line 4: 'x' in column 'h' is no number"),
        (
            "a,b\n1,2\n",
            None,
            "more than one column of numbers; name one of 'a', 'b' as config.column",
        ),
        ("a,b\n1,2\n", "c", "t.csv has no column 'c'; name one of 'a', 'b' as config.column"),
        (
            "amount,cost\n1,2\n",
            None,
            "more than one column of numbers; name one of 'amount', 'cost'",
        ),
        ("name\na\n", None, "t.csv has no column of numbers"),
    ],
)
def test_a_table_that_cannot_be_added_up_says_why(text, column, error):
    """Each error names the file, and the line or the columns."""
    with pytest.raises(ValueError) as raised:
        read_column(text, "t.csv", column)

    assert error in str(raised.value)


@pytest.mark.parametrize(
    ("cell", "number"),
    [
        ("1,234", "1234"),
        ("1,234,567.89", "1234567.89"),
        ("1.234.567,89", "1234567.89"),
        ("1.234.567", "1234567"),
        ("1 234,5", "1234.5"),
        ("1'234.50", "1234.50"),
        ("$ -5", "-5"),
        ("−5 ₪", "-5"),
        ("(12.50)", "-12.50"),
        ("12-", "-12"),
        ("+.5", "0.5"),
        ("\u200f100\u200e", "100"),
        ("12,50 EUR", "12.50"),
        ("x", None),
        ("1-2", None),
        ("2026-11-01", None),
        ("NaN", None),
        ("1e5", None),
        ("٣", None),
        ("", None),
    ],
)
def test_numbers_are_read_as_people_write_them(cell, number):
    """Thousands, decimals, currencies and signs; everything else is no number."""
    assert read_number(cell) == (None if number is None else Decimal(number))


def test_numbers_are_shown_for_people():
    """Thousands apart, and no empty cents."""
    assert [show(Decimal(number)) for number in ("1200", "1200.5", "-3", "0.005")] == [
        "1,200",
        "1,200.50",
        "-3",
        "0.005",
    ]

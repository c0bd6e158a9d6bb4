"""A query that is put together once and run with other values: with Django putting it together takes two to five times
as long as all the rest (docs/speed.md).

    @prepared
    def _memberships(user):
        return Membership.objects.filter(user=user).select_related("agency")

    _memberships(user=person.pk)  # a list of rows

The function is asked for its queryset twice, with marks in place of the values: where the two statements differ, the
values go. What else differs (the time of day, say) would be stale from the next call on, so it is refused at once.
Values are numbers, texts, moments and lists of them (a list of another length is another statement): primary keys, not
rows. Only how to ask is kept, nothing that was read.
"""

import copy
import itertools
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime, timedelta
from functools import wraps
from typing import Any

from django.db import connections
from django.db.models import QuerySet
from django.db.transaction import TransactionManagementError

from scorecards.kept import Kept

STATEMENTS = Kept(300)  # 10 to 70 KB each
MARKS = 30_000, 31_000  # two sets of numbers that every column takes
A_DAY = datetime(2000, 1, 1, tzinfo=UTC)
LONGEST = 2**31  # whether a column holds a greater number is for Django to say, each time


class CannotBePrepared(Exception):
    """Run with other values this would not be the query that it should be."""


def prepared(make: Callable[..., QuerySet]) -> Callable[..., list[Any]]:
    """The rows that `make` asks for with these values, as a list. What it makes follows from nothing but them."""

    @wraps(make)
    def rows(**values: Any) -> list[Any]:
        single = [*_single(values)]
        if [] in values.values() or any(isinstance(one, int) and abs(one) >= LONGEST for one in single):
            return list(make(**values))
        shape = [len(one) if isinstance(one, list) else type(one).__name__ for one in values.values()]
        return STATEMENTS.once(lambda: Statement(make, values), make, *values, *shape).rows(single)

    return rows


class Statement:
    """What a queryset asks, and where in it the values go."""

    def __init__(self, make: Callable[..., QuerySet], values: dict) -> None:
        (first, marks), (second, others) = (_marked(values, number) for number in MARKS)
        self.queryset, other = make(**first), make(**second)
        self.compiler = self.queryset.query.get_compiler(using=self.queryset.db)
        self.sql, params = self.compiler.as_sql()
        asked = [one for one, _sql, _name in self.compiler.select[: self.compiler.col_count]]
        self.converters = self.compiler.get_converters(asked)
        sql, other_params = other.query.get_compiler(using=other.db).as_sql()
        sent = [[_sent(one, self.compiler.connection) for one in given] for given in (marks, others)]
        number_of = {pair: number for number, pair in enumerate(zip(*sent, strict=True))}
        pairs = list(zip(params, other_params, strict=True))
        differing = [pair for pair in pairs if pair[0] != pair[1]]
        if sql != self.sql or {*differing} != {*number_of}:
            raise CannotBePrepared(
                f"{make.__qualname__}: not its values alone differ from one call to the next."
            )
        # (the text that always stands here, or the number of the value that does)
        self.params = [(one, number_of.get((one, two))) for one, two in pairs]

    def rows(self, values: list) -> list[Any]:
        connection = connections[self.queryset.db]
        if self.queryset.query.select_for_update and connection.get_autocommit():
            # what Django sees to when it puts a query together
            raise TransactionManagementError("Rows are locked inside a transaction alone.")
        sent = [_sent(one, connection) for one in values]
        params = tuple(text if number is None else sent[number] for text, number in self.params)
        compiler: Any = copy.copy(self.compiler)
        compiler.connection, compiler.as_sql = connection, lambda: (self.sql, params)
        compiler.get_converters = lambda asked: self.converters
        rows: Any = self.queryset.all()
        rows.query.get_compiler = lambda using: compiler
        return list(rows)


def _single(values: dict) -> Iterator:
    for value in values.values():
        yield from value if isinstance(value, list) else (value,)


def _marked(values: dict, number: int) -> tuple[dict, list]:
    """The values with a mark of its kind in the place of each, and these marks."""
    numbers = itertools.count(number)
    marked = {
        name: [_mark(one, next(numbers)) for one in value]
        if isinstance(value, list)
        else _mark(value, next(numbers))
        for name, value in values.items()
    }
    return marked, [*_single(marked)]


def _mark(value: Any, number: int) -> int | str | datetime:
    if isinstance(value, datetime):
        return A_DAY + timedelta(seconds=number)
    if type(value) in (int, str):
        return type(value)(number)
    raise CannotBePrepared(f"A {type(value).__name__} cannot be given.")


def _sent(value: Any, connection: Any) -> Any:
    """As the database takes it."""
    return connection.ops.adapt_datetimefield_value(value) if isinstance(value, datetime) else value


def read_at_once(owners: Iterable[Any], name: str, rows: Callable[..., list[Any]]) -> None:
    """Let `owner.NAME.all()` be what these prepared rows find for it (`owners=` their keys), as prefetch_related does;
    read at once for all of them that do not have it yet."""
    unread = [one for one in owners if name not in one.__dict__.setdefault("_prefetched_objects_cache", {})]
    found: dict[int, list] = {one.pk: [] for one in unread}
    for row in rows(owners=[*found]) if found else ():
        found[getattr(row, getattr(unread[0], name).field.attname)].append(row)
    for one in unread:
        manager = getattr(one, name)
        for row in found[one.pk]:
            setattr(row, manager.field.name, one)
        read = manager.all()
        read._result_cache, read._prefetch_done = found[one.pk], True
        one._prefetched_objects_cache[name] = read

"""What was judged is frozen below the ORM too: triggers that refuse to change or remove a row, on both databases.

Used by migrations. SQLite makes a table anew to alter it, without its triggers: a migration that alters a frozen table
is followed by `freeze` (tests/workflow/test_record.py tells when it was forgotten). `thaw` is for whoever must repair a
database by hand, and for the tests that tamper.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.db.backends.base.base import BaseDatabaseWrapper


@dataclass(frozen=True)
class Guard:
    """Refuses `operation` (UPDATE or DELETE) on rows of a table, where `when` (SQL over OLD and NEW) holds."""

    table: str
    operation: str
    sentence: str
    when: str = "TRUE"

    @property
    def name(self) -> str:
        return f"frozen_{self.table}_{self.operation.lower()}"


def freeze(guards: Iterable[Guard], connection: BaseDatabaseWrapper) -> None:
    """Put the guards in place."""
    with connection.cursor() as cursor:
        for guard in guards:
            for statement in STATEMENTS[connection.vendor](guard):
                cursor.execute(statement)


def thaw(guards: Iterable[Guard], connection: BaseDatabaseWrapper) -> None:
    """Take the guards away."""
    with connection.cursor() as cursor:
        for guard in guards:
            table = f" ON {guard.table}" if connection.vendor == "postgresql" else ""
            cursor.execute(f"DROP TRIGGER IF EXISTS {guard.name}{table}")


def _sqlite(guard: Guard) -> Iterator[str]:
    yield f"""CREATE TRIGGER {guard.name} BEFORE {guard.operation} ON {guard.table} WHEN {guard.when}
        BEGIN SELECT RAISE(ABORT, '{guard.sentence}'); END"""


def _postgresql(guard: Guard) -> Iterator[str]:
    # The condition stands in the body: PostgreSQL takes no subquery in a trigger's WHEN.
    row = "NEW" if guard.operation == "UPDATE" else "OLD"
    yield f"""CREATE OR REPLACE FUNCTION {guard.name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        IF {guard.when} THEN
            RAISE EXCEPTION '{guard.sentence}' USING ERRCODE = 'integrity_constraint_violation';
        END IF;
        RETURN {row}; END $$"""
    yield f"""CREATE TRIGGER {guard.name} BEFORE {guard.operation} ON {guard.table}
        FOR EACH ROW EXECUTE FUNCTION {guard.name}()"""


STATEMENTS = {"sqlite": _sqlite, "postgresql": _postgresql}

FRAMEWORK = [
    Guard(
        "indicators_framework", operation, "A published framework never changes.", "OLD.state = 'published'"
    )
    for operation in ("UPDATE", "DELETE")
]
INDICATORS = [
    Guard(
        "indicators_indicator",
        operation,
        "An indicator of a published framework never changes.",
        "EXISTS (SELECT 1 FROM indicators_framework WHERE id = OLD.framework_id AND state = 'published')",
    )
    for operation in ("UPDATE", "DELETE")
]
RECORDS = [
    Guard(table, operation, "What was recorded never changes.")
    for table in ("scorecards_submission", "scorecards_publication", "scorecards_event")
    for operation in ("UPDATE", "DELETE")
]
RESOLUTIONS = [
    Guard("scorecards_resolution", operation, "What was recorded never changes.")
    for operation in ("UPDATE", "DELETE")
]
# What an agency asked never changes, what was decided neither; a decision comes once, and once its publication.
APPEALS = [
    Guard(
        "scorecards_appeal",
        "UPDATE",
        "What was recorded never changes.",
        "OLD.reason <> NEW.reason OR OLD.files <> NEW.files OR OLD.publication_id <> NEW.publication_id"
        " OR OLD.indicator_id <> NEW.indicator_id OR OLD.opened_by_id <> NEW.opened_by_id"
        " OR OLD.opened_at <> NEW.opened_at OR OLD.revision_id <> NEW.revision_id"
        " OR (OLD.outcome <> '' AND (OLD.outcome <> NEW.outcome OR OLD.decision <> NEW.decision"
        " OR OLD.changes <> NEW.changes OR OLD.decided_by_id <> NEW.decided_by_id"
        " OR OLD.decided_at <> NEW.decided_at))",
    ),
    Guard("scorecards_appeal", "DELETE", "What was recorded never changes."),
]
IMPRINTS = [
    Guard("reports_imprint", operation, "What was recorded never changes.")
    for operation in ("UPDATE", "DELETE")
]

"""Which release a backup was made by, told by the migrations that were applied, and how a database is brought there."""

from django.apps import apps as installed
from django.apps.registry import Apps
from django.core.management import call_command
from django.db import connections
from django.db.migrations.exceptions import InvalidMigrationPlan, IrreversibleError
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.recorder import MigrationRecorder
from django.utils.translation import gettext as _

from indicators.refusals import Refused


def applied(*, using: str = "default") -> dict[str, list[str]]:
    """{app: names of its migrations} as the database has them, of apps that this release knows."""
    known = MigrationExecutor(connections[using]).loader.graph.nodes
    found: dict[str, list[str]] = {}
    for app, name in sorted(MigrationRecorder(connections[using]).applied_migrations()):
        if (app, name) in known:
            found.setdefault(app, []).append(name)
    return found


def is_behind(*, using: str = "default") -> bool:
    """Whether migrations of this release are not applied yet."""
    executor = MigrationExecutor(connections[using])
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def refuse_behind(*, using: str = "default") -> None:
    """Refused when the database is not yet at this release."""
    if is_behind(using=using):
        raise Refused([_("The database is not at this release yet. Run manage.py migrate first.")])


def is_current(migrations: dict[str, list[str]], *, using: str = "default") -> bool:
    """Whether a backup with these migrations was made by this release; Refused when it was made by a newer one."""
    known = set(MigrationExecutor(connections[using]).loader.graph.nodes)
    theirs = {(app, name) for app, names in migrations.items() for name in names}
    if unknown := sorted(theirs - known):
        raise Refused(
            [
                _(
                    "The backup was made by a newer release (it knows %(app)s %(name)s). Install that release, "
                    "then restore."
                )
                % {"app": unknown[0][0], "name": unknown[0][1]}
            ]
        )
    return theirs == known


def bring_to(migrations: dict[str, list[str]], *, using: str = "default") -> Apps:
    """Makes the tables of the release that these migrations are, in an empty database; returns its models (apps)."""
    executor = MigrationExecutor(connections[using])
    theirs = {(app, name) for app, names in migrations.items() for name in names}
    nodes = executor.loader.graph.node_map
    later = {
        node: {child.key for child in nodes[node].children if child.key[0] == node[0]} for node in theirs
    }
    targets = [node for node in sorted(theirs) if not later[node] & theirs]
    try:
        executor.migrate(targets)
    except (IrreversibleError, InvalidMigrationPlan) as fault:
        raise Refused(
            [
                _(
                    "The backup is of an older release, and this database cannot be taken back to it. Make a new, "
                    "wholly empty database (no tables) and restore into that."
                )
            ]
        ) from fault
    return installed if theirs == set(nodes) else executor.loader.project_state(targets).apps


def bring_forward(*, using: str = "default") -> None:
    """Applies what this release has more."""
    call_command("migrate", database=using, interactive=False, verbosity=0)

from django.core.management import call_command
from django.db import migrations


def make_table(apps, schema_editor):
    """The table in which attempts to sign in are counted; one that is there already is left."""
    call_command("createcachetable", database=schema_editor.connection.alias, verbosity=0)


class Migration(migrations.Migration):

    dependencies = [
        ('scorecards', '0016_people'),
    ]

    operations = [
        migrations.RunPython(make_table, migrations.RunPython.noop),
    ]

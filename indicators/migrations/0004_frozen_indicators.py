from django.db import migrations

from indicators.freezing import FRAMEWORK, INDICATORS, freeze, thaw


def freeze_both(apps, schema_editor):
    """0003 made the framework's table anew on SQLite, without its triggers."""
    thaw(FRAMEWORK, schema_editor.connection)
    freeze([*FRAMEWORK, *INDICATORS], schema_editor.connection)


class Migration(migrations.Migration):
    dependencies = [("indicators", "0003_editing")]
    operations = [
        migrations.RunPython(freeze_both, lambda apps, schema_editor: thaw(INDICATORS, schema_editor.connection))
    ]

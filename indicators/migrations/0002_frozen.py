from django.db import migrations

from indicators.freezing import FRAMEWORK, freeze, thaw


class Migration(migrations.Migration):
    dependencies = [("indicators", "0001_initial")]
    operations = [
        migrations.RunPython(
            lambda apps, schema_editor: freeze(FRAMEWORK, schema_editor.connection),
            lambda apps, schema_editor: thaw(FRAMEWORK, schema_editor.connection),
        )
    ]

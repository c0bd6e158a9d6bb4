from django.db import migrations

from indicators.freezing import RECORDS, freeze, thaw


class Migration(migrations.Migration):
    dependencies = [("scorecards", "0001_initial"), ("indicators", "0002_frozen")]
    operations = [
        migrations.RunPython(
            lambda apps, schema_editor: freeze(RECORDS, schema_editor.connection),
            lambda apps, schema_editor: thaw(RECORDS, schema_editor.connection),
        )
    ]

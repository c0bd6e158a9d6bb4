from django.db import migrations

from indicators.freezing import APPEALS, freeze, thaw


class Migration(migrations.Migration):
    dependencies = [("scorecards", "0017_cache_table")]
    operations = [
        migrations.RunPython(
            lambda apps, schema_editor: freeze(APPEALS, schema_editor.connection),
            lambda apps, schema_editor: thaw(APPEALS, schema_editor.connection),
        )
    ]

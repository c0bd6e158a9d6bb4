from django.db import migrations

from indicators.freezing import INDICATORS, freeze, thaw


class Migration(migrations.Migration):
    dependencies = [("indicators", "0003_editing")]
    operations = [
        migrations.RunPython(
            lambda apps, schema_editor: freeze(INDICATORS, schema_editor.connection),
            lambda apps, schema_editor: thaw(INDICATORS, schema_editor.connection),
        )
    ]

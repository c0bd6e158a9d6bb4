from django.db import migrations

from indicators.freezing import IMPRINTS, freeze, thaw


class Migration(migrations.Migration):
    dependencies = [("reports", "0008_more_documents")]
    operations = [
        migrations.RunPython(
            lambda apps, schema_editor: freeze(IMPRINTS, schema_editor.connection),
            lambda apps, schema_editor: thaw(IMPRINTS, schema_editor.connection),
        )
    ]

from collections import defaultdict

from django.conf import settings
from django.db import migrations


def fold(apps, schema_editor):
    """Accounts of one address in two spellings stay as they are: `manage.py doctor addresses` names them."""
    User = apps.get_model('auth', 'User')
    spelled = defaultdict(list)
    for pk, email in User.objects.exclude(email='').values_list('pk', 'email'):
        spelled[email.lower()].append((pk, email))
    for email, [(pk, stored), *others] in spelled.items():
        if stored != email and not others:
            User.objects.filter(pk=pk).update(email=email)


class Migration(migrations.Migration):

    dependencies = [
        ('scorecards', '0020_new_passwords'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RunPython(fold, migrations.RunPython.noop),
    ]

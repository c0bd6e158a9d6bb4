import os
from importlib import import_module

from django.conf import settings
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
application = get_wsgi_application()
import_module("config.urls")  # all that pages need, before the first person comes and would wait for it
if settings.DATABASE_URL:
    from config.database_patience import limit_waiting

    limit_waiting()

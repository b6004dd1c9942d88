"""The shop as production serves it, but over plain HTTP on loopback, which `interflora.wsgi` refuses."""

from django.core.wsgi import get_wsgi_application

application = get_wsgi_application()

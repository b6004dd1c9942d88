from __future__ import annotations

from anymail.urls import urlpatterns as anymail_urls
from django.urls import URLPattern, URLResolver, include, path

from notifications import views, webhooks

app_name = "notifications"
# Reports of delivery alone: the shop takes no mail in, and Amazon's would need a library that is not installed.
mail_reports = [
    route
    for route in anymail_urls
    if isinstance(route, URLPattern) and "/tracking/" in str(route.pattern) and "amazon" not in str(route.pattern)
]
urlpatterns: list[URLPattern | URLResolver] = [
    path("stop/<str:token>/", views.stop, name="stop"),
    path(
        "webhooks/",
        include(
            [
                path("twilio/status/", webhooks.twilio_status, name="twilio_status"),
                path("twilio/inbound/", webhooks.twilio_inbound, name="twilio_inbound"),
                path("anymail/", include((mail_reports, "anymail"))),
            ]
        ),
    ),
]

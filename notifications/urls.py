from __future__ import annotations

from anymail.urls import urlpatterns as anymail_urls
from django.conf import settings
from django.urls import URLPattern, URLResolver, include, path

from notifications import sign_up_pages, webhooks
from notifications.marketing import views

app_name = "notifications"
# The provider in use reports deliveries; nobody else has a door here, and the shop takes no mail in.
mail_reports = [
    route
    for route in anymail_urls
    if isinstance(route, URLPattern) and str(route.pattern) == f"{settings.MAIL_PROVIDER}/tracking/"
]
urlpatterns: list[URLPattern | URLResolver] = [
    path("s/<str:code>", views.follow, name="follow"),
    path("offres/", sign_up_pages.ask, name="sign_up"),
    path("offres/demande/", sign_up_pages.asked, name="sign_up_asked"),
    path("offres/<str:token>/", sign_up_pages.confirm, name="sign_up_confirm"),
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

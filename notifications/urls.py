from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

from notifications import views, webhooks

app_name = "notifications"
urlpatterns: list[URLPattern | URLResolver] = [
    path("stop/<str:token>/", views.stop, name="stop"),
    path(
        "webhooks/",
        include(
            [
                path("twilio/status/", webhooks.twilio_status, name="twilio_status"),
                path("twilio/inbound/", webhooks.twilio_inbound, name="twilio_inbound"),
                path("anymail/", include("anymail.urls")),
            ]
        ),
    ),
]

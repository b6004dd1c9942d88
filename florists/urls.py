"""The florists' pages, on the back office's origin."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

from florists import views, views_offers, views_sessions

app_name = "florists"

session_urls = [
    path("", views_sessions.sign_in, name="sign_in"),
    path("demo/", views_sessions.demo_sign_in, name="demo_sign_in"),
    path("<str:token>/", views_sessions.use_link, name="use_link"),
]
offer_urls = [
    path("", views_offers.offer, name="offer"),
    path("accepter/", views_offers.accept, name="accept"),
    path("refuser/", views_offers.refuse, name="refuse"),
    path("fiche/", views_offers.open_job, name="open_job"),
]
job_urls = [
    path("", views.job, name="job"),
    path("carte/", views.card, name="card"),
    path("etape/", views.step, name="step"),
    path("probleme/", views.problem, name="problem"),
    path("rendre/", views.give_back, name="give_back"),
]
urlpatterns: list[URLPattern | URLResolver] = [
    path("fleuriste/", views.today, name="today"),
    path("fleuriste/entrer/", include(session_urls)),
    path("fleuriste/sortir/", views_sessions.sign_out, name="sign_out"),
    path("fleuriste/proposition/<str:token>/", include(offer_urls)),
    path("fleuriste/livraison/<str:public_id>/", include(job_urls)),
]

"""Pictures of the products; both sites serve them, so that ``Product.picture_url`` works on both."""

from django.urls import path

from catalog import views_pictures

app_name = "pictures"

urlpatterns = [
    path(
        "images/bouquets/<slug:slug>-<str:size>.<str:key>.svg",
        views_pictures.drawn,
        name="drawn",
    ),
    path("images/photos/<slug:name>-<str:size>.jpg", views_pictures.photo, name="photo"),
]

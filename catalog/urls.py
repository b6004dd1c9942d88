"""The shop window: home, lists, product pages."""

from django.urls import path

from catalog import views

app_name = "catalog"

urlpatterns = [
    path("", views.home, name="home"),
    path("sitemap.xml", views.sitemap, name="sitemap"),
    path("robots.txt", views.robots, name="robots"),
    path("bouquets/", views.product_list, name="list"),
    path("bouquets/<slug:slug>/", views.product, name="product"),
    path("occasions/<slug:slug>/", views.occasion, name="occasion"),
]

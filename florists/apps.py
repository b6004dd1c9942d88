from django.apps import AppConfig


class FloristsConfig(AppConfig):
    name = "florists"

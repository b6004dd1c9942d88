from django.apps import AppConfig


class AddresslessConfig(AppConfig):
    name = "addressless"

"""The registers as a Django app."""

from django.apps import AppConfig


class RegistersConfig(AppConfig):
    """No models: the tables are made by SQL in a schema that the case side cannot read."""

    name = "yiwang.data.registers"
    label = "registers"

"""The worker and beat under watch: the shop's own Celery application, started on stand-ins though DEBUG is off."""

from celery.signals import beat_init, worker_init

from interflora.celery import app, check_settings

worker_init.disconnect(check_settings)
beat_init.disconnect(check_settings)

__all__ = ["app"]

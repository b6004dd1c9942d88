"""This app's tasks by name, so that the verbs which wake them need not import the wrappers that call the verbs."""

from __future__ import annotations

from celery import signature

submit_refund = signature("orders.tasks.submit_refund")
close_session = signature("orders.tasks.close_session")
record_facts = signature("orders.tasks.record_facts")
handle_stripe_event = signature("orders.tasks.handle_stripe_event")
refresh_dispute = signature("orders.tasks.refresh_dispute")
close_refunded = signature("orders.tasks.close_refunded")
answer_lookup = signature("orders.tasks.answer_lookup")
follow_delivery = signature("orders.tasks.follow_delivery")

"""Stand-ins for the shop's providers on loopback: Stripe, Twilio, X and a mail server, with an outbox page.

One process with its own state; no app imports it. The shop's real gateways and the official libraries speak to it
over HTTP and SMTP when their base addresses say so. It refuses what the providers refuse, keeps what it was asked,
sends signed webhooks back, and produces faults on demand (see `standins/control.py`).
"""

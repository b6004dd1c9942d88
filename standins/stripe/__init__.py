"""The stand-in for Stripe: Checkout, charges, refunds, events, disputes, idempotency keys and the payment page."""

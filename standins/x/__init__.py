"""The stand-in for X (API v2): looking a user up, sending a private message, reading back what was sent."""

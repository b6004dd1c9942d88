"""The stand-in for Twilio's Messages: create, fetch, list, cancel, status callbacks and incoming texts."""

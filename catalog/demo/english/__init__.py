"""The demonstration catalogue in English, by the French it answers."""

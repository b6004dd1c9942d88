"""The demonstration catalogue: its words are written plainly and typeset when loaded."""

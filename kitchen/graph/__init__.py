"""A model, read once into plain data."""

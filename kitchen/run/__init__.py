"""What runs a model to find something out."""

"""Train models side by side, and watch what happens to the weights that they share."""

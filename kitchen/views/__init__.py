"""What a reader sees: pictures and comparisons."""

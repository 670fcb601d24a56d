"""What writes a model in another form, and as Python source."""

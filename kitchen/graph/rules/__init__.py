"""The rules of `kitchen.lint`: what each looks for, and what it says."""

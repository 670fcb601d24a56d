"""What the lessons answer with: exercises that check themselves, claims, explained errors."""

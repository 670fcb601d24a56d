"""Open the files that models are saved in, after a look at what is inside."""

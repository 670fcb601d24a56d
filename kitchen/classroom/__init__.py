"""For the teacher: notebooks of a class, handed out, marked and summed up."""

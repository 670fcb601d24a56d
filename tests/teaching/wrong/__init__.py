"""Wrong answers to the exercises, from real misconceptions, with the feedback that each must get.

For each exercise at least five: the expected code of the feedback, and the answer. The answer to an
exercise that asks for a model is code that assigns `model`, unless it is text that is no model.
"""

"""The errors of Keras and TensorFlow that can be explained, one family a file."""

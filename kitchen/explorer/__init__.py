"""The explorer: code, graph and weights of a model as one living picture."""

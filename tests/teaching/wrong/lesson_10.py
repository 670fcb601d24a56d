"""Wrong answers to the exercises of lesson 10."""

CLASS = """
class Network(tf.keras.Model):
    def __init__(self):
        super().__init__()
"""
USE = """
model = Network()
model(tf.keras.Input(shape=(64,)))
"""
SCALE = """
class Scale(layers.Layer):
    def __init__(self, start=1.0):
        super().__init__()
        self.start = start
"""
LIST = """
model = tf.keras.Sequential(
    [tf.keras.Input(shape=(64,)), Scale(start=3.0), layers.Dense(10)]
)
"""
TIMES = """
    def call(self, inputs):
        return inputs * self.scale
"""

WRONG = {
    "10.1": [
        ("weights at once", (165, 165)),
        ("half the weights", (60, 165)),
        ("no bias", (0, 150)),
        ("turned round", (165, 0)),
        ("B is wrong", (0, 105)),
        ("A is wrong", (1, 165)),
        ("both wrong", (1, 2)),
        ("unclear", "none"),
        ("unclear", (165,)),
    ],
    "10.2": [
        ("layers in call", """
class Network(tf.keras.Model):
    def call(self, inputs):
        x = layers.Dense(32, activation="relu")(inputs)
        return layers.Dense(10)(x)
""" + USE),
        ("one of two", CLASS + """
        self.hidden = layers.Dense(32, activation="relu")

    def call(self, inputs):
        return layers.Dense(10)(self.hidden(inputs))
""" + USE),
        ("error", """
class Network(tf.keras.Model):
    def call(self, inputs):
        self.hidden = layers.Dense(32, activation="relu")
        self.last = layers.Dense(10)
        return self.last(self.hidden(inputs))
""" + USE),
        ("error", """
class Network(tf.keras.Model):
    def __init__(self):
        self.hidden = layers.Dense(32, activation="relu")
        self.last = layers.Dense(10)

    def call(self, inputs):
        return self.last(self.hidden(inputs))
""" + USE),
        ("settings", CLASS + """
        self.hidden = layers.Dense(32)
        self.last = layers.Dense(10)

    def call(self, inputs):
        return self.last(self.hidden(inputs))
""" + USE),
        ("function", CLASS + """
        self.hidden = layers.Dense(32, activation="relu")
        self.last = layers.Dense(10)

    def call(self, inputs):
        self.last(self.hidden(inputs))
        return self.hidden(inputs)
""" + USE),
        ("parameters", CLASS + """
        self.hidden = layers.Dense(10, activation="relu")
        self.last = layers.Dense(10)

    def call(self, inputs):
        return self.last(self.hidden(inputs))
""" + USE),
        ("no model", "model = layers.Dense(10)"),
    ],
    "10.3": [
        ("no weight of Keras", SCALE + """
    def build(self, input_shape):
        self.scale = tf.Variable(self.start * tf.ones(input_shape[-1:]))
""" + TIMES + LIST),
        ("no weight of Keras", """
class Scale(layers.Layer):
    def __init__(self, start=1.0):
        super().__init__()
        self.scale = start
""" + TIMES + LIST),
        ("one for all", SCALE + """
    def build(self, input_shape):
        start = tf.keras.initializers.Constant(self.start)
        self.scale = self.add_weight(shape=(), initializer=start)
""" + TIMES + LIST),
        ("starts elsewhere", SCALE + """
    def build(self, input_shape):
        self.scale = self.add_weight(shape=input_shape[-1:], initializer="ones")
""" + TIMES + LIST),
        ("parameters", SCALE + """
    def build(self, input_shape):
        self.scale = self.add_weight(shape=(64, 64))

    def call(self, inputs):
        return inputs @ self.scale
""" + LIST),
        ("function", SCALE + """
    def build(self, input_shape):
        start = tf.keras.initializers.Constant(self.start)
        self.scale = self.add_weight(shape=input_shape[-1:], initializer=start)

    def call(self, inputs):
        return inputs + self.scale
""" + LIST),
        ("output shapes", SCALE + """
    def build(self, input_shape):
        start = tf.keras.initializers.Constant(self.start)
        self.scale = self.add_weight(shape=input_shape[-1:], initializer=start)
""" + TIMES + """
model = tf.keras.Sequential([tf.keras.Input(shape=(64,)), Scale(start=3.0)])
"""),
        ("scale last", SCALE + """
    def build(self, input_shape):
        start = tf.keras.initializers.Constant(self.start)
        self.scale = self.add_weight(shape=input_shape[-1:], initializer=start)
""" + TIMES + """
parts = [tf.keras.Input(shape=(64,)), layers.Dense(10), Scale(start=3.0)]
model = tf.keras.Sequential(parts)
"""),
        ("error", SCALE + """
    def build(self, input_shape):
        start = tf.keras.initializers.Constant(self.start)
        self.scale = self.add_weight(shape=input_shape, initializer=start)
""" + TIMES + LIST),
        ("error", SCALE + TIMES + """
model = tf.keras.Sequential([tf.keras.Input(shape=(64,)), Scale, layers.Dense(10)])
"""),
        ("no model", SCALE + TIMES + "model = Scale(start=3.0)"),
    ],
}  # fmt: skip

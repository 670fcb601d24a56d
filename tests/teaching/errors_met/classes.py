"""Broken code: layers and models as classes, what is not there yet, and TensorFlow's own errors."""

from tests.teaching.errors_met.broken import Broken

HEAD = "class Net(keras.Model):\n"
START = "    def __init__(self):\n        super().__init__()\n"
DENSE = f'{START}        self.d = layers.Dense(3, name="d")\n'
CALL = "    def call(self, x):\n"
LAYER, OWN = "class Own(layers.Layer):\n", "Own()(np.zeros((2, 3)))"
RUN = "net = Net()\nnet(np.zeros((2, 3)))"
TRAIN = 'net = Net()\nnet.compile("sgd", "mse")\n' + (
    "net.fit(np.zeros((2, 3)), np.zeros((2, 3)), verbose=0)"
)
OPEN = 'net = keras.Sequential([layers.Dense(3, name="d")], name="net")\n'
BUILT = 'net = keras.Sequential([keras.Input((8,)), layers.Dense(4, name="h")], name="net")\n'
WIDTH = "width = 8"
WORDS = (
    'net = keras.Sequential([keras.Input((3,)), layers.Embedding(5, 2, name="emb"), '
    'layers.Flatten(), layers.Dense(1)], name="net")\n'
)

METHODS = (
    Broken(
        "E801",
        f"{HEAD}    def __init__(self):\n        self.size = 3\n{CALL}        return x\n{RUN}",
        ("`Net`", "super().__init__()"),
        whole=f"{HEAD}    FIX\n{CALL}        return x\n{RUN}",
    ),
    Broken(
        "E802",
        f"{HEAD}{DENSE}    def forward(self, x):\n        return self.d(x)\n{RUN}",
        ("`Net`", "`forward`", "def call(self, x):"),
        whole=f"{HEAD}{DENSE}    FIX\n{RUN}",
    ),
    Broken(
        "E802",
        "class Mine(layers.Layer):\n    pass\n\nMine()(np.zeros((2, 3)))",
        ("`Mine`",),
        whole="class Mine(layers.Layer):\n    FIX\n\nMine()(np.zeros((2, 3)))",
    ),
    Broken(
        "E803",
        f"{HEAD}{DENSE}{CALL}        self.d(x)\n{TRAIN}",
        ("`Net`", "return self.d(x)"),
        whole=f"{HEAD}{DENSE}    FIX\n{TRAIN}",
    ),
    Broken(
        "E803",
        f"class Twice(layers.Layer):\n{CALL}        x * 2\n"
        "keras.Sequential([keras.Input((4,)), Twice(), layers.Dense(2)])",
        ("`Twice`", "return x * 2"),
        whole="class Twice(layers.Layer):\n    FIX\n"
        "keras.Sequential([keras.Input((4,)), Twice(), layers.Dense(2)])",
    ),
    Broken(
        "E804",
        f"{HEAD}{CALL}        return layers.Dense(3)(x)\n{TRAIN}",
        ("`Net`", "__init__"),
        whole=f"{HEAD}    FIX\n{TRAIN}",
    ),
    Broken(
        "E807",
        "class Mine(layers.Layer):\n    def build(self, shape):\n"
        '        self.w = self.add_weight("kernel", (shape[-1], 3))\n'
        f"{CALL}        return x @ self.w\nMine()(np.zeros((2, 3)))",
        ('name="kernel", shape=(shape[-1], 3)',),
        whole=f"class Mine(layers.Layer):\n    FIX\n{CALL}        return x @ self.w\n"
        "Mine()(np.zeros((2, 3)))",
    ),
    Broken(
        "E809",
        f"{HEAD}    def call(self, a, b):\n        return a\n{RUN}",
        ("`Net`", "`a` and `b`", "for `b`"),
        whole=f"{HEAD}    FIX\nNet()([np.zeros((2, 3)), np.zeros((2, 3))])",
    ),
    Broken(
        "E809",
        f"{HEAD}    def call(self, a, b):\n        return a\n"
        'net = Net()\nnet.compile("sgd", "mse")\n'
        "net.fit([np.zeros((2, 3)), np.zeros((2, 3))], np.zeros((2, 3)), verbose=0)",
        ("`Net`", "`a` and `b`", "for `b`"),
    ),
    Broken(
        "E810",
        f"{HEAD}    def call(x):\n        return x\n{RUN}",
        ("`Net`", "`x`", "def call(self, x):"),
        whole=f"{HEAD}    FIX\n{RUN}",
    ),
    Broken(
        "E813",
        f"{HEAD}{DENSE}{CALL}        return d(x)\n{RUN}",
        ("`Net`", "`self.d`", "return self.d(x)"),
        whole=f"{HEAD}{DENSE}    FIX\n{RUN}",
    ),
)

ATTRIBUTES = (
    Broken("E805", f"{BUILT}net.layers[0].extra = layers.Dense(3)", ("`h`", "`extra`", "(net(x))")),
    Broken(
        "E806",
        f"{HEAD}{START}        self.output = layers.Dense(3)\nNet()",
        ("`Net`", "`output`", "self.my_output = layers.Dense(3)"),
        whole=f"{HEAD}    FIX\nNet()",
    ),
    Broken("E806", f"{BUILT}net.layers = []", ("`Sequential`", "`layers`")),
    Broken(
        "E808",
        f"{HEAD}{DENSE.replace('self.d', 'self.hidden')}{CALL}        return self.hiden(x)\n{RUN}",
        ("`Net`", "`self.hiden`", "self.hidden(x)"),
        whole=f"{HEAD}{DENSE.replace('self.d', 'self.hidden')}    FIX\n{RUN}",
    ),
    Broken(
        "E808",
        f"{HEAD}{DENSE}{CALL}        return self.e(self.d(x))\n{RUN}",
        ("`Net`", "`self.e`", "Its layers are `d`"),
        whole=f"{HEAD}{DENSE}        FIX\n{CALL}        return self.e(self.d(x))\n{RUN}",
    ),
    Broken(
        "E808",
        f"{LAYER}{START}{CALL}        return x * self.gain\n{OWN}",
        ("`Own`", "`self.gain`", 'self.gain = self.add_weight(shape=(3,), name="gain")'),
        whole=f"{LAYER}{START}        FIX\n{CALL}        return x * self.gain\n{OWN}",
    ),
    Broken(
        "E808",
        f"{LAYER}{START}{CALL}        return keras.ops.matmul(x, self.kernel)\n{OWN}",
        ("self.add_weight(shape=(3, 3)",),
        whole=f"{LAYER}{START}        FIX\n{CALL}        return keras.ops.matmul(x, self.kernel)\n"
        f"{OWN}",
    ),
    Broken(
        "E808",
        f"{LAYER}    def build(self, shape):\n        kernel = self.add_weight(shape=(3, 2))\n"
        f"{CALL}        return x @ self.kernel\n{OWN}",
        ("In `build`, `kernel`", "self.kernel = self.add_weight(shape=(3, 2))"),
        whole=f"{LAYER}    FIX\n{CALL}        return x @ self.kernel\n{OWN}",
    ),
    Broken(
        "E808",
        f"{LAYER}    def __init__(self, units=2):\n        super().__init__()\n"
        f"    def build(self, shape):\n        self.d = layers.Dense(self.units)\n"
        f"{CALL}        return self.d(x)\n{OWN}",
        ("`__init__` takes `units` and does not keep it", "self.units = units"),
        whole=f"{LAYER}    def __init__(self, units=2):\n        super().__init__()\n        FIX\n"
        f"    def build(self, shape):\n        self.d = layers.Dense(self.units)\n"
        f"{CALL}        return self.d(x)\n{OWN}",
    ),
    Broken(
        "E808",
        f"{LAYER}{START}        self.kernel = self.add_weight(shape=(3, 2))\n"
        f"{CALL}        return x @ self.kernal\n{OWN}",
        ("Its weights are `kernel`", "return x @ self.kernel"),
        whole=f"{LAYER}{START}        self.kernel = self.add_weight(shape=(3, 2))\n    FIX\n{OWN}",
    ),
)

GRAPHS = (
    Broken(
        "E811",
        f"{HEAD}{CALL}        if keras.ops.sum(x) > 0:\n            return x\n        return -x\n"
        "Net()(keras.Input((4,)))",
        ("An `if`", "return keras.ops.where(keras.ops.sum(x) > 0, x, -x)"),
        whole=f"{HEAD}    FIX\nNet()(keras.Input((4,)))",
    ),
    Broken(
        "E811",
        f"{HEAD}{CALL}        if keras.ops.max(x) > 1:\n            x = x / 255\n"
        "        return x\nNet()(keras.Input((4,)))",
        ("x = keras.ops.where(keras.ops.max(x) > 1, x / 255, x)",),
        whole=f"{HEAD}    FIX\nNet()(keras.Input((4,)))",
    ),
    Broken(
        "E811",
        f"{HEAD}{CALL}        while keras.ops.max(x) > 1:\n            x = x / 2\n"
        "        return x\nNet()(keras.Input((4,)))",
        ("A `while`",),
        whole=f"{HEAD}{CALL}        FIX\n        return y\nNet()(keras.Input((4,)))",
    ),
    Broken(
        "E812",
        f"{HEAD}{CALL}        return np.exp(x)\nNet()(keras.Input((4,)))",
        ("keras.ops.exp(x)",),
        whole=f"{HEAD}    FIX\nNet()(keras.Input((4,)))",
    ),
    Broken(
        "E812",
        f"{HEAD}{CALL}        return x.numpy()\n{TRAIN}",
        ("`.numpy()`", "return x"),
        whole=f"{HEAD}    FIX\n{TRAIN}",
    ),
)

EARLY = (
    Broken("E821", f"{OPEN}net.count_params()", ("`net`", "net.build("), given=WIDTH),
    Broken("E821", f"{OPEN}keras.utils.plot_model(net)", ("`net`", "drawn"), given=WIDTH),
    Broken("E822", f"{OPEN}net.output", ("`net`", "net.build("), given=WIDTH),
    Broken("E822", f"{OPEN}net.output_shape", ("`net`",), given=WIDTH),
    Broken(
        "E822",
        f"{BUILT}model = keras.Model(net.input, layers.Dense(2)(net.output))",
        ("`net`", "net.inputs[0]", "net.outputs[0]"),
        whole="FIX\nassert model.output_shape == (None, 2)",
    ),
    Broken("E822", 'd = layers.Dense(3, name="d")\nd.output', ("`d`", "d(x)")),
    Broken(
        "E823",
        'd = layers.Dense(3, name="d")\nd.kernel',
        ("`d`", "`kernel`", "d.build("),
        given=WIDTH,
        whole="FIX\nassert d.kernel.shape == (8, 3)",
    ),
    Broken("E824", f'{BUILT}net.get_layer("hh")', ("`net`", "`hh`", '"h"')),
    Broken("E824", f"{BUILT}net.get_layer(index=5)", ("1 layer", "5")),
    Broken(
        "E824",
        f'{BUILT}x = keras.Input((8,))\nmodel = keras.Model(x, net(x), name="model")\n'
        'kernel = model.get_layer("h").kernel',
        ("inside `net`", 'model.get_layer("net").get_layer("h").kernel'),
        whole="FIX\nassert kernel.shape == (8, 4)",
    ),
    Broken("E825", f"{BUILT}net.sumary()", ("`Sequential`", "`sumary`", "net.summary()")),
    Broken(
        "E825",
        f"{BUILT}net.predict_classes(np.zeros((2, 8)))",
        ("`predict_classes`", "argmax"),
        given="x = np.zeros((2, 8))",
    ),
    Broken("E825", f"{BUILT}net.parameters()", ("net.trainable_weights",)),
    Broken("E825", "keras.optimizers.Adam().lr", ("`Adam`", "learning_rate")),
    Broken(
        "E826",
        'x = keras.Input((4,))\nnet = keras.Model(x, layers.Dense(2)(x), name="net")\n'
        "net.add(layers.Dense(3))",
        ("`net`", "`Functional`", "layers.Dense(3)(net.output)"),
        whole="FIX\nassert longer.output_shape == (None, 3)",
    ),
    Broken(
        "E826",
        "x = keras.Input((4,))\nnet = keras.Model(x, layers.Dense(2)(layers.Dense(3)(x)))\n"
        "net.pop()",
        ("layers[-2].output",),
        whole="FIX\nassert shorter.output_shape == (None, 3)",
    ),
    Broken("E826", f"{HEAD}{CALL}        return x\nm = Net()\nm.add(layers.Dense(3))", ("`Net`",)),
    Broken(
        "E827",
        'x = keras.Input((4,))\nnet = keras.Model(x, layers.Dense(2)(x)).compile("sgd", "mse")\n'
        "net.fit(np.zeros((2, 4)), np.zeros((2, 2)))",
        ("`net` is `None`", 'net.compile("sgd", "mse")'),
        whole="FIX\nassert net.optimizer is not None",
    ),
)

TENSORS = (
    Broken(
        "E901",
        f"{WORDS}net(np.array([[0, 1, 9]]))",
        ("`emb` (Embedding)", "0 to 4", "0 to 9", "Embedding(10, 2)"),
        whole="FIX\nlayer(np.array([[0, 1, 9]]))",
    ),
    Broken(
        "E901",
        f"{WORDS}net.predict(np.array([[0, 1, 9]]), verbose=0)",
        ("`emb` (Embedding)", "0 to 9"),
    ),
    Broken(
        "E902",
        "a, b = tf.zeros((2, 4)), tf.zeros((3, 4))\ny = a @ b",
        ("(2, 4) and (3, 4)", "transpose(b)"),
        whole="FIX\nassert y.shape == (2, 3)",
    ),
    Broken("E902", "a, b = tf.zeros((2, 4)), tf.zeros((3, 5))\ny = a @ b", ("(2, 4) and (3, 5)",)),
    Broken(
        "E903",
        "a, b = tf.zeros((2, 3)), tf.zeros((2,))\ny = a + b",
        ("(2, 3) and (2,)", "expand_dims(b, -1)"),
        whole="FIX\nassert y.shape == (2, 3)",
    ),
    Broken(
        "E903",
        f'{HEAD}{DENSE}        self.gate = layers.Dense(2, "sigmoid")\n'
        f"{CALL}        return self.d(x) * self.gate(x)\n{RUN}",
        ('self.gate = layers.Dense(3, activation="sigmoid")  # in __init__',),
        whole=f"{HEAD}{DENSE}        FIX\n{CALL}        return self.d(x) * self.gate(x)\n{RUN}",
    ),
    Broken(
        "E904",
        "a, b = tf.zeros((2, 3)), tf.range(3)\ny = a * b",
        ("float32 meets int32", "tf.cast(b, tf.float32)"),
        whole="FIX\nassert y.dtype == tf.float32",
    ),
    Broken(
        "E904",
        "a, b = tf.range(3), tf.zeros((2, 3))\ny = a * b",
        ("tf.cast(a, tf.float32)",),
        whole="FIX\nassert y.dtype == tf.float32",
    ),
    Broken(
        "E905",
        "y = tf.reshape(tf.zeros((2, 3)), (4,))",
        ("6 numbers", "asked for 4"),
        whole="FIX\nassert y.shape == (2, 3)",
    ),
    Broken(
        "E906",
        'layers.Dense(10**8, name="d")(keras.Input((10**8,)))',
        ("(100000000, 100000000)", "`d`", "Dense(64)"),
        slow=True,  # TensorFlow tries again for ten seconds
    ),
    Broken(
        "E907",
        "x = tf.constant([[1], [1, 2]])",
        ("1 and 2", "pad_sequences([[1], [1, 2]]"),
        whole="FIX\nassert x.shape == (2, 2)",
    ),
    Broken("E908", "a = tf.zeros((2, 3))\nif a > 0:\n    pass", ("has 6", "tf.reduce_all(a > 0)")),
    Broken(
        "E909",
        f"{BUILT}keras.optimizers.SGD().apply_gradients([(None, w) for w in net.weights])",
        ("GradientTape",),
        given="model, x, y = net, np.zeros((2, 8)), np.zeros((2, 4))",
        whole="FIX\nassert all(g is not None for g in gradients)",
    ),
    Broken(
        "E910",
        f'{WORDS}x = np.array([["a", "b", "c"]])\nnet(x)',
        ("`net`", "StringLookup"),
    ),
)

BROKEN = (*METHODS, *ATTRIBUTES, *GRAPHS, *EARLY, *TENSORS)

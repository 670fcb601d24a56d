"""Broken code: symbolic tensors, shapes at layers and at a model's door, joining."""

from tests.teaching.errors_met.broken import Broken

X = 'x = keras.Input((4,), name="x")\n'
PAIR = 'a = keras.Input((4,), name="a")\nb = keras.Input((5,), name="b")\n'
NET = (
    'net = keras.Sequential([keras.Input((8,), name="x"), layers.Dense(4, name="h")], name="net")\n'
)
TWO_IN = (
    'a = keras.Input((4,), name="a")\nb = keras.Input((3,), name="b")\n'
    'net = keras.Model([a, b], layers.Dense(1)(layers.Concatenate()([a, b])), name="net")\n'
)

SYMBOLIC = (
    Broken(
        "E201",
        f"{X}y = tf.reduce_mean(x, axis=1)",
        ("`x`, (n, 4)", "keras.ops.mean(x, axis=1)"),
        whole="FIX\nassert y.shape == (None,)",
    ),
    Broken("E201", f"{X}y = tf.square(x)", ("keras.ops.square(x)",)),
    Broken(
        "E202",
        f"{X}y = np.exp(x)",
        ("`x`, (n, 4)", "keras.ops.exp(x)"),
        whole="FIX\nassert y.shape == (None, 4)",
    ),
    Broken("E203", f"{X}if x > 0:\n    y = x", ("(n, 4)", "keras.ops.where(x > 0, x, 0)")),
    Broken(
        "E203",
        f"{X}if x >= 5:\n    y = x * 2\nelse:\n    y = -x",
        ("y = keras.ops.where(x >= 5, x * 2, -x)",),
    ),
    Broken("E203", f"{X}y = 1 if 0 < x < 9 else x", ("ops.logical_and(0 < x, x < 9), 1, x)",)),
    Broken(
        "E203",
        f"{X}if not x or x > 7:\n    y = x\n    z = x",
        ("where(keras.ops.logical_or(keras.ops.logical_not(x != 0), x > 7), x, 0)",),
    ),
    Broken("E203", f"{X}while x < 3:\n    x = x + 1", ("y = keras.ops.where(x < 3, x, 0)",)),
    Broken("E203", f"{X}y = x or 0", ("`x`, (n, 4)", "y = keras.ops.where(x != 0, x, 0)")),
    Broken("E204", f"{X}for row in x:\n    pass", ("`x`, (n, 4)",)),
    Broken("E204", f"{X}first, rest = x", ("`x`, (n, 4)",), whole="FIX\nassert rest.shape[1] == 3"),
    Broken("E204", f"{X}len(x)", ("`x`, (n, 4)",)),
    Broken(
        "E204",
        f"{X}mean, spread = layers.Dense(2)(x)",
        ("(n, 2)", "ops.split(x, 2, axis=-1)"),
        whole="FIX\nassert spread.shape == (None, 1)",
    ),
    Broken(
        "E204",
        'x = keras.Input((6, 8))\nlook = layers.MultiHeadAttention(1, 4, name="look")\n'
        "y, scores = look(x, value=x)",
        ("`look`", "return_attention_scores=True"),
        whole="FIX\nassert scores.shape == (None, 1, 6, 6)",
    ),
    Broken(
        "E205",
        f"{X}h = layers.Dense(1)(x)\nh.numpy()",
        ("`h`, (n, 1)", "Model(x, h)"),
        given="data = np.zeros((2, 4))",
        whole="FIX\nassert values.shape == (2, 1)",
    ),
    Broken("E205", "x = keras.Input(())\nfloat(x)", ("`x`, (n,)",), given="data = np.zeros(2)"),
    Broken("E206", f"{X}x[0] = 1", ("`x`",)),
    Broken(
        "E206",
        "x = tf.zeros((2, 3))\nx[1, 2] = 1.0",
        ("`x`", "values[1, 2] = 1"),
        whole="FIX\nassert float(x[1, 2]) == 1",
    ),
)

LAYERS = (
    Broken(
        "E301",
        'a = keras.Input((4,))\nb = keras.Input((6,))\ns = layers.Dense(3, "relu", name="shared")\n'
        "first = s(a)\nsecond = s(b)",
        ("`shared` (Dense)", "4 numbers", "(n, 6)"),
        whole="FIX\nassert second.shape == (None, 3)",
    ),
    Broken(
        "E301",
        's = layers.Dense(3, "relu", name="s")\n'
        "model = keras.Sequential([keras.Input((4,)), s, s, layers.Dense(2)])",
        ("`s` (Dense)", "4 numbers", "(n, 3)", "# or: x = keras.Input((4,))", "s(x), s(x)"),
        whole="FIX\nassert len(model.layers) == 3 and model.layers[1] is not s",
    ),
    Broken(
        "E301",
        'conv = layers.Conv2D(4, 3, name="conv")\nconv(tf.zeros((1, 8, 8, 3)))\n'
        "y = conv(tf.zeros((1, 8, 8, 1)))",
        ("`conv` (Conv2D)", "(1, 8, 8, 1)"),
        whole="FIX\nassert y.shape == (1, 6, 6, 4)",
    ),
    Broken(
        "E301",
        "class Net(keras.Model):\n"
        "    def __init__(self):\n"
        "        super().__init__()\n"
        '        self.d = layers.Dense(3, name="d")\n'
        '        self.e = layers.Dense(5, name="e")\n'
        "    def call(self, x):\n"
        "        return self.d(self.e(self.d(x)))\n"
        "Net()(np.zeros((2, 3)))",
        ("`d` (Dense)", "3 numbers", "(2, 5)"),
        whole="class Net(keras.Model):\n"
        "    def __init__(self):\n"
        "        super().__init__()\n"
        "        self.d = layers.Dense(3)\n"
        "        self.e = layers.Dense(5)\n"
        "        FIX\n"
        "    def call(self, x):\n"
        "        return self.own_layer(self.e(self.d(x)))\n"
        "assert Net()(np.zeros((2, 3))).shape == (2, 3)",
    ),
    Broken(
        "E302",
        'x = keras.Input((28, 28))\nlayers.Conv2D(4, 3, name="conv")(x)',
        ("`conv` (Conv2D)", "(n, 28, 28)"),
        whole="FIX\nlayers.Conv2D(4, 3)(x)",
    ),
    Broken(
        "E302",
        'x = keras.Input((None, None))\nlayers.MaxPooling2D(name="pool")(x)',
        ("`pool` (MaxPooling2D)", "(n, ?, ?)"),
        whole="FIX\nlayers.MaxPooling2D()(x)",
    ),
    Broken(
        "E302",
        "net = keras.Sequential([keras.Input((8, 8)), layers.Conv2D(4, 3), layers.Flatten()])",
        ("(n, 8, 8)", "layers.Reshape((8, 8, 1)), layers.Conv2D(4, 3)"),
        whole="FIX\nassert net.output_shape == (None, 144)",
    ),
    Broken(
        "E303",
        "x = keras.Input((8, 2))\nh = layers.LSTM(4)(x)\nh = layers.LSTM(3)(h)",
        ("(n, 4)", "h = layers.LSTM(4, return_sequences=True)(x)"),
        whole="FIX\nassert layers.LSTM(3)(h).shape == (None, 3)",
    ),
    Broken(
        "E303",
        'x = keras.Input((8,))\nlayers.LSTM(4, name="lstm")(x)',
        ("`lstm` (LSTM)", "(n, 8)"),
        whole="FIX\nlayers.LSTM(4)(x)",
    ),
    Broken(
        "E303",
        'keras.Sequential([keras.Input((8, 2)), layers.GRU(4), layers.GRU(3, name="second")])',
        ("`second` (GRU)", "(n, 4)", "return_sequences=True"),
    ),
    Broken(
        "E304",
        'x = keras.Input((4, 2))\nlayers.RepeatVector(3, name="repeat")(x)',
        ("`repeat` (RepeatVector)", "(n, 4, 2)"),
        whole="FIX\nlayers.RepeatVector(3)(x)",
    ),
    Broken(
        "E304",
        'x = keras.Input((4,))\nlayers.Permute((2, 1), name="turn")(x)',
        ("`turn` (Permute)", "(n, 4)"),
        whole="FIX\nlayers.Permute((2, 1))(x)",
    ),
    Broken(
        "E305",
        'x = keras.Input((None, 3))\nh = layers.Flatten()(x)\nlayers.Dense(4, name="d")(h)',
        ("`d` (Dense)", "(n, ?)", "(?, 4)"),
        whole="FIX\nlayers.Dense(4)(layers.Flatten()(x))",
    ),
    Broken(
        "E306",
        'x = keras.Input((10,))\nlayers.Reshape((3, 4), name="r")(x)',
        ("`r` (Reshape)", "10 numbers", "(3, 4), which holds 12"),
        whole="FIX\nassert y.shape == (None, 2, 5)",
    ),
    Broken(
        "E307",
        'x = keras.Input((2, 2, 1))\nlayers.Conv2D(4, 5, name="conv")(x)',
        ("`conv` (Conv2D)", "(5, 5)", "(n, 2, 2, 1)"),
        whole="FIX\nassert y.shape == (None, 2, 2, 4)",
    ),
    Broken(
        "E307",
        'x = keras.Input((1, 1, 3))\nlayers.MaxPooling2D(3, name="pool")(x)',
        ("`pool` (MaxPooling2D)", "(3, 3)", "(n, 1, 1, 3)"),
        whole="FIX\nassert y.shape == (None, 1, 1, 3)",
    ),
    Broken(
        "E308",
        'x = keras.Input((8,))\nlayers.BatchNormalization(axis=3, name="bn")(x)',
        ("`bn` (BatchNormalization)", "axis 3", "(n, 8)"),
        whole="FIX\nassert y.shape == (None, 8)",
    ),
    Broken(
        "E309",
        "net = keras.Sequential([keras.Input((3, 2), batch_size=2), layers.LSTM(4, stateful=True, "
        'name="lstm")])\nnet.predict(np.zeros((3, 3, 2)), verbose=0)',
        ("`lstm` (LSTM)", "a batch of 3", "a state for 2"),
        whole="FIX\nassert not layer.stateful",
    ),
    Broken(
        "E309",
        'keras.Sequential([keras.Input((3, 2)), layers.LSTM(4, stateful=True, name="lstm")])',
        ("`lstm` (LSTM)", "open size"),
    ),
)

DOOR = (
    Broken(
        "E311",
        f"{NET}net(np.zeros((2, 9)))",
        ("`x` of `net`", "(n, 8)", "(2, 9)"),
        whole="FIX\nassert inputs.shape == (None, 9)",
    ),
    Broken(
        "E311",
        f'{NET}net.compile("sgd", "mse")\nnet.fit(np.zeros((2, 9)), np.zeros((2, 4)), verbose=0)',
        ("`x` of `net`", "(n, 8)", "(2, 9)"),
    ),
    Broken(
        "E311",
        f"{TWO_IN}net.predict([np.zeros((2, 3)), np.zeros((2, 4))], verbose=0)",
        ("`a` of `net`", "(n, 4)", "(2, 3)", "shape of `b`"),
        given="rows_1, rows_2 = np.zeros((2, 4)), np.zeros((2, 3))",
    ),
    Broken(
        "E312",
        f"{NET}net(np.zeros((2, 4, 2)))",
        ("`x` of `net`", "(2, 4, 2)", "(-1, 8)"),
    ),
    Broken(
        "E313",
        f"{NET}row = np.zeros(8)\ny = net(row)",
        ("`x` of `net`", "(n, 8)", "(8,)", "np.expand_dims(row, 0)"),
        whole="FIX\nassert y.shape == (1, 4)",
    ),
    Broken(
        "E313",
        f'{NET}net.compile("sgd", "mse")\n'
        "data = tf.data.Dataset.from_tensor_slices((np.zeros((2, 8)), np.zeros((2, 4))))\n"
        "net.fit(data, verbose=0)",
        ("data.batch(32)", "not cut into batches"),
    ),
)

JOINING = (
    Broken(
        "E321",
        "a = keras.Input((4, 3))\nb = keras.Input((5, 3))\n"
        'joined = layers.Concatenate(name="join")([a, b])',
        ("`join`", "(n, 4, 3) and (n, 5, 3)", "axis=1"),
        whole="FIX\nassert joined.shape == (None, 9, 3)",
    ),
    Broken(
        "E321",
        "big = keras.Input((8, 8, 3))\nsmall = keras.Input((4, 4, 3))\n"
        'joined = layers.Concatenate(name="skip")([big, small])',
        ("`skip`", "(n, 8, 8, 3) and (n, 4, 4, 3)", "UpSampling2D((2, 2))(small)"),
        whole="FIX\nassert joined.shape == (None, 8, 8, 6)",
    ),
    Broken(
        "E321",
        "a = keras.Input((4, 3))\nb = keras.Input((3,))\n"
        'joined = layers.Concatenate(name="join")([a, b])',
        ("(n, 4, 3) and (n, 3)", "Flatten()(a)"),
        whole="FIX\nassert joined.shape == (None, 15)",
    ),
    Broken(
        "E321",
        "a = keras.Input((4,))\nb = keras.Input((4, 2))\njoined = keras.ops.concatenate([a, b])",
        ("`concatenate`", "(n, 4) and (n, 4, 2)"),
        whole="FIX\nassert joined.shape == (None, 12)",
    ),
    Broken(
        "E321",
        "big = keras.Input((7, 7, 2))\nsmall = keras.Input((6, 6, 3))\n"
        'joined = layers.Concatenate(name="skip")([big, small])',
        ("(n, 7, 7, 2) and (n, 6, 6, 3)", "ZeroPadding2D(((0, 1), (0, 1)))(small)"),
        whole="FIX\nassert joined.shape == (None, 7, 7, 5)",
    ),
    Broken(
        "E321",
        "big = keras.Input((9, 9, 2))\nsmall = keras.Input((6, 6, 3))\n"
        "joined = layers.concatenate([big, small])",
        ("Resizing(9, 9)(small)",),
        whole="FIX\nassert joined.shape == (None, 9, 9, 5)",
    ),
    Broken(
        "E322",
        f'{PAIR}y = layers.Add(name="sum")([a, b])',
        ("`sum` (Add)", "(n, 4) and (n, 5)", "Dense(5)(a)", "# or: y = layers.Concatenate"),
        whole="FIX\nassert y.shape == (None, 5)",
    ),
    Broken(
        "E322",
        f"{PAIR}y = a + b",
        ("(n, 4) and (n, 5)", "layers.Dense(5)(a) + b"),
        whole="FIX\nassert y.shape == (None, 5)",
    ),
    Broken(
        "E322",
        f"{PAIR}y = layers.Dense(2)(layers.Dense(3)(a) + layers.Dense(6)(b))",
        ("(n, 3) and (n, 6)", "Dense(6)(layers.Dense(3)(a)) + layers.Dense(6)(b)"),
        whole="FIX\nassert y.shape == (None, 2)",
    ),
    Broken(
        "E322",
        "a = keras.Input((8, 8, 3))\nb = keras.Input((4, 4, 3))\ny = layers.Add()([a, b])",
        ("pooled", "Resizing(4, 4)(a)"),
        whole="FIX\nassert y.shape == (None, 4, 4, 3)",
    ),
    Broken(
        "E322",
        "a = keras.Input((8, 8, 3))\nb = keras.Input((5,))\ny = layers.Add()([a, b])",
        ("Flatten()(a)",),
        whole="FIX\nassert y.shape == (None, 5)",
    ),
    Broken(
        "E322",
        "a = keras.Input((8, 3))\nb = keras.Input((5, 3))\ny = layers.Multiply()([a, b])",
        ("more than the last axis",),
    ),
    Broken(
        "E323",
        f'{PAIR}layers.Average(name="mean")(a)',
        ("`mean` (Average)", "(n, 4)", "[a, b]"),
        given="b = keras.Input((4,))",
    ),
    Broken(
        "E324",
        f'{PAIR}y = layers.Dot(axes=1, name="dot")([a, b])',
        ("`dot` (Dot)", "axis 1", "(n, 4) and (n, 5)"),
        whole="FIX\nassert y.shape == (None, 1)",
    ),
)

BROKEN = (*SYMBOLIC, *LAYERS, *DOOR, *JOINING)

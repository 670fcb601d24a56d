"""Broken code: building a Sequential or a functional model, calling and making layers."""

from tests.teaching.errors_met.broken import Broken

X = 'x = keras.Input((4,), name="x")\n'
TWO = f'{X}z = keras.Input((4,), name="z")\n'

SEQUENTIAL = (
    Broken(
        "E101",
        "model = keras.Sequential([keras.Input((4, 3)), layers.Flatten, layers.Dense(2)])",
        ("`Flatten` is a class", "layers.Flatten()"),
        whole="FIX\nassert len(model.layers) == 2",
    ),
    Broken("E101", "model = keras.Sequential()\nmodel.add(layers.Dense)", ("Dense(units=64)",)),
    Broken(
        "E102",
        f"{X}h = layers.Dense(3)(x)\nkeras.Sequential([h])",
        ("(n, 3)", "Model(x, h)"),
        whole="FIX\nassert model.output_shape == (None, 3)",
    ),
    Broken(
        "E102",
        f"{X}h = layers.Dense(3)\nmodel = keras.Sequential([x, layers.Dense(2)(h(x))])",
        ("(n, 2)", "[x, h, layers.Dense(2)]", "# or: model = keras.Model(x, "),
        whole="FIX\nassert [x.units for x in model.layers] == [3, 2]",
    ),
    Broken(
        "E103",
        "model = keras.Sequential([keras.Input((4,)), layers.Dense(2), tf.nn.relu])",
        ("`relu` is a function", 'Activation("relu")'),
    ),
    Broken("E103", "keras.Sequential([keras.Input((4,)), 'relu'])", ("`relu` is a name",)),
    Broken(
        "E103",
        "def double(x):\n    return x * 2\n\nkeras.Sequential([keras.Input((4,)), double])",
        ("`double` is a function", "Lambda(double)"),
    ),
    Broken(
        "E104",
        "model = keras.Sequential([keras.Input((4,)), layers.Dense(5), "
        "[layers.Dense(3), layers.Dense(2)]])",
        ("2 layers", "never forks", "# or: model = keras.Sequential("),
        whole="FIX\nassert [x.shape[1] for x in model.outputs] == [3, 2]",
    ),
    Broken(
        "E104",
        "model = keras.Sequential([keras.Input((4,)), [layers.Dense(3), layers.Dense(2)], "
        "layers.Dense(1)])",
        ("2 layers", "brackets around some"),
        whole="FIX\nassert [x.units for x in model.layers] == [3, 2, 1]",
    ),
    Broken(
        "E104",
        "block = [layers.Dense(3), layers.Dense(2)]\nkeras.Sequential([keras.Input((4,)), block])",
        ("*block",),
    ),
    Broken(
        "E105",
        "model = keras.Sequential(layers.Dense(3), layers.Dense(2))",
        ("[layers.Dense(3), layers.Dense(2)]",),
        whole="FIX\nassert len(model.layers) == 2",
    ),
    Broken("E105", "keras.Sequential(layers.Dense(3))", ("[layers.Dense(3)]",)),
    Broken(
        "E106",
        "keras.Sequential([keras.Input((4,)), layers.Dense(3), keras.Input((5, 2))])",
        ("(n, 4)", "(n, 5, 2)"),
        whole="FIX\nassert len(model.inputs) == 2",
    ),
    Broken(
        "E106",
        "keras.Sequential([keras.Input((4,)), layers.Dense(3), keras.Input((5,)), "
        "layers.Dense(2), layers.Concatenate(), layers.Dense(1)])",
        ("(n, 4)", "(n, 5)"),
        whole="FIX\nassert len(model.inputs) == 2 and model.count_params() == 15 + 12 + 6",
    ),
    Broken(
        "E107",
        'keras.Sequential([keras.Input((4,)), layers.Dense(4), layers.Add(name="sum")])',
        ("`sum` (Add)", "the input would fit"),
        whole="FIX\nassert block.count_params() == 20 and block.output_shape == (None, 4)",
    ),
    Broken(
        "E107",
        'keras.Sequential([keras.Input((8, 8, 1)), layers.Conv2D(2, 3, padding="same", '
        'name="down"), layers.MaxPooling2D(), layers.UpSampling2D(), layers.Concatenate()])',
        ("what `down` gives",),
        whole="FIX\nassert block.output_shape == (None, 8, 8, 4)",
    ),
    Broken(
        "E107",
        'keras.Sequential([keras.Input((4,)), layers.Concatenate(name="join")])',
        ("`join` (Concatenate)", "(n, 4)"),
        whole="FIX\nassert model.output_shape == (None, 8)",
    ),
    Broken(
        "E107", 'keras.Sequential([keras.Input((4,)), layers.Add(name="sum")])', ("`sum` (Add)",)
    ),
    Broken(
        "E109",
        "keras.Sequential([keras.Input((6, 8)), layers.Dense(4), "
        'layers.MultiHeadAttention(1, 2, name="look")])',
        ("`look` (MultiHeadAttention)", "(x, x)"),
        whole="FIX\nassert block.output_shape == (None, 6, 4)",
    ),
    Broken("E108", 'm = keras.Sequential(name="net")\nm(np.zeros((2, 3)))', ("`net`", "m.add")),
)

FUNCTIONAL = (
    Broken(
        "E111",
        f'{X}model = keras.Model(x, layers.Dense(3, name="d"))',
        ("outputs are the layer `d`", "(x))"),
        whole="FIX\nassert model.output_shape == (None, 3)",
    ),
    Broken(
        "E111",
        f'{TWO}d = layers.Dense(3, name="d")\nfirst = d(x)\nsecond = d(x)\n'
        "model = keras.Model(x, d)",
        ("`first` and `second` are what its calls gave", "# or: model = keras.Model(x, second)"),
        whole="FIX\nassert model.output is first",
    ),
    Broken(
        "E111",
        f"{TWO}h = layers.Dense(3)(x)\nother = layers.Dense(5)(z)\n"
        'model = keras.Model(x, {"h": h, "y": layers.Dense(2, name="d")})',
        ("Among its outputs is the layer `d`", "(h)"),
        whole='FIX\nassert model.output["y"].shape == (None, 2)',
    ),
    Broken(
        "E111",
        'i = layers.InputLayer(shape=(4,), name="i")\nh = layers.Dense(3)(i.output)\n'
        "keras.Model(i, h)",
        ("inputs are the layer `i`", "i.output"),
    ),
    Broken("E112", f"{X}h = layers.Dense(3)(x)\nkeras.Model((4,), h)", ("the shape (4,)",)),
    Broken(
        "E112",
        f'{X}model = keras.Model("x", layers.Dense(3)(x))',
        ("type str", "keras.Model(x, layers.Dense(3)(x))"),
        whole="FIX\nassert model.output_shape == (None, 3)",
    ),
    Broken("E112", f"{X}keras.Model(x, tf.zeros((2, 3)))", ("an array of shape (2, 3)",)),
    Broken(
        "E113",
        f"{TWO}h = layers.Add()([x, z])\nmodel = keras.Model(x, h)",
        ("computed from `z`", "[x, z]"),
        whole="FIX\nassert len(model.inputs) == 2",
    ),
    Broken(
        "E113",
        "x = keras.Input((4,))\nh = layers.Dense(3)(x)\nx = keras.Input((4,))\n"
        "model = keras.Model(x, h)",
        ("no variable holds", "get_source_inputs(h)"),
        whole="FIX\nassert model.count_params() == 15",
    ),
    Broken("E113", f"{TWO}keras.Model(z, layers.Dense(3)(x))", ("computed from `x`",)),
    Broken(
        "E114",
        f"{X}h = layers.Dense(3)(x)\nmodel = keras.Model(x)",
        ("keras.Model(x, h)",),
        whole="FIX\nassert model.output_shape == (None, 3)",
    ),
    Broken(
        "E115",
        'keras.Sequential([layers.Dense(3, name="d"), layers.Dense(3, name="d")])',
        ("`d`", '"d_2"'),
    ),
    Broken(
        "E115",
        f'{X}h = layers.Dense(3, name="d")(x)\ny = layers.Dense(3, name="d")(h)\nkeras.Model(x, y)',
        ("`d`", '"d_2"'),
        whole="FIX\nkeras.Model(x, y)",
    ),
)

CALLING = (
    Broken(
        "E121",
        f'{X}h = layers.Dense(3, name="first")\ny = layers.Dense(2, name="second")(h)',
        ("`second`", "`first`", "h(x)"),
        whole="FIX\nassert y.shape == (None, 2)",
    ),
    Broken(
        "E121",
        f"{X}y = layers.Add()([x, layers.Dense(4)])",
        ("layers.Dense(4)(x)]",),
        whole="FIX\nassert y.shape == (None, 4)",
    ),
    Broken(
        "E122",
        'y = layers.Dense(3, name="d")([1.0, 2.0, 3.0])',
        ("`d`", "np.array([[1.0, 2.0, 3.0]])"),
        whole="FIX\nassert y.shape == (1, 3)",
    ),
    Broken("E122", 'layers.Dense(3, name="d")((4,))', ("`d`", "keras.Input(shape=(4,))")),
    Broken(
        "E123",
        f'{TWO}y = layers.Dense(3, name="d")([x, z])',
        ("`d` (Dense)", "(n, 4), (n, 4)"),
        whole="FIX\nassert y.shape == (None, 3)",
    ),
    Broken(
        "E123",
        f"{TWO}d = layers.Dense(3)\nd(x)\ncodes = d([x, z])",
        ("serves several", "[d(x), d(z)]"),
        whole="FIX\nassert len(codes) == 2",
    ),
    Broken(
        "E123",
        f"{TWO}d = layers.Dense(3)\ncodes = d([x, z])",
        ("[d(x), d(z)]", "# or: codes = d(layers.Concatenate()([x, z]))"),
        whole="FIX\nassert len(codes) == 2",
    ),
    Broken(
        "E124",
        f'{X}h = layers.Dense(3)(x),\ny = layers.Dense(2, name="d")(h)',
        ("`d`", "made `h`"),
        whole="FIX\nlayers.Dense(2)(h)",
    ),
    Broken(
        "E125",
        f'{X}y = layers.MultiHeadAttention(2, 4, name="att")(keras.ops.expand_dims(x, 1))',
        ("`att` (MultiHeadAttention)", "`value`"),
        given="x = keras.Input((8, 4))",
    ),
    Broken("E125", f'{X}y = layers.Dense(3, name="d")()', ("`d` (Dense)", "`inputs`")),
    Broken(
        "E126",
        f'{TWO}y = layers.Concatenate(name="join")(x, z)',
        ("`join` (Concatenate)", "([x, z])"),
        whole="FIX\nassert y.shape == (None, 8)",
    ),
    Broken(
        "E127",
        f"{TWO}y = layers.Add([x, z])",
        ("`Add(…)` makes a layer", "Add()([x, z])"),
        whole="FIX\nassert y.shape == (None, 4)",
    ),
    Broken(
        "E127",
        f"{TWO}c = layers.Concatenate([x, z])\ny = layers.Dense(2)(c)",
        ("c = layers.Concatenate()([x, z])",),
        whole="FIX\nassert c.shape == (None, 8)",
    ),
    Broken(
        "E127",
        f"{X}y = layers.Dense(3, x)",
        ("layers.Dense(3)(x)",),
        whole="FIX\nassert y.shape == (None, 3)",
    ),
    Broken("E127", f"{X}y = layers.Flatten(x)", ("layers.Flatten()(x)",)),
    Broken("E127", f"{X}y = layers.Dropout(x)", ("layers.Dropout(rate=0.5)(x)",)),
    Broken("E127", f"{X}y = layers.Activation(x)", ('layers.Activation(activation="relu")(x)',)),
    Broken("E127", f"{X}y = layers.Dense(x)", ("layers.Dense(units=64)(x)",)),
    Broken(
        "E128",
        f'{X}y = x + layers.Dense(4, name="d")\n'
        "keras.Model(x, layers.Dense(1)(y))(np.zeros((2, 4)))",
        ("`d` (Dense)", 'layers.Dense(4, name="d")(x)'),
        whole="FIX\nassert keras.Model(x, y).count_params() == 20",
    ),
    Broken("E128", f'{X}d = layers.Dense(4, name="d")\ny = d * 2', ("`d` (Dense)", "d(x) * 2")),
    Broken("E126", f"{TWO}y = layers.add(x, z)", ("`add`", "([x, z])")),
    Broken("E126", f"{TWO}y = layers.concatenate(x, z)", ("`concatenate`", "([x, z])")),
)

MAKING = (
    Broken(
        "E131",
        "x = keras.Input(shape=(10))",
        ("the number 10", "(10,)"),
        whole="FIX\nassert x.shape == (None, 10)",
    ),
    Broken("E131", "x = keras.Input((10.0, -1))", ("(10.0, -1)", "(10, None)")),
    Broken("E131", "x = keras.Input()", ("no shape",)),
    Broken(
        "E132",
        "layer = layers.Dense(64 / 2)",
        ("`32.0`", "layers.Dense(64 // 2)"),
        whole="FIX\nassert layer.units == 32",
    ),
    Broken("E132", "layers.Dense(None)", ("`None`",)),
    Broken("E132", 'layers.Dense("3")', ("text", "layers.Dense(3)")),
    Broken("E132", "layers.Dense([3, 4])", ("`[3, 4]`",)),
    Broken("E132", "layers.Conv2D(filters=0, kernel_size=3)", ("`filters`", "filters=16")),
    Broken("E133", "layers.Dropout(50)", ("50", "Dropout(0.5)")),
    Broken(
        "E134",
        'layers.Dense(3, acivation="relu")',
        ("`Dense`", "`acivation`", 'activation="relu"'),
    ),
    Broken("E134", f"{X}keras.Model(input=x, output=x)", ("inputs=x, outputs=x",)),
    Broken("E134", "keras.optimizers.Adam(lr=0.1)", ("`Adam`", "learning_rate=0.1")),
    Broken(
        "E135",
        'm = keras.Sequential([keras.Input((4,)), layers.Dense(1)])\nm.compile("sgd", "mse")\n'
        "m.fit(np.zeros((2, 4)), np.zeros((2, 1)), epoch=1, verbose=0)",
        ("`fit`", "`epoch`", "epochs=1"),
    ),
    Broken(
        "E135",
        "m = keras.Sequential([keras.Input((4,)), layers.Dense(1)])\n"
        'm.compile(optimiser="sgd", loss="mse")',
        ("`compile`", 'optimizer="sgd"'),
    ),
    Broken(
        "E135",
        "layers.Dropout(0.5)(np.zeros((2, 4)), trainin=True)",
        ("`call`", "training=True"),
    ),
    Broken("E136", "layers.Conv2D(8)", ("`Conv2D`", "`kernel_size`", "kernel_size=3")),
    Broken("E136", "layers.Dense()", ("`Dense`", "`units`")),
    Broken(
        "E137",
        'layers.Dense(3, activation="rellu")',
        ("activation called `rellu`", '"relu"'),
    ),
    Broken("E137", 'layers.Dense(3, kernel_initializer="nope")', ("initialiser", "`nope`")),
    Broken("E137", "layer = layers.Dense(3, 4)", ("`4`", "layers.Dense(3)")),
    Broken("E138", 'layers.Dense(3, name="a/b")', ("'a/b'", '"a_b"')),
    Broken(
        "E139",
        "layer = layers.dense(3)",
        ("`keras.layers`", "`dense`", "layers.Dense(3)"),
        whole="FIX\nassert layer.units == 3",
    ),
    Broken("E139", "keras.Sequentiall()", ("`Sequentiall`", "keras.Sequential()")),
)

BROKEN = (*SEQUENTIAL, *FUNCTIONAL, *CALLING, *MAKING)

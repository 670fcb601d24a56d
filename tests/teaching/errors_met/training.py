"""Broken code: data, compiling, losses and targets."""

from tests.teaching.errors_met.broken import Broken

NET = (
    'net = keras.Sequential([keras.Input((8,), name="x"), layers.Dense(4, name="h")], name="net")\n'
)
READY = f'{NET}net.compile("sgd", "mse")\n'
X, Y = "np.zeros((2, 8))", "np.zeros((2, 4))"
TWO_IN = (
    'a = keras.Input((4,), name="a")\nb = keras.Input((3,), name="b")\n'
    'net = keras.Model([a, b], layers.Dense(1)(layers.Concatenate()([a, b])), name="net")\n'
)
ROWS = "rows_1, rows_2, y = np.zeros((2, 4)), np.zeros((2, 3)), np.zeros((2, 1))"
TWO_OUT = (
    'x = keras.Input((4,), name="x")\np = layers.Dense(1, name="p")(x)\n'
    'q = layers.Dense(3, name="q")(x)\nnet = keras.Model(x, [p, q], name="net")\n'
    "rows, y_1, y_2 = np.zeros((2, 4)), np.zeros((2, 1)), np.zeros((2, 3))\n"
)
BOTH = f'{TWO_OUT}net.compile("sgd", ["mse", "mse"])\n'
FIT = "net.fit(rows, [y_1, y_2], verbose=0)"
AGAIN = f"FIX\n{FIT}"
MANY = (
    "a, b = keras.Input((4,)), keras.Input((4,))\n"
    "net = keras.Model([a, b], [layers.Dense(1)(a), layers.Dense(1)(b)])\n"
    'net.compile("sgd", ["mse", "mse"])\nr, y = np.zeros((2, 4)), np.zeros((2, 1))\n'
)


def classes(loss: str, y: str, *, axes: str = "8", layer: str = 'layers.Dense(4, name="h")') -> str:
    """Return code that trains a network of four classes."""
    return (
        f'net = keras.Sequential([keras.Input(({axes},), name="x"), {layer}], name="net")\n'
        f'net.compile("sgd", "{loss}")\nnet.fit(np.zeros((2, {axes})), {y}, verbose=0)'
    )


DATA = (
    Broken(
        "E401",
        f"{TWO_IN}net(np.zeros((2, 4)))",
        ("`net` has 2 inputs", "`a` (n, 4), `b` (n, 3)", "handed 1"),
        given=ROWS,
    ),
    Broken(
        "E401",
        f"{TWO_IN}net([np.zeros((2, 4))] * 3)",
        ("2 inputs", "handed 3"),
        given=ROWS,
    ),
    Broken(
        "E401",
        f'{TWO_IN}net.compile("sgd", "mse")\n'
        "net.fit(np.zeros((2, 4)), np.zeros((2, 1)), verbose=0)",
        ("net.fit(", "handed 1"),
        given=ROWS,
    ),
    Broken(
        "E401",
        f'{TWO_IN}data = {{"a": np.zeros((2, 4)), "b": np.zeros((2, 3))}}\ny = net(data["a"])',
        ('{"a": data["a"], "b": data["b"]}',),
    ),
    Broken(
        "E402",
        f'{TWO_IN}net({{"a": np.zeros((2, 4)), "c": np.zeros((2, 3))}})',
        ("`a` and `b`", "nothing is handed over for `b`", "`c`", '"b"'),
    ),
    Broken("E402", f'{TWO_IN}net({{"a": np.zeros((2, 4))}})', ("for `b`", "left out"), given=ROWS),
    Broken(
        "E403",
        f"{READY}x, y = {X}, np.zeros((3, 4))\nnet.fit(x, y, verbose=0)",
        ("`x` has 2", "`y` has 3"),
    ),
    Broken(
        "E403",
        f"{READY}x_val, y_val = np.zeros((3, 8)), np.zeros((5, 4))\n"
        f"net.fit({X}, {Y}, validation_data=(x_val, y_val), verbose=0)",
        ("validation", "3 rows and 5 answers", "len(x_val)"),
    ),
    Broken("E404", f"{READY}net.fit({X}, verbose=0)", ("`net`", "`y`"), given=f"y = {Y}"),
    Broken("E404", f"{READY}net.fit(({X}, {Y}), verbose=0)", ("one pair",)),
    Broken(
        "E404",
        f"{READY}net.fit({X}, {Y}, validation_data={X}, verbose=0)",
        ("validation data", "(x_val, y_val)"),
        given=f"y_val = {Y}",
    ),
    Broken(
        "E405",
        f"{READY}net.fit([[1.0] * 8] * 2, [[1.0] * 4] * 2, verbose=0)",
        ("`x` and `y` are lists", "np.array("),
    ),
    Broken("E405", f"{READY}net.fit({X}, [[1.0] * 4] * 2, verbose=0)", ("`y` is a list",)),
    Broken(
        "E406",
        f'{READY}x = np.array([["1"] * 8] * 2)\nnet.fit(x, {Y}, verbose=0)',
        ("`x` is an array of texts", "'1'", 'astype("float32")'),
        whole=f"FIX\nnet.fit(x, {Y}, verbose=0)",
    ),
    Broken(
        "E406",
        classes("sparse_categorical_crossentropy", 'np.array(["cat", "dog"])'),
        ("'cat'", "np.unique"),
        given='y = np.array(["cat", "dog"])',
        whole=f"FIX\nnet.fit({X}, y, verbose=0)",
    ),
    Broken(
        "E406",
        classes("sparse_categorical_crossentropy", '["cat", "dog"]'),
        ("`y` is a list of texts", "np.unique"),
        given='y = ["cat", "dog"]',
        whole=f"FIX\nnet.fit({X}, y, verbose=0)",
    ),
    Broken(
        "E406",
        f"{READY}x = np.array([[1], [1, 2]], dtype=object)\nnet.fit(x, {Y}, verbose=0)",
        ("different lengths", "pad_sequences"),
        whole="FIX\nassert x.shape == (2, 2)",
    ),
    Broken(
        "E406",
        f'{READY}x = np.array([["a", "b"]] * 2)\nnet.fit(x, {Y}, verbose=0)',
        ("StringLookup",),
        whole="FIX\nassert x.shape == (2, 2)",
    ),
    Broken(
        "E407",
        f"{READY}data = tf.data.Dataset.from_tensor_slices(({X}, {Y})).batch(1)\n"
        "net.fit(data, validation_split=0.5, verbose=0)",
        ("data.take(1), data.skip(1)",),
    ),
    Broken(
        "E408",
        f"{READY}data = tf.data.Dataset.from_tensor_slices(({X}, {Y})).batch(2)\n"
        f"net.fit(data, {Y}, verbose=0)",
        ("net.fit(data, verbose=0)",),
    ),
    Broken(
        "E409",
        f"{READY}def rows():\n    while True:\n        yield [{X}, {Y}]\n\n"
        "net.fit(rows(), steps_per_epoch=1, verbose=0)",
        ("a tuple", f"yield {X}, {Y}"),
        whole="FIX\nnet.fit(rows(), steps_per_epoch=1, verbose=0)",
    ),
    Broken(
        "E409",
        f"{READY}def rows():\n    while True:\n        yield {X}\n\n"
        "net.fit(rows(), steps_per_epoch=1, verbose=0)",
        ("right answers are missing", f"yield {X}, targets"),
        given=f"targets = {Y}",
        whole="FIX\nnet.fit(rows(), steps_per_epoch=1, verbose=0)",
    ),
    Broken(
        "E410",
        f"{READY}def rows():\n    while True:\n        yield {X}, {Y}, None, None\n\n"
        "net.fit(rows(), steps_per_epoch=1, verbose=0)",
        ("A batch", "Here there are 4", f"yield ({X}, {Y})"),
        whole="FIX\nnet.fit(rows(), steps_per_epoch=1, verbose=0)",
    ),
    Broken(
        "E410",
        f"{MANY}def batches():\n    while True:\n        yield r, r, y, y\n\n"
        "net.fit(batches(), steps_per_epoch=1, verbose=0)",
        ("The model has 2 inputs and 2 outputs", "yield ((r, r), (y, y))"),
        whole="FIX\nnet.fit(batches(), steps_per_epoch=1, verbose=0)",
    ),
    Broken(
        "E410",
        f"{READY}net.fit({X}, {Y}, validation_data=({X}, {Y}, None, None), verbose=0)",
        ("`validation_data`", f"validation_data=({X}, {Y})"),
    ),
)

COMPILING = (
    Broken(
        "E501",
        'net = keras.Sequential([keras.Input((8,)), layers.Dense(4, "softmax")], name="net")\n'
        "net.fit(np.zeros((2, 8)), np.zeros(2), verbose=0)",
        ("`net`", "`fit`", "sparse_categorical_crossentropy"),
    ),
    Broken("E501", f"{NET}net.evaluate({X}, {Y}, verbose=0)", ("`evaluate`", '"mse"')),
    Broken(
        "E502",
        f'{NET}net.compile("sgd")\nnet.fit({X}, {Y}, verbose=0)',
        ("`net`",),
        whole=f"FIX\nnet.fit({X}, {Y}, verbose=0)",
    ),
    Broken(
        "E503",
        f'{NET}net.compile("sgd", "msee")\nnet.fit({X}, {Y}, verbose=0)',
        ("loss called `msee`", '"mse"'),
        whole=f"FIX\nnet.fit({X}, {Y}, verbose=0)",
    ),
    Broken("E503", f'{NET}net.compile("adamm", "mse")', ("optimiser called `adamm`", '"adam"')),
    Broken(
        "E503",
        f'{NET}net.compile("sgd", "mse", metrics=["acuracy"])\nnet.fit({X}, {Y}, verbose=0)',
        ("metric called `acuracy`", '"accuracy"'),
    ),
    Broken(
        "E504",
        f'{NET}net.compile(keras.optimizers.Adam, "mse")',
        ("`Adam` is a class", "Adam()"),
    ),
    Broken("E505", f'{NET}net.compile("sgd", "mse", metrics="mae")', ("'mae'", '["mae"]')),
    Broken(
        "E506",
        f"{READY}net.fit({X}, {Y}, verbose=0)\nother = keras.Sequential([keras.Input((8,)), "
        'layers.Dense(4)], name="other")\nother.compile(net.optimizer, "mse")\n'
        f"other.fit({X}, {Y}, verbose=0)",
        ("`other`", "optimizers.SGD()"),
        whole=f"FIX\nother.fit({X}, {Y}, verbose=0)",
    ),
    Broken(
        "E507",
        f"{READY}net.fit({X}, {Y}, callbacks=[keras.callbacks.TerminateOnNaN], verbose=0)",
        ("`TerminateOnNaN` is a class", "TerminateOnNaN()"),
    ),
    Broken(
        "E507",
        f"{READY}def note(epoch, logs):\n    pass\n\n"
        f"net.fit({X}, {Y}, callbacks=[note], verbose=0)",
        ("`note` is no callback", "LambdaCallback(on_epoch_end=note)"),
    ),
    Broken(
        "E510",
        f'{READY}net.fit({X}, {Y}, epochs="3", verbose=0)',
        ("`epochs`", "`'3'`", "is text", "epochs=3"),
    ),
    Broken("E510", f"{READY}n = 4\nnet.fit({X}, {Y}, None, n / 2, verbose=0)", ("n // 2",)),
    Broken(
        "E510",
        f'{READY}many = "2"\nnet.evaluate({X}, {Y}, batch_size=many, verbose=0)',
        ("`batch_size`", "batch_size=int(many)"),
    ),
    Broken("E510", f"{READY}net.fit({X}, {Y}, epochs=[2], verbose=0)", ("epochs=2", "one number")),
    Broken(
        "E508",
        f"{BOTH}try:\n    net.fit(rows, y_1, verbose=0)\nexcept ValueError:\n    pass\n{FIT}",
        ("`net`", 'net.compile("sgd", ["mse", "mse"])'),
    ),
    Broken(
        "E508",
        f"{BOTH}try:\n    net.fit(rows, [y_2, y_2[:, :2]], verbose=0)\n"
        f"except ValueError:\n    pass\n{FIT}",
        ("`net`",),
    ),
    Broken(
        "E508",
        'net = keras.Sequential([layers.Dense(4)], name="net")\nnet.compile("sgd", "mse")\n'
        f"try:\n    net.fit({X}, np.zeros((2, 3)), verbose=0)\nexcept ValueError:\n    pass\n"
        f"net.fit({X}, {Y}, verbose=0)",
        ("`net`", "clone_model(net)"),
    ),
    Broken(
        "E509",
        'net = keras.Sequential([layers.Dense(4)], name="net")\nnet.compile("sgd", "mse")\n'
        f"try:\n    net.fit({X}, np.zeros((2, 3)), verbose=0)\nexcept ValueError:\n    pass\n"
        f"net({X})",
        ("`net`", "without numbers", "clone_model(net)"),
    ),
)

LOSSES = (
    Broken(
        "E601",
        classes("categorical_crossentropy", "np.array([0, 1])"),
        ("(n,)", "(n, 4)", '"sparse_categorical_crossentropy"'),
        whole="FIX\nnet.fit(np.zeros((2, 8)), np.array([0, 1]), verbose=0)",
    ),
    Broken(
        "E601",
        classes("categorical_crossentropy", "np.array([[0], [1]])"),
        ("(n, 1)", "(n, 4)"),
        whole="FIX\nnet.fit(np.zeros((2, 8)), np.array([[0], [1]]), verbose=0)",
    ),
    Broken(
        "E602",
        classes("sparse_categorical_crossentropy", "np.eye(4)[:2]"),
        ("rows of 4", "(n, 4)", '"categorical_crossentropy"'),
        whole="FIX\nnet.fit(np.zeros((2, 8)), np.eye(4)[:2], verbose=0)",
    ),
    Broken(
        "E603",
        classes("sparse_categorical_crossentropy", "np.array([0, 1])", axes="2, 8"),
        ("`net` gives (n, 2, 4)", "2 places", "(n,)", "layers.Flatten()"),
        whole="FIX\nassert net.output_shape == (None, 4)",
    ),
    Broken(
        "E603",
        'x = keras.Input((2, 8), name="x")\nnet = keras.Model(x, layers.Dense(4)(x), name="net")\n'
        'net.compile("sgd", "categorical_crossentropy")\n'
        "net.fit(np.zeros((2, 2, 8)), np.eye(4)[:2], verbose=0)",
        ("`net` gives (n, 2, 4)", "(n, 4)"),
        whole="FIX\nassert net.output_shape == (None, 4)",
    ),
    Broken(
        "E603",
        "t = keras.Input((6, 8))\nx = layers.MultiHeadAttention(1, 4)(t, t)\n"
        'net = keras.Model(t, layers.Dense(4, "softmax")(x), name="net")\n'
        'net.compile("sgd", "sparse_categorical_crossentropy")\n'
        "net.fit(np.zeros((2, 6, 8)), np.zeros(2), verbose=0)",
        ("`net` gives (n, 6, 4)", "GlobalAveragePooling1D()(x)", "x[:, -1]"),
        whole="FIX\nassert net.output_shape == (None, 4)",
    ),
    Broken(
        "E604",
        f"{READY}net.fit({X}, np.zeros((2, 3)), verbose=0)",
        ("`h` gives (n, 4)", "(n, 3)", "`mean_squared_error`", "Dense(3"),
        whole="FIX\nassert net.output_shape == (None, 3)",
    ),
    Broken(
        "E604",
        classes(
            "binary_crossentropy", "np.zeros((2, 2))", layer='layers.Dense(1, "sigmoid", name="h")'
        ),
        ("`h` gives (n, 1)", "(n, 2)", 'Dense(2, activation="sigmoid"'),
        whole="FIX\nassert net.output_shape == (None, 2)",
    ),
    Broken(
        "E604",
        "net = keras.Sequential([keras.Input((8, 8, 1)), layers.MaxPooling2D(), "
        'layers.Conv2D(1, 1, name="mask")])\nnet.compile("sgd", "mse")\n'
        "net.fit(np.zeros((2, 8, 8, 1)), np.zeros((2, 8, 8, 1)), verbose=0)",
        ("`mask` gives (n, 4, 4, 1)", "UpSampling2D((2, 2))"),
        whole="FIX\nassert net.output_shape == (None, 8, 8, 1)",
    ),
    Broken(
        "E604",
        'x = keras.Input((8, 8, 1))\ny = layers.Conv2D(2, 3, name="mask")(x)\n'
        'net = keras.Model(x, y)\nnet.compile("sgd", "mse")\n'
        "net.fit(np.zeros((2, 8, 8, 1)), np.zeros((2, 8, 8, 2)), verbose=0)",
        ("`mask` gives (n, 6, 6, 2)", 'padding="same"'),
        whole="FIX\nassert net.output_shape == (None, 8, 8, 2)",
    ),
    Broken(
        "E604",
        f'{TWO_OUT}net.compile("sgd", {{"p": "mse", "q": "mse"}})\n'
        "net.fit(rows, [y_1, y_2[:, :2]], verbose=0)",
        ("`q` gives (n, 3)", "[p, q])"),
        whole="FIX\nassert net.output_shape == [(None, 1), (None, 2)]",
    ),
    Broken(
        "E604",
        f'{TWO_OUT}net.compile("sgd", ["mse", "categorical_crossentropy"])\n'
        "net.fit(rows, [y_2, y_1], verbose=0)",
        ("another order", '{"p": y_1, "q": y_2}'),
    ),
    Broken(
        "E605",
        classes("sparse_categorical_crossentropy", "np.array([0, 7])"),
        ("4 places", "0 to 7", "Dense(8"),
        whole="FIX\nassert net.output_shape == (None, 8)",
    ),
    Broken(
        "E605",
        f"{NET}net.compile('sgd', keras.losses.SparseCategoricalCrossentropy(from_logits=True))\n"
        f"y = np.array([1, 4])\nnet.fit({X}, y, verbose=0)",
        ("0 to 3", "1 to 4", "y = y - 1"),
        whole=f"FIX\nnet.fit({X}, y, verbose=0)",
    ),
    Broken(
        "E605",
        f"{NET}net.compile('sgd', keras.losses.SparseCategoricalCrossentropy(from_logits=True))\n"
        f"x, y = {X}, np.array([0, -1])\nnet.fit(x, y, verbose=0)",
        ("-1 to 0", "missing answer"),
        whole="FIX\nnet.fit(x, y, verbose=0)",
    ),
    Broken(
        "E606",
        "y = keras.utils.to_categorical([0, 5], 3)",
        ("3 classes", "the class 5", "6)"),
        whole="FIX\nassert y.shape == (2, 6)",
    ),
    Broken(
        "E607",
        classes("binary_crossentropy", "np.array([0, 1])"),
        ("(n, 4)", "(n,)", '"sparse_categorical_crossentropy"'),
        whole="FIX\nnet.fit(np.zeros((2, 8)), np.array([0, 1]), verbose=0)",
    ),
)

OUTPUTS = (
    Broken(
        "E611",
        f'{TWO_OUT}net.compile("sgd", ["mse", "mse", "mae"])\n{FIT}',
        ("`net` has 2 outputs, `p` and `q`", "3 losses"),
        whole=AGAIN,
    ),
    Broken(
        "E612",
        f'{TWO_OUT}net.compile("sgd", {{"p": "mse", "r": "mse"}})\n{FIT}',
        ("`p` and `q`", "`r`", '"q"'),
        whole=AGAIN,
    ),
    Broken(
        "E612",
        f'{NET}net.compile("sgd", {{"out": "mse"}})\nnet.fit({X}, {Y}, verbose=0)',
        ("one output", "`out`"),
        whole=f"FIX\nnet.fit({X}, {Y}, verbose=0)",
    ),
    Broken(
        "E612",
        f'{TWO_OUT}net = keras.Model(x, {{"digit": p, "place": q}}, name="net")\n'
        'net.compile("sgd", {"digit": "mse", "where": "mse"})\n'
        'net.fit(rows, {"digit": y_1, "place": y_2}, verbose=0)',
        ("`digit` and `place`", "`where`", '"place": "mse"', "a dict"),
        whole='FIX\nnet.fit(rows, {"digit": y_1, "place": y_2}, verbose=0)',
    ),
    Broken(
        "E613",
        f'{TWO_OUT}net.compile("sgd", {{"p": "mse", "q": "mae"}}, '
        f'loss_weights={{"p": 1, "r": 2}})\n{FIT}',
        ("no loss weight for `q`", "`r`"),
        whole=AGAIN,
    ),
    Broken(
        "E613",
        f'{TWO_OUT}net.compile("sgd", ["mse", "mae"], loss_weights=[1, 2, 3])\n{FIT}',
        ("2 losses and 3 weights", '{"p": "mse", "q": "mae"}'),
        whole=AGAIN,
    ),
    Broken(
        "E614",
        f'{TWO_OUT}net.compile("sgd", ["mse", "mse"], metrics=["mae"])\n{FIT}',
        ("`p` and `q`", "plain list of 1", '{"p": ["mae"], "q": ["mae"]}'),
        whole=AGAIN,
    ),
    Broken(
        "E614",
        f'{TWO_OUT}net.compile("sgd", ["mse", "mse"], metrics={{"r": "mae"}})\n{FIT}',
        ("`r`, which is no output",),
        whole=AGAIN,
    ),
    Broken(
        "E615",
        f"{BOTH}net.fit(rows, y_1, verbose=0)",
        ("`p` and `q`", "1 target."),
    ),
    Broken(
        "E615",
        f'{TWO_OUT}y = {{"p": y_1, "q": y_2}}\nnet.compile("sgd", "mse")\n'
        'net.fit(rows, y["p"], verbose=0)',
        ("`y` holds them all", "net.fit(rows, y, verbose=0)"),
    ),
    Broken(
        "E615",
        f"{READY}x, y = {X}, {Y}\nnet.fit(x, [y, y], verbose=0)",
        ("one output", "2 targets"),
    ),
    Broken(
        "E616",
        f'{BOTH}net.fit(rows, {{"p": y_1, "z": y_2}}, verbose=0)',
        ("`p` and `q`", "`z`", '"q": y_2'),
    ),
)

BROKEN = (*DATA, *COMPILING, *LOSSES, *OUTPUTS)

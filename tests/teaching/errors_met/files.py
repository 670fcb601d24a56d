"""Broken code: saving and loading; it runs in a folder of its own."""

from tests.teaching.errors_met.broken import Broken

NET = 'net = keras.Sequential([keras.Input((8,)), layers.Dense(4, name="h")], name="net")\n'
OTHER = 'other = keras.Sequential([keras.Input((8,)), layers.Dense(5, name="h")], name="other")\n'
SCALE = (
    "class Scale(layers.Layer):\n"
    "    def __init__(self, factor{more}):\n"
    "        super().__init__({passed})\n"
    "        self.factor = factor\n"
    "    def call(self, x):\n"
    "        return x * self.factor\n"
)
PLAIN = SCALE.format(more="", passed="")
CONFIG = (
    "    def get_config(self):\n        return {**super().get_config(), 'factor': self.factor}\n"
)

SAVING = (
    Broken(
        "E701",
        f'{NET}net.save("best")',
        ("`best`", '"best.keras"'),
        whole="FIX\nkeras.models.load_model('best.keras')",
    ),
    Broken("E701", f'{NET}net.save("best.tf")', ("`best.tf`", '"best.keras"')),
    Broken(
        "E702",
        f'{NET}net.save_weights("w.h5")',
        ("`w.h5`", '"w.weights.h5"'),
        whole="FIX\nnet.load_weights('w.weights.h5')",
    ),
    Broken(
        "E702",
        f'{NET}net.save_weights("w.weights.h5")\nnet.load_weights("w.ckpt")',
        ("`w.ckpt`", '"w.weights.h5"'),
    ),
    Broken(
        "E703",
        'keras.callbacks.ModelCheckpoint("best.ckpt")',
        ("`best.ckpt`", '"best.keras"'),
    ),
    Broken(
        "E703",
        'keras.callbacks.ModelCheckpoint("best.keras", save_weights_only=True)',
        ("weights only", '"best.weights.h5"'),
    ),
    Broken(
        "E704",
        f'{NET}net.save("model_1.keras")\nnet = keras.models.load_model("model1.keras")',
        ("`model1.keras`", "`model_1.keras`"),
    ),
    Broken("E704", 'keras.models.load_model("my/net.keras")', ("`net.keras`", "no folder `my`")),
    Broken("E704", f'{NET}net.load_weights("w.weights.h5")', ("`w.weights.h5`",)),
    Broken(
        "E705",
        f'{NET}net.save("my/nets/net.keras")',
        ("`my/nets`",),
        whole="FIX\nnet.save('my/nets/net.keras')",
    ),
    Broken(
        "E706",
        f'{NET}net.save_weights("w.weights.h5")\nkeras.models.load_model("w.weights.h5")',
        ("`w.weights.h5` holds weights only",),
        given=NET.replace("net =", "model ="),
    ),
    Broken(
        "E706",
        'open("net.keras", "w").close()\nkeras.models.load_model("net.keras")',
        ("`net.keras` is there",),
        given=f'{NET}net.save("net.keras")',
    ),
    Broken(
        "E706",
        'import os\nos.mkdir("saved")\nkeras.models.load_model("saved")',
        ("`saved` is a folder",),
        given="class layers:\n    @staticmethod\n    def TFSMLayer(path, call_endpoint): ...\n",
    ),
)

LOADING = (
    Broken(
        "E707",
        f"{SCALE.format(more=', **kwargs', passed='**kwargs')}{CONFIG}"
        'net = keras.Sequential([keras.Input((4,)), Scale(3.0)])\nnet.save("net.keras")\n'
        'loaded = keras.models.load_model("net.keras")',
        ("`Scale`", 'custom_objects={"Scale": Scale}'),
        whole="FIX\nassert loaded.layers[0].factor == 3",
    ),
    Broken(
        "E707",
        f"def loss(a, b):\n    return keras.ops.mean(a - b)\n\n{NET}"
        'net.compile("sgd", loss)\nnet.save("net.keras")\nkeras.models.load_model("net.keras")',
        ("`loss`", 'custom_objects={"loss": loss}'),
    ),
    Broken(
        "E708",
        f"{PLAIN}{CONFIG}net = keras.Sequential([keras.Input((4,)), Scale(3.0)])\n"
        'net.save("net.keras")\n'
        'keras.models.load_model("net.keras", custom_objects={"Scale": Scale})',
        ("`Scale`", "no `name`, `trainable` and `dtype`"),
        whole="class Scale(layers.Layer):\n    FIX\n    def call(self, x):\n"
        f"        return x * self.factor\n{CONFIG}"
        'loaded = keras.models.load_model("net.keras", custom_objects={"Scale": Scale})\n'
        "assert loaded.layers[0].factor == 3",
    ),
    Broken(
        "E709",
        "net = keras.Sequential([keras.Input((4,)), layers.Lambda(lambda x: x * 2)])\n"
        'net.save("net.keras")\nkeras.models.load_model("net.keras")',
        ("Lambda layer", 'load_weights("net.keras")'),
        given="model = net",
    ),
    Broken(
        "E710",
        f'{NET}net.save_weights("w.weights.h5")\n{OTHER}other.load_weights("w.weights.h5")',
        ("`h`", "skip_mismatch=True"),
    ),
    Broken(
        "E711",
        f'{NET}net.save_weights("w.weights.h5")\n'
        'other = keras.Sequential([layers.Dense(4, name="h")], name="other")\n'
        'other.load_weights("w.weights.h5")',
        ("`other`", "other.build("),
        given="width = 8",
    ),
    Broken(
        "E712",
        f"{NET}net.set_weights([np.zeros((8, 4))])",
        ("`net` has 2 weights, (8, 4) (4,)", "given 1: (8, 4)", "*net.get_weights()[1:]]"),
    ),
    Broken(
        "E712",
        'a, e = keras.Input((8,)), layers.Dense(4, name="e")\n'
        "one = keras.Model(a, layers.Dense(1)(layers.Add()([e(a), e(a)])))\n"
        'first, second = layers.Dense(4, name="f")(a), layers.Dense(4, name="s")(a)\n'
        "two = keras.Model(a, layers.Dense(1)(layers.Add()([first, second])))\n"
        "two.set_weights(one.get_weights())",
        ("layer by layer", 'two.get_layer("s").set_weights(one.get_layer("e").get_weights())'),
        whole="FIX\nx = np.ones((2, 8))\nassert np.allclose(one(x), two(x), atol=1e-5)",
    ),
    Broken(
        "E712",
        'wide, small = layers.Dense(6, name="wide"), layers.Dense(2, name="small")\n'
        "wide.build((None, 8))\nsmall.build((None, 4))\nwide.set_weights(small.get_weights())",
        ("`wide` has 2 weights", "kernel[:4, :2], bias[:2] = small.get_weights()"),
        whole="FIX\nassert np.allclose(wide.get_weights()[0][:4, :2], small.get_weights()[0])",
    ),
    Broken(
        "E712",
        f"{NET}net.layers[0].set_weights([np.zeros((8, 5)), np.zeros(5)])",
        ("`h` has 2 weights", "(8, 5) (5,)", "layers.Dense(5)"),
    ),
    Broken(
        "E713",
        f"{PLAIN}layer = Scale([layers.Dense(1)])\nlayer.get_config()",
        ("`Scale`", "`factor`", '"factor": self.factor'),
    ),
)

BROKEN = (*SAVING, *LOADING)

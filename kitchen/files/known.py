"""What a saved model may ask Keras for: its layers, losses and the like, by module and name.

A list of what is known to be harmless, not of what is known to harm: a layer that a coming Keras
adds is refused until someone has read what its constructor does.
"""

import re

LAYERS = frozenset(
    """
    Activation ActivityRegularization AdaptiveAveragePooling1D AdaptiveAveragePooling2D
    AdaptiveAveragePooling3D AdaptiveMaxPooling1D AdaptiveMaxPooling2D AdaptiveMaxPooling3D Add
    AdditiveAttention AlphaDropout Attention AugMix AutoContrast Average AveragePooling1D
    AveragePooling2D AveragePooling3D AvgPool1D AvgPool2D AvgPool3D BatchNormalization Bidirectional
    CategoryEncoding CenterCrop Concatenate ContrastLimitedAdaptiveHistogramEqualization Conv1D
    Conv1DTranspose Conv2D Conv2DTranspose Conv3D Conv3DTranspose ConvLSTM1D ConvLSTM2D ConvLSTM3D
    Convolution1D Convolution1DTranspose Convolution2D Convolution2DTranspose Convolution3D
    Convolution3DTranspose Cropping1D Cropping2D Cropping3D CutMix Dense DepthwiseConv1D
    DepthwiseConv2D Discretization Dot Dropout ELU EinsumDense Embedding Equalization Flatten GRU
    GRUCell GaussianDropout GaussianNoise GlobalAveragePooling1D GlobalAveragePooling2D
    GlobalAveragePooling3D GlobalAvgPool1D GlobalAvgPool2D GlobalAvgPool3D GlobalMaxPool1D
    GlobalMaxPool2D GlobalMaxPool3D GlobalMaxPooling1D GlobalMaxPooling2D GlobalMaxPooling3D
    GroupNormalization GroupQueryAttention HashedCrossing Hashing Identity InputLayer IntegerLookup
    LSTM LSTMCell Lambda LayerNormalization LeakyReLU Masking MaxNumBoundingBoxes MaxPool1D
    MaxPool2D MaxPool3D MaxPooling1D MaxPooling2D MaxPooling3D Maximum MelSpectrogram Minimum MixUp
    MultiHeadAttention Multiply Normalization PReLU Permute Pipeline RMSNormalization RNN
    RandAugment RandomBrightness RandomColorDegeneration RandomColorJitter RandomContrast RandomCrop
    RandomElasticTransform RandomErasing RandomFlip RandomGaussianBlur RandomGrayscale RandomHue
    RandomInvert RandomPerspective RandomPosterization RandomRotation RandomSaturation
    RandomSharpness RandomShear RandomTranslation RandomZoom ReLU RepeatVector Rescaling Reshape
    Resizing ReversibleEmbedding STFTSpectrogram SeparableConv1D SeparableConv2D
    SeparableConvolution1D SeparableConvolution2D SimpleRNN SimpleRNNCell Softmax Solarization
    SpatialDropout1D SpatialDropout2D SpatialDropout3D SpectralNormalization StackedRNNCells
    StringLookup Subtract TextVectorization TimeDistributed UnitNormalization UpSampling1D
    UpSampling2D UpSampling3D ZeroPadding1D ZeroPadding2D ZeroPadding3D
    """.split()
)
# They run code or read files that are not Keras's: a SavedModel, a pickle, a function of JAX.
UNSAFE_LAYERS = frozenset("FlaxLayer JaxLayer TFSMLayer TorchModuleWrapper".split())
# No saved model holds these themselves: they are what others are made from.
BASE_LAYERS = frozenset("InputSpec Layer Wrapper".split())

LOSSES = frozenset(
    """
    BinaryCrossentropy BinaryFocalCrossentropy CTC CategoricalCrossentropy
    CategoricalFocalCrossentropy CategoricalGeneralizedCrossEntropy CategoricalHinge Circle
    CosineSimilarity Dice Hinge Huber KLDivergence LogCosh MeanAbsoluteError
    MeanAbsolutePercentageError MeanSquaredError MeanSquaredLogarithmicError Poisson
    SparseCategoricalCrossentropy SquaredHinge Tversky
    """.split()
)
METRICS = frozenset(
    """
    AUC Accuracy BinaryAccuracy BinaryCrossentropy BinaryIoU CategoricalAccuracy
    CategoricalCrossentropy CategoricalHinge ConcordanceCorrelation CosineSimilarity F1Score
    FBetaScore FalseNegatives FalsePositives Hinge IoU KLDivergence LogCoshError Mean
    MeanAbsoluteError MeanAbsolutePercentageError MeanIoU MeanMetricWrapper MeanSquaredError
    MeanSquaredLogarithmicError OneHotIoU OneHotMeanIoU PearsonCorrelation Poisson Precision
    PrecisionAtRecall R2Score Recall RecallAtPrecision RootMeanSquaredError SensitivityAtSpecificity
    SparseCategoricalAccuracy SparseCategoricalCrossentropy SparseTopKCategoricalAccuracy
    SpecificityAtSensitivity SquaredHinge Sum TopKCategoricalAccuracy TrueNegatives TruePositives
    """.split()
)
OPTIMIZERS = frozenset(
    """
    Adadelta Adafactor Adagrad Adam AdamW Adamax Ftrl Lamb Lion LossScaleOptimizer MultiOptimizer
    Muon Nadam RMSprop SGD ScheduleFreeAdamW
    """.split()
)
SCHEDULES = frozenset(
    """
    CosineDecay CosineDecayRestarts ExponentialDecay InverseTimeDecay PiecewiseConstantDecay
    PolynomialDecay
    """.split()
)
INITIALIZERS = frozenset(
    """
    Constant GlorotNormal GlorotUniform HeNormal HeUniform Identity IdentityInitializer LecunNormal
    LecunUniform Ones Orthogonal OrthogonalInitializer RandomNormal RandomUniform STFT
    STFTInitializer TruncatedNormal VarianceScaling Zeros
    """.split()
)
POLICIES = frozenset(
    """
    AWQDTypePolicy DTypePolicy DTypePolicyMap FloatDTypePolicy GPTQDTypePolicy Int4DTypePolicy
    QuantizedDTypePolicy QuantizedFloat8DTypePolicy
    """.split()
)
# By the public module that Keras writes with the name.
CLASSES: dict[str, frozenset[str]] = {
    "keras": frozenset({"Sequential", "DTypePolicy", "FloatDTypePolicy"}),
    "keras.models": frozenset({"Sequential"}),
    "keras.layers": LAYERS,
    "keras.losses": LOSSES,
    "keras.metrics": METRICS,
    "keras.optimizers": OPTIMIZERS,
    "keras.optimizers.schedules": SCHEDULES,
    "keras.initializers": INITIALIZERS,
    "keras.regularizers": frozenset({"L1", "L1L2", "L2", "OrthogonalRegularizer"}),
    "keras.constraints": frozenset({"MaxNorm", "MinMaxNorm", "NonNeg", "UnitNorm"}),
    "keras.dtype_policies": POLICIES,
    "keras.random": frozenset({"SeedGenerator"}),
    "keras.quantizers": frozenset(
        """
        AbsMaxQuantizer Float8QuantizationConfig Int4QuantizationConfig Int8QuantizationConfig
        """.split()
    ),
}
# Functional models, the calls of `keras.ops` and some layers of `keras.applications` have no public
# name: Keras writes where they live.
# Of such a module Keras itself takes nothing but classes that were made to be saved.
INNER = (
    re.compile(r"keras\.src\.models\.functional:Functional"),
    re.compile(r"keras\.src\.ops\.(core|einops|image|linalg|math|nn|numpy):[A-Z]\w*"),
    re.compile(r"keras\.src\.activations\.activations:[A-Z]\w*"),
    re.compile(r"keras\.src\.applications\.convnext:(LayerScale|StochasticDepth)"),
    re.compile(r"keras\.src\.applications\.inception_resnet_v2:CustomScaleLayer"),
)

ACTIVATIONS = frozenset(
    """
    celu elu exponential gelu glu hard_shrink hard_sigmoid hard_silu hard_swish hard_tanh leaky_relu
    linear log_sigmoid log_softmax mish relu relu6 selu sigmoid silu soft_shrink softmax softplus
    softsign sparse_plus sparse_sigmoid sparsemax squareplus swish tanh tanh_shrink threshold
    """.split()
)
LOSS_FUNCTIONS = frozenset(
    """
    binary_crossentropy binary_focal_crossentropy categorical_crossentropy
    categorical_focal_crossentropy categorical_generalized_cross_entropy categorical_hinge circle
    cosine_similarity ctc dice hinge huber kl_divergence log_cosh mean_absolute_error
    mean_absolute_percentage_error mean_squared_error mean_squared_logarithmic_error poisson
    sparse_categorical_crossentropy squared_hinge tversky
    """.split()
)
METRIC_FUNCTIONS = frozenset(
    """
    binary_accuracy categorical_accuracy concordance_correlation pearson_correlation
    sparse_categorical_accuracy sparse_top_k_categorical_accuracy top_k_categorical_accuracy
    """.split()
)
FUNCTIONS = ACTIVATIONS | LOSS_FUNCTIONS | METRIC_FUNCTIONS
FUNCTION_MODULES = frozenset(
    {"builtins", "keras.activations", "keras.losses", "keras.metrics"}
)  # Keras writes `builtins` with all its own functions, and looks for them in its own modules

# Arguments from which Keras makes a list of that length: no such list is ever long.
LISTED = {
    "indices_or_sections": 10_000,
    "ngrams": 1_000,
    "num_classes": 10_000,
    "num_oov_indices": 100_000,
    "num_thresholds": 100_000,
}
DTYPES = frozenset(
    """
    bool int4 int8 int16 int32 int64 uint8 uint16 uint32 uint64 float8_e4m3fn float8_e5m2 float16
    bfloat16 float32 float64 string complex64 complex128
    """.split()
)  # not NumPy's own spellings: "U500000000" makes one letter fill two gigabytes


def is_known(module: object, name: str) -> bool:
    """Return whether Keras's own class of this module and name may be made from a file."""
    if not isinstance(module, str):
        return False
    if name in CLASSES.get(module, ()):
        return True
    return any(pattern.fullmatch(f"{module}:{name}") for pattern in INNER)


def is_keras(module: object) -> bool:
    """Return whether a module is one of Keras's, or one that Keras would import for a file."""
    return isinstance(module, str) and module.partition(".")[0].startswith("keras")

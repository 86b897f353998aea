"""Reference numbers of small networks trained by PyTorch, for the tests of the engines.

    python reference_losses.py > ../resources/reference-losses.json

Every case trains a multilayer perceptron on the same 24 examples, in three mini-batches of eight that take turns, for
20 mini-batches. What is written is enough to repeat it without PyTorch or its random numbers: data and initial weights
are there, drawn by a generator of our own on a grid of 1/256, so that float32 holds them exactly.

The numbers are those of float32 on one thread. Each case is run again in float64, and `roundOff` says how far apart
the two runs are: a test whose tolerance is a few times larger tells a wrong formula from a different order of
summation. The script fails when that distance is large for a number that tests compare.

`CONVENTIONS`, which is written out too, says in words and formulas what the cases mean. Written for torch 1.13.1; needs
nothing else.
"""

import json
import math
import struct
import sys

import torch
from torch import nn
from torch.nn import functional
from torch.optim import lr_scheduler

INPUTS, HIDDEN, CLASSES = 6, (5, 4), 3
MINI_BATCH_SIZE, MINI_BATCHES, TURNS = 8, 20, 3
LARGEST_ROUND_OFF = 5e-5

CONVENTIONS = {
    "numbers": "float32 in their shortest decimal form; learning rates and roundOff are float64",
    "data": "mini-batch i holds the examples (i mod 3) * 8 to (i mod 3) * 8 + 7",
    "losses": "losses[i] is the mean loss of mini-batch i in training mode, before learning from it, without penalties",
    "predictions": "probabilities [8][outputs] for mini-batch 0 after the last step, in evaluation mode",
    "layer": "linear (weight [out, in], row-major), batchNorm if asked for, activation; the last layer is linear alone",
    "softmax-cross-entropy": "CrossEntropyLoss of the logits",
    "log-softmax-nll": "NLLLoss of log_softmax; predictions are its exponentials",
    "sigmoid-bce": "BCEWithLogitsLoss of one logit; labels are data.binaryLabels, predictions are sigmoids",
    "activations": {
        "relu": "max(0, x)",
        "sigmoid": "1 / (1 + exp(-x))",
        "tanh": "tanh(x)",
        "elu": "x if x > 0, else alpha * (exp(x) - 1)",
        "leaky-relu": "x if x > 0, else alpha * x",
        "gelu": "0.5 * x * (1 + tanh(sqrt(2 / pi) * (x + 0.044715 * x^3)))",
        "swish": "x / (1 + exp(-x))",
        "mish": "x * tanh(ln(1 + exp(x)))",
    },
    "batchNorm": "training: (x - mean) / sqrt(var + epsilon) * weight + bias, var with divisor n; running <- "
    "(1 - momentum) * running + momentum * batch, its variance with divisor n - 1; evaluation: the running values",
    "gradient": "in this order: mean over the accumulated mini-batches, + l1 * sign(w) (layers.*.weight only, "
    "sign(0) = 0), clipping, + weightDecay * w (not adamw), optimizer",
    "accumulate": "one optimizer step per this many mini-batches; each has the same weight in the mean",
    "clipNorm": "g * min(1, clipNorm / (norm + 1e-6)), norm the 2-norm over all gradients together",
    "clipValue": "each element of g into [-clipValue, clipValue]",
    "decaysBiases": "true: weightDecay is for every tensor (PyTorch's default); false: layers.*.weight only",
    "optimizers": {
        "sgd": "w <- w - lr * g",
        "momentum": "b <- g at the first step, momentum * b + (1 - dampening) * g later; w <- w - lr * b",
        "nesterov": "b as in momentum; w <- w - lr * (g + momentum * b)",
        "adam": "m <- beta1 * m + (1 - beta1) * g; v <- beta2 * v + (1 - beta2) * g^2; "
        "w <- w - lr * (m / (1 - beta1^t)) / (sqrt(v / (1 - beta2^t)) + epsilon), t from 1",
        "adamw": "w <- w * (1 - lr * weightDecay), then adam with the gradient undecayed",
        "amsgrad": "of adam and adamw, false where it is not said: the largest v so far in the place of v",
        "rmsprop": "v <- alpha * v + (1 - alpha) * g^2; b <- momentum * b + g / (sqrt(v) + epsilon); w <- w - lr * b; "
        "centered: a <- alpha * a + (1 - alpha) * g, and v - a^2 in the place of v under the root",
        "adagrad": "v <- v + g^2, at first initialAccumulatorValue; w <- w - lr / (1 + (t - 1) * learningRateDecay) "
        "* g / (sqrt(v) + epsilon)",
        "adadelta": "v <- rho * v + (1 - rho) * g^2; d = sqrt(u + epsilon) / sqrt(v + epsilon) * g; "
        "u <- rho * u + (1 - rho) * d^2; w <- w - lr * d",
    },
    "schedules": {
        "i": "optimizer steps done, from 0; learningRates[i] is for the step that follows; base is learningRate",
        "step": "base * factor^floor(i / every)",
        "exponential": "base * factor^i",
        "cosine": "base * (i + 1) / warmUpSteps while i < warmUpSteps; then minimum + (base - minimum) / 2 "
        "* (1 + cos(pi * (i - warmUpSteps) / (totalSteps - warmUpSteps)))",
    },
    "notComparable": "what rounding decides: a bias before batch normalisation has gradient 0, and what rounding makes of "
    "it Adam scales up to full steps; running means, and so predictions, follow that bias",
    "initialisations": "uniform in [-bound, bound] or normal with mean 0 and this standard deviation; "
    "xavier with gain 1, kaiming with fan-in and the gain of relu, linear as in torch.nn.Linear, weights and biases",
}


class SplitMix64:
    """Steele, Lea and Flood (2014), figure 17; the constants are those of java.util.SplittableRandom."""

    def __init__(self, seed):
        self.state = seed

    def next_bits(self, bits):
        mask = (1 << 64) - 1
        self.state = (self.state + 0x9E3779B97F4A7C15) & mask
        z = self.state
        z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & mask
        z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & mask
        return (z ^ (z >> 31)) >> (64 - bits)

    def grid(self, count, low, high):
        """Numbers in [low, high) on the grid of 1/256."""
        return [math.floor((low + (high - low) * self.next_bits(32) / 2**32) * 256) / 256 for _ in range(count)]


def examples():
    random = SplitMix64(1)
    features = [random.grid(INPUTS, -1.5, 1.5) for _ in range(MINI_BATCH_SIZE * TURNS)]
    labels, binary_labels = [], []
    for x in features:
        scores = [x[0] + x[1], x[2] - x[3], x[4] * x[5]]
        labels.append(scores.index(max(scores)))
        binary_labels.append(int(x[0] - x[2] + x[4] > 0))
    return {"features": features, "labels": labels, "binaryLabels": binary_labels}


class Perceptron(nn.Module):
    """The network of a case; its parameters have the names that Freshet gives them."""

    def __init__(self, net):
        super().__init__()
        sizes = [net["inputs"]] + [hidden["units"] for hidden in net["hidden"]] + [net["outputs"]]
        self.layers = nn.ModuleList(nn.Linear(a, b) for a, b in zip(sizes, sizes[1:]))
        normalised = sizes[1:-1] if net["batchNorm"] else []
        self.norms = nn.ModuleList(
            nn.BatchNorm1d(n, eps=net["batchNorm"]["epsilon"], momentum=net["batchNorm"]["momentum"])
            for n in normalised
        )
        self.activations = [activation(hidden) for hidden in net["hidden"]]

    def forward(self, x):
        for i, activate in enumerate(self.activations):
            x = self.layers[i](x)
            if self.norms:
                x = self.norms[i](x)
            x = activate(x)
        return self.layers[-1](x)

    def named_tensors(self):
        """In the order of the layers, each layer's normalisation after it."""
        state = self.state_dict()
        names = [name for name in state if not name.endswith("num_batches_tracked")]
        return [(name, state[name]) for name in sorted(names, key=lambda name: int(name.split(".")[1]))]


def activation(hidden):
    alpha = hidden.get("alpha")
    return {
        "relu": functional.relu,
        "sigmoid": torch.sigmoid,
        "tanh": torch.tanh,
        "elu": lambda x: functional.elu(x, alpha=alpha),
        "leaky-relu": lambda x: functional.leaky_relu(x, negative_slope=alpha),
        "gelu": lambda x: functional.gelu(x, approximate="tanh"),
        "swish": functional.silu,
        "mish": functional.mish,
    }[hidden["activation"]]


def criterion(output):
    return {
        "softmax-cross-entropy": lambda z, y: functional.cross_entropy(z, y),
        "log-softmax-nll": lambda z, y: functional.nll_loss(functional.log_softmax(z, dim=1), y),
        "sigmoid-bce": lambda z, y: functional.binary_cross_entropy_with_logits(z.squeeze(1), y.to(z.dtype)),
    }[output]


def probabilities(output, z):
    return {
        "softmax-cross-entropy": lambda: torch.softmax(z, dim=1),
        "log-softmax-nll": lambda: functional.log_softmax(z, dim=1).exp(),
        "sigmoid-bce": lambda: torch.sigmoid(z),
    }[output]()


def initial_tensors(net, restored):
    """Where a network starts; `restored` normalisations do not start from 1 and 0, as if read from a checkpoint."""
    random = SplitMix64(2)
    tensors = []
    for name, tensor in Perceptron(net).named_tensors():
        count = tensor.numel()
        if name.startswith("layers"):
            values = random.grid(count, -0.875, 0.875) if name.endswith("weight") else random.grid(count, -0.25, 0.25)
        elif name.endswith("weight") or name.endswith("running_var"):
            values = random.grid(count, 0.5, 1.5) if restored else [1.0] * count
        else:
            values = random.grid(count, -0.5, 0.5) if restored else [0.0] * count
        tensors.append({"name": name, "shape": list(tensor.shape), "values": values})
    return tensors


def make_optimizer(spec, model):
    lr, decay = spec["learningRate"], spec["weightDecay"]
    weights = [p for name, p in model.named_parameters() if is_weight(name)]
    others = [p for name, p in model.named_parameters() if not is_weight(name)]
    groups = [
        {"params": weights, "weight_decay": decay},
        {"params": others, "weight_decay": decay if spec["decaysBiases"] else 0},
    ]
    kind = spec["type"]
    if kind == "sgd":
        return torch.optim.SGD(groups, lr=lr)
    if kind in ("momentum", "nesterov"):
        nesterov = kind == "nesterov"
        return torch.optim.SGD(
            groups, lr=lr, momentum=spec["momentum"], dampening=spec["dampening"], nesterov=nesterov
        )
    if kind in ("adam", "adamw"):
        optimizer = torch.optim.Adam if kind == "adam" else torch.optim.AdamW
        betas, amsgrad = (spec["beta1"], spec["beta2"]), spec.get("amsgrad", False)
        return optimizer(groups, lr=lr, betas=betas, eps=spec["epsilon"], amsgrad=amsgrad)
    if kind == "rmsprop":
        return torch.optim.RMSprop(
            groups,
            lr=lr,
            alpha=spec["alpha"],
            eps=spec["epsilon"],
            momentum=spec["momentum"],
            centered=spec["centered"],
        )
    if kind == "adagrad":
        return torch.optim.Adagrad(
            groups,
            lr=lr,
            lr_decay=spec["learningRateDecay"],
            eps=spec["epsilon"],
            initial_accumulator_value=spec["initialAccumulatorValue"],
        )
    if kind == "adadelta":
        return torch.optim.Adadelta(groups, lr=lr, rho=spec["rho"], eps=spec["epsilon"])
    raise ValueError(kind)


def is_weight(name):
    return name.startswith("layers.") and name.endswith(".weight")


def make_schedule(spec, optimizer, base):
    kind = spec["type"]
    if kind == "step":
        return lr_scheduler.StepLR(optimizer, step_size=spec["every"], gamma=spec["factor"])
    if kind == "exponential":
        return lr_scheduler.ExponentialLR(optimizer, gamma=spec["factor"])
    if kind == "cosine" and spec["warmUpSteps"] == 0:
        return lr_scheduler.CosineAnnealingLR(optimizer, T_max=spec["totalSteps"], eta_min=spec["minimum"])
    return lr_scheduler.LambdaLR(optimizer, lambda i: closed_form(spec, base, i) / base)


def closed_form(spec, base, i):
    kind = spec["type"]
    if kind == "step":
        return base * spec["factor"] ** (i // spec["every"])
    if kind == "exponential":
        return base * spec["factor"] ** i
    warm_up, total, minimum = spec["warmUpSteps"], spec["totalSteps"], spec["minimum"]
    if i < warm_up:
        return base * (i + 1) / warm_up
    return minimum + (base - minimum) / 2 * (1 + math.cos(math.pi * (i - warm_up) / (total - warm_up)))


def train(case, data, dtype):
    """Runs a case; gives its losses, learning rates, final tensors and predictions."""
    net, training = case["net"], case["training"]
    model = Perceptron(net).to(dtype)
    for tensor in case["initial"]:
        model.state_dict()[tensor["name"]].copy_(torch.tensor(tensor["values"], dtype=dtype).view(tensor["shape"]))
    features = torch.tensor(data["features"], dtype=dtype).split(MINI_BATCH_SIZE)
    labels = data["binaryLabels" if net["output"] == "sigmoid-bce" else "labels"]
    labels = torch.tensor(labels).split(MINI_BATCH_SIZE)
    loss_of = criterion(net["output"])
    optimizer = make_optimizer(case["optimizer"], model)
    schedule = None
    if training["schedule"]:
        schedule = make_schedule(training["schedule"], optimizer, case["optimizer"]["learningRate"])

    losses, rates, clipped = [], [], 0
    for i in range(training["miniBatches"]):
        loss = loss_of(model(features[i % TURNS]), labels[i % TURNS])
        losses.append(loss.item())
        (loss / training["accumulate"]).backward()
        if (i + 1) % training["accumulate"] != 0:
            continue
        if training["l1"]:
            for name, p in model.named_parameters():
                if is_weight(name):
                    p.grad.add_(p.detach().sign(), alpha=training["l1"])
        if training["clipNorm"]:
            clipped += int(nn.utils.clip_grad_norm_(model.parameters(), training["clipNorm"]) > training["clipNorm"])
        if training["clipValue"]:
            clipped += int(any(p.grad.abs().max() > training["clipValue"] for p in model.parameters()))
            nn.utils.clip_grad_value_(model.parameters(), training["clipValue"])
        rates.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        optimizer.zero_grad()
        if schedule:
            schedule.step()

    if training["clipNorm"] or training["clipValue"]:
        require(clipped >= 5, case["name"] + ": the clipping hardly ever acts")
    model.eval()
    with torch.no_grad():
        predictions = probabilities(net["output"], model(features[0]))
    tensors = [(name, tensor.clone()) for name, tensor in model.named_tensors()]
    return losses, rates, tensors, predictions


def completed(case, data):
    """The case with what PyTorch makes of it."""
    case = dict(case)
    losses, rates, tensors, predictions = train(case, data, torch.float32)
    exact_losses, _, exact_tensors, exact_predictions = train(case, data, torch.float64)
    require(losses[-1] < losses[0] and losses[-1] == losses[-1], case["name"] + ": does not learn")

    if case["training"]["schedule"]:
        for i, rate in enumerate(rates):
            formula = closed_form(case["training"]["schedule"], case["optimizer"]["learningRate"], i)
            require(abs(rate - formula) < 1e-12, case["name"] + ": the schedule is not its formula")
        case["learningRates"] = rates
    case["losses"] = [shortest(loss) for loss in losses]
    case["final"] = [
        {"name": name, "shape": list(tensor.shape), "values": [shortest(v) for v in tensor.flatten().tolist()]}
        for name, tensor in tensors
    ]
    case["predictions"] = [[shortest(p) for p in row] for row in predictions.tolist()]

    unclear = case["notComparable"]
    distances = {
        "losses": max(abs(a - b) for a, b in zip(losses, exact_losses)),
        "final": max(
            (a.double() - b).abs().max().item()
            for (name, a), (_, b) in zip(tensors, exact_tensors)
            if name not in unclear
        ),
    }
    if "predictions" not in unclear:
        distances["predictions"] = (predictions.double() - exact_predictions).abs().max().item()
    case["roundOff"] = {key: float("%.1e" % distance) for key, distance in distances.items()}
    require(max(distances.values()) < LARGEST_ROUND_OFF, "%s: rounding moves %s" % (case["name"], distances))
    return case


def shortest(value):
    """The float64 whose decimal form is the shortest that names the same float32."""
    for digits in range(1, 10):
        candidate = float("%.*g" % (digits, value))
        if struct.pack("f", candidate) == struct.pack("f", value):
            return candidate
    raise ValueError(value)


def require(condition, message):
    if not condition:
        sys.exit(message)


def net(activation="tanh", alpha=None, output="softmax-cross-entropy", batch_norm=False):
    hidden = {"activation": activation} if alpha is None else {"activation": activation, "alpha": alpha}
    return {
        "inputs": INPUTS,
        "hidden": [dict({"units": units}, **hidden) for units in HIDDEN],
        "outputs": 1 if output == "sigmoid-bce" else CLASSES,
        "output": output,
        "dropout": 0,
        "batchNorm": {"epsilon": 1e-5, "momentum": 0.1} if batch_norm else None,
    }


DEFAULTS = {
    "sgd": {"learningRate": 0.5},
    "momentum": {"learningRate": 0.1, "momentum": 0.9, "dampening": 0},
    "nesterov": {"learningRate": 0.1, "momentum": 0.9, "dampening": 0},
    "adam": {"learningRate": 0.01, "beta1": 0.9, "beta2": 0.999, "epsilon": 1e-8},
    "adamw": {"learningRate": 0.01, "beta1": 0.9, "beta2": 0.999, "epsilon": 1e-8},
    "rmsprop": {"learningRate": 0.005, "alpha": 0.99, "epsilon": 1e-8, "momentum": 0, "centered": False},
    "adagrad": {"learningRate": 0.05, "learningRateDecay": 0, "epsilon": 1e-10, "initialAccumulatorValue": 0},
    "adadelta": {"learningRate": 1.0, "rho": 0.9, "epsilon": 1e-6},
}


def case(name, group, net, optimizer, accumulate=1, clip_norm=None, clip_value=None, l1=0, schedule=None, unclear=(),
         restored=False, **parameters):
    """One case; `parameters` replace the optimizer's defaults."""
    spec = dict({"type": optimizer}, **DEFAULTS[optimizer], weightDecay=0, decaysBiases=True)
    require(set(parameters) <= set(spec) | {"amsgrad"}, name + ": unknown parameter")
    spec.update(parameters)
    training = {
        "miniBatchSize": MINI_BATCH_SIZE,
        "miniBatches": MINI_BATCHES,
        "accumulate": accumulate,
        "l1": l1,
        "clipNorm": clip_norm,
        "clipValue": clip_value,
        "schedule": schedule,
    }
    return {
        "name": name,
        "group": group,
        "net": net,
        "optimizer": spec,
        "training": training,
        "notComparable": list(unclear),
        "initial": initial_tensors(net, restored),
    }


def cases():
    tanh = net()
    yield case("sgd", "optimizer", tanh, "sgd")
    yield case("momentum", "optimizer", tanh, "momentum")
    yield case("momentum-dampening", "optimizer", tanh, "momentum", learningRate=0.2, dampening=0.5)
    yield case("nesterov", "optimizer", tanh, "nesterov")
    yield case("adam", "optimizer", tanh, "adam")
    yield case("adam-weight-decay", "optimizer", tanh, "adam", weightDecay=0.01)
    # A second moment that forgets quickly enough to fall below its largest within 20 steps.
    yield case("adam-amsgrad", "optimizer", tanh, "adam", learningRate=0.02, beta2=0.9, weightDecay=0.01, amsgrad=True)
    yield case("adamw", "optimizer", tanh, "adamw", weightDecay=0.01)
    yield case("adamw-amsgrad", "optimizer", tanh, "adamw", learningRate=0.02, beta2=0.9, weightDecay=0.01, amsgrad=True)
    yield case("rmsprop", "optimizer", tanh, "rmsprop")
    yield case("rmsprop-momentum", "optimizer", tanh, "rmsprop", learningRate=0.002, momentum=0.9)
    yield case("rmsprop-centered", "optimizer", tanh, "rmsprop", learningRate=0.002, momentum=0.9, centered=True)
    yield case("adagrad", "optimizer", tanh, "adagrad")
    yield case("adagrad-options", "optimizer", tanh, "adagrad", learningRate=0.1, learningRateDecay=0.1,
               initialAccumulatorValue=0.1, weightDecay=0.01)
    yield case("adadelta", "optimizer", tanh, "adadelta")

    yield case("sgd-weight-decay", "regularisation", tanh, "sgd", weightDecay=0.01)
    yield case("sgd-weight-decay-weights-only", "regularisation", tanh, "sgd", weightDecay=0.01, decaysBiases=False)
    yield case("momentum-weight-decay", "regularisation", tanh, "momentum", weightDecay=0.01)
    yield case("sgd-l1", "regularisation", tanh, "sgd", l1=0.005)
    yield case("sgd-clip-norm", "regularisation", tanh, "sgd", clip_norm=0.1)
    yield case("sgd-clip-value", "regularisation", tanh, "sgd", clip_value=0.01)
    yield case("adam-clip-norm-and-value", "regularisation", tanh, "adam", clip_norm=0.3, clip_value=0.05,
               weightDecay=0.01, decaysBiases=False)
    yield case("adamw-weights-only", "regularisation", tanh, "adamw", weightDecay=0.1, decaysBiases=False)
    yield case("sgd-accumulate", "regularisation", tanh, "sgd", accumulate=2)
    yield case("adam-accumulate", "regularisation", tanh, "adam", accumulate=2)
    yield case("momentum-all-options", "regularisation", tanh, "momentum", accumulate=2, l1=0.005, clip_norm=0.1,
               weightDecay=0.01, schedule={"type": "cosine", "warmUpSteps": 4, "totalSteps": 10, "minimum": 0.01})

    yield case("activation-relu", "activation", net("relu"), "adam")
    yield case("activation-sigmoid", "activation", net("sigmoid"), "adam")
    yield case("activation-tanh", "activation", net("tanh"), "adam")
    yield case("activation-elu-1", "activation", net("elu", 1.0), "adam")
    yield case("activation-elu-0.5", "activation", net("elu", 0.5), "adam")
    yield case("activation-leaky-relu-0.01", "activation", net("leaky-relu", 0.01), "adam")
    yield case("activation-leaky-relu-0.2", "activation", net("leaky-relu", 0.2), "adam")
    yield case("activation-gelu", "activation", net("gelu"), "adam")
    yield case("activation-swish", "activation", net("swish"), "adam")
    yield case("activation-mish", "activation", net("mish"), "adam")

    for output in ("softmax-cross-entropy", "log-softmax-nll", "sigmoid-bce"):
        for optimizer in ("adam", "sgd"):
            yield case("output-%s-%s" % (output, optimizer), "output", net("relu", output=output), optimizer)

    follows_bias = ["layers.0.bias", "layers.1.bias", "norms.0.running_mean", "norms.1.running_mean", "predictions"]
    yield case("batch-norm-momentum", "batch-norm", net("relu", batch_norm=True), "momentum")
    yield case("batch-norm-momentum-restored", "batch-norm", net("tanh", batch_norm=True), "momentum", restored=True)
    yield case("batch-norm-adam", "batch-norm", net("relu", batch_norm=True), "adam", unclear=follows_bias)
    # An epsilon above what rounding leaves of a zero gradient: here every number can be compared.
    yield case("batch-norm-adam-large-epsilon", "batch-norm", net("relu", batch_norm=True), "adam", epsilon=1e-3,
               learningRate=0.02)

    yield case("batch-norm-all-options", "batch-norm", net("relu", batch_norm=True), "momentum", accumulate=2, l1=0.005,
               clip_norm=0.3, clip_value=0.1, weightDecay=0.01, decaysBiases=False, restored=True)

    step = {"type": "step", "every": 5, "factor": 0.5}
    exponential = {"type": "exponential", "factor": 0.9}
    cosine = {"type": "cosine", "warmUpSteps": 0, "totalSteps": 20, "minimum": 0}
    warm_up = {"type": "cosine", "warmUpSteps": 5, "totalSteps": 20, "minimum": 0}
    yield case("schedule-step", "schedule", tanh, "sgd", schedule=step)
    yield case("schedule-step-momentum", "schedule", tanh, "momentum", schedule=step)
    yield case("schedule-exponential", "schedule", tanh, "sgd", schedule=exponential)
    yield case("schedule-cosine", "schedule", tanh, "sgd", schedule=cosine)
    yield case("schedule-cosine-warm-up", "schedule", tanh, "sgd", schedule=warm_up)
    yield case("schedule-cosine-warm-up-adam", "schedule", tanh, "adam", schedule=warm_up)
    yield case("schedule-cosine-warm-up-minimum", "schedule", tanh, "sgd", schedule=dict(warm_up, minimum=0.05))


def initialisation(fan_in, fan_out):
    """Bounds and standard deviations, checked against what PyTorch draws."""
    gain = nn.init.calculate_gain("relu")
    row = {
        "fanIn": fan_in,
        "fanOut": fan_out,
        "xavierUniformBound": math.sqrt(6 / (fan_in + fan_out)),
        "xavierNormalDeviation": math.sqrt(2 / (fan_in + fan_out)),
        "kaimingUniformBound": gain * math.sqrt(3 / fan_in),
        "kaimingNormalDeviation": gain / math.sqrt(fan_in),
        "linearBound": 1 / math.sqrt(fan_in),
    }

    def drawn(fill):
        repeats = max(1, 200_000 // (fan_in * fan_out))
        return torch.cat([fill(torch.empty(fan_out, fan_in)).flatten() for _ in range(repeats)])

    torch.manual_seed(0)
    xavier_uniform = drawn(nn.init.xavier_uniform_)
    kaiming_uniform = drawn(lambda t: nn.init.kaiming_uniform_(t, mode="fan_in", nonlinearity="relu"))
    xavier_normal = drawn(nn.init.xavier_normal_)
    kaiming_normal = drawn(lambda t: nn.init.kaiming_normal_(t, mode="fan_in", nonlinearity="relu"))
    linear = [nn.Linear(fan_in, fan_out) for _ in range(max(1, 20_000 // fan_out))]
    linear_biases = torch.cat([layer.bias.detach() for layer in linear])
    linear_weights = torch.cat([layer.weight.detach().flatten() for layer in linear])
    for values, bound in (
        (xavier_uniform, row["xavierUniformBound"]),
        (kaiming_uniform, row["kaimingUniformBound"]),
        (linear_weights, row["linearBound"]),
        (linear_biases, row["linearBound"]),
    ):
        require(0.995 < values.abs().max().item() / bound < 1.000001, "not the bound of %s" % row)
    for values, deviation in (
        (xavier_normal, row["xavierNormalDeviation"]),
        (kaiming_normal, row["kaimingNormalDeviation"]),
    ):
        require(abs(values.std().item() / deviation - 1) < 0.01, "not the deviation of %s" % row)
    return row


def write(document, out):
    """JSON with one line per entry of a case, so that a change can be read in a diff."""

    def compact(value):
        return json.dumps(value, separators=(",", ":"), allow_nan=False)

    def lines(mapping, indent):
        return (",\n" + indent).join("%s: %s" % (json.dumps(key), compact(value)) for key, value in mapping.items())

    out.write("{\n")
    out.write('"generator": %s,\n' % compact(document["generator"]))
    out.write('"conventions": {\n  %s\n},\n' % lines(document["conventions"], "  "))
    out.write('"data": {\n  %s\n},\n' % lines(document["data"], "  "))
    out.write('"initialisations": [\n  %s\n],\n' % ",\n  ".join(map(compact, document["initialisations"])))
    out.write('"cases": [\n')
    out.write(",\n".join("{\n  %s\n}" % lines(case, "  ") for case in document["cases"]))
    out.write("\n]\n}\n")


def main():
    torch.set_num_threads(1)
    torch.use_deterministic_algorithms(True)
    data = examples()
    document = {
        "generator": {"script": "reference_losses.py", "torch": torch.__version__.split("+")[0]},
        "conventions": CONVENTIONS,
        "data": data,
        "initialisations": [initialisation(*fans) for fans in ((784, 300), (300, 10), (128, 128), (6, 5), (4, 3))],
        "cases": [completed(case, data) for case in cases()],
    }
    names = [case["name"] for case in document["cases"]]
    require(len(names) == len(set(names)), "two cases have one name")
    write(document, sys.stdout)


if __name__ == "__main__":
    main()

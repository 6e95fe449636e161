"""Models of the real libraries with their own answers, for the test `zoo`.

    python zoo.py FOLDER short|full LIBRARY

The short zoo has the same models with fewer rows, and smaller ones of the largest. Each model is a file in FOLDER with `NAME.json` beside it: features (numbers of categories where they have
names), number of outputs, and rows. `NAME.rows` has the rows, `NAME.raw` the raw scores and `NAME.answers`
the answers of the library, all as `f64`, little-endian, row-major. A category is given by its code.
"""

import json
import sys
from pathlib import Path

import numpy as np

FOLDER, FULL = Path(sys.argv[1]), sys.argv[2] == "full"
ROWS, SEED = 2000 if FULL else 600, 7
TINY = [0.0, -0.0, 1e-36, -1e-36, 1e-35, -1e-35, 5e-324, -5e-324, float(np.float32(1e-35))]
WILD = [np.nan, np.inf, -np.inf, 1e300, -1e300, 1.7976931348623157e308, 3.4e38, 3.5e38, 16777217.0]


def table(rng, rows, features, missing=0.0):
    """Numbers of several scales, some of them rounded, some missing."""
    x = rng.normal(size=(rows, features))
    for column in range(features):
        x[:, column] *= 10.0 ** rng.integers(-3, 4)
        if column % 3 == 1:
            x[:, column] = np.round(x[:, column])
        if column % 5 == 4:
            x[:, column] = np.maximum(x[:, column], 0.0)
    if missing:
        x[rng.random(x.shape) < missing] = np.nan
    return x


def target(rng, x):
    filled = np.nan_to_num(x / (np.nanstd(x, axis=0) + 1e-9))
    weights = rng.normal(size=x.shape[1])
    return filled @ weights + 0.5 * np.sin(3 * filled[:, 0]) + 0.1 * rng.normal(size=len(x))


def around(number):
    """A number with its neighbours, as `f64` and as `f32`."""
    with np.errstate(over="ignore"):
        narrow = np.float32(number)
        near = [np.nextafter(narrow, np.float32(side)) for side in (-np.inf, np.inf)]
        halves = [(float(narrow) + float(other)) / 2 for other in near]
    wide = [number, *(float(np.nextafter(number, side)) for side in (-np.inf, np.inf))]
    edges = [float(np.nextafter(half, side)) for half in halves for side in (-np.inf, np.inf)]
    return [*wide, float(narrow), *map(float, near), *halves, *edges]


def questions(rng, features, thresholds, codes, wild=True):
    """Rows at and around thresholds; of categories the codes, some unknown and some negative."""
    rows = np.empty((ROWS, features))
    for column in range(features):
        if column in codes:
            known = list(range(codes[column]))
            pool = known * max(1, 40 // len(known))
            pool += [np.nan, np.nan, codes[column], codes[column] + 40]
            if column not in NAMED:
                pool += [-1.0, -5.0, -0.5, 0.5, 1.75, 1e9, 3e9, 1e300]
        else:
            of_column = [t for t in thresholds.get(column, []) if np.isfinite(t)]
            some = [of_column[i] for i in rng.permutation(len(of_column))[:12]]
            pool = [n for threshold in some for n in around(threshold)]
            pool += list(rng.normal(size=20)) + TINY + [np.nan] * 5 + (WILD if wild else [])
        rows[:, column] = rng.choice(np.array(pool, dtype=float), ROWS)
    return rows


def size(short, full):
    return full if FULL else short


def training(rng, codes, features=7, missing=0.1, classes=0, y=None):
    """A table to train on, and its targets: numbers, classes, or what `y` makes of the numbers."""
    x = table(rng, 800, features, missing)
    for column, count in codes.items():
        x[:, column] = rng.integers(0, count, 800)
        x[rng.random(800) < missing, column] = np.nan
    t = target(rng, x)
    for column, count in codes.items():
        effect = rng.normal(size=count) * 2
        of_rows = effect[np.nan_to_num(x[:, column]).astype(int)]
        t += np.where(np.isnan(x[:, column]), 0.0, of_rows)
    if classes:
        t = np.searchsorted(np.quantile(t, np.arange(1, classes) / classes), t)
    return x, y(t) if y else t


def frame_of(pd, numbers, codes):
    """A pandas table whose categories have names: the code 3 is `v3`."""
    frame = pd.DataFrame({f"c{column}": numbers[:, column] for column in range(numbers.shape[1])})
    for column, count in codes.items():
        of_column = np.nan_to_num(numbers[:, column], nan=-1).astype(int)
        names = pd.CategoricalDtype([f"v{code}" for code in range(count)])
        frame[f"c{column}"] = pd.Categorical.from_codes(of_column, dtype=names)
    return frame


def keep(name, rows, raw, answers, **facts):
    raw, answers = (np.asarray(a, dtype=float).reshape(len(rows), -1) for a in (raw, answers))
    for ending, numbers in (("rows", rows), ("raw", raw), ("answers", answers)):
        (FOLDER / f"{name}.{ending}").write_bytes(np.ascontiguousarray(numbers, dtype="<f8").tobytes())
    facts |= {"features": rows.shape[1], "outputs": raw.shape[1], "answers": answers.shape[1]}
    facts["version"] = sys.modules[facts["library"].lower()].__version__
    (FOLDER / f"{name}.json").write_text(json.dumps(facts))


# Columns of categories that the model has names for: requests cannot give other codes.
NAMED = set()


def lightgbm():
    import lightgbm as lgb
    import pandas as pd

    rng = np.random.default_rng(SEED)
    base = {"verbose": -1, "num_threads": 1, "deterministic": True, "seed": SEED, "min_data_in_leaf": 5}

    def thresholds(booster):
        found = {}

        def walk(node):
            if "split_feature" in node:
                if node["decision_type"] == "<=":
                    found.setdefault(node["split_feature"], []).append(float(node["threshold"]))
                walk(node["left_child"])
                walk(node["right_child"])

        for tree in booster.dump_model()["tree_info"]:
            walk(tree["tree_structure"])
        return found

    def model(name, params, rounds=20, codes=None, group=None, named=False, weight=None, early=False, **table):
        codes = codes or {}
        x, t = training(rng, codes, **table)
        features = x.shape[1]
        NAMED.clear()
        NAMED.update(codes if named else {})
        frame = frame_of(pd, x, codes) if named else x
        given = "auto" if named else list(codes)
        groups = np.array(group, dtype=np.int32) if group else None
        weights = rng.random(len(t)) if weight else None
        data = lgb.Dataset(frame, t, weight=weights, group=groups, categorical_feature=given, params=params | base)
        noisy = t[:100] + (2 * rng.normal(size=100) * np.std(t) if early else 0)
        valid = lgb.Dataset(x[:100], noisy, reference=data)
        stops = {"valid_sets": [valid], "callbacks": [lgb.early_stopping(3, verbose=False)]}
        booster = lgb.train(base | params, data, rounds, **(stops if early else {}))
        booster.save_model(FOLDER / f"{name}.model")
        loaded = lgb.Booster(model_file=FOLDER / f"{name}.model")
        rows = questions(rng, features, thresholds(booster), codes)
        if named:
            # Codes that a name stands for; all others are missing, as pandas makes them.
            for column, count in codes.items():
                rows[:, column] = np.where(rows[:, column] < count, rows[:, column], np.nan)
        raw, answers = (loaded.predict(rows, raw_score=is_raw) for is_raw in (True, False))
        # Of a forest, the library gives the sum as the raw score, and divides it only for the answer.
        trees = loaded.current_iteration() if params.get("boosting") == "rf" else 1
        factor = params.get("sigmoid", 1.0)
        keep(name, rows, raw / trees, answers, library="LightGBM", named=sorted(NAMED), factor=factor)

    positive = lambda t: np.exp(np.clip(t / 3, -3, 3))
    model("lgb-binary", {"objective": "binary"}, classes=2)
    model("lgb-binary-sigmoid", {"objective": "binary", "sigmoid": 0.7, "is_unbalance": True}, classes=2)
    model("lgb-multiclass", {"objective": "multiclass", "num_class": 4}, 12, classes=4)
    model("lgb-ova", {"objective": "multiclassova", "num_class": 3, "sigmoid": 1.5}, 12, classes=3)
    model("lgb-regression", {"objective": "regression"}, 60)
    model("lgb-l1", {"objective": "regression_l1"})
    model("lgb-huber", {"objective": "huber"})
    model("lgb-fair", {"objective": "fair"})
    model("lgb-mape", {"objective": "mape"})
    model("lgb-sqrt", {"objective": "regression", "reg_sqrt": True}, y=positive)
    model("lgb-quantile", {"objective": "quantile", "alpha": 0.9})
    model("lgb-poisson", {"objective": "poisson"}, y=positive)
    model("lgb-tweedie", {"objective": "tweedie"}, y=positive)
    model("lgb-gamma", {"objective": "gamma"}, y=positive)
    model("lgb-cross-entropy", {"objective": "cross_entropy"}, y=lambda t: 1 / (1 + np.exp(-t)))
    model("lgb-rank", {"objective": "lambdarank"}, y=lambda t: (t > 0).astype(int), group=[40] * 20)
    model("lgb-dart", {"objective": "binary", "boosting": "dart", "drop_rate": 0.5}, 40, classes=2)
    forest = {"boosting": "rf", "bagging_fraction": 0.6, "bagging_freq": 1, "feature_fraction": 0.7}
    model("lgb-rf", {"objective": "binary", **forest}, classes=2)
    model("lgb-rf-regression", {"objective": "regression", **forest}, 33)
    model("lgb-goss", {"objective": "regression", "data_sample_strategy": "goss"})
    model("lgb-missing-none", {"objective": "regression", "use_missing": False})
    model("lgb-missing-zero", {"objective": "regression", "zero_as_missing": True}, 30)
    model("lgb-no-missing", {"objective": "regression"}, missing=0.0)
    model("lgb-stumps", {"objective": "binary", "num_leaves": 2}, 50, classes=2)
    model("lgb-one-tree", {"objective": "regression", "num_leaves": 255, "min_data_in_leaf": 1}, 1)
    model("lgb-many-trees", {"objective": "regression", "num_leaves": 4}, size(1000, 2000))
    model("lgb-deep", {"objective": "regression", "num_leaves": 400, "min_data_in_leaf": 1, "max_depth": -1}, 5)
    model("lgb-constant", {"objective": "regression"}, 3, y=lambda t: np.full(len(t), 4.25))
    model("lgb-monotone", {"objective": "regression", "monotone_constraints": [1, -1, 0, 0, 0, 0, 0]})
    model("lgb-extra", {"objective": "regression", "extra_trees": True, "lambda_l2": 3.0})
    model("lgb-one-feature", {"objective": "regression"}, features=1)
    model("lgb-wide", {"objective": "binary", "feature_fraction": 0.5}, 30, features=size(300, 3000), classes=2)
    model("lgb-early", {"objective": "regression", "learning_rate": 0.9}, 300, early=True)
    model("lgb-weights", {"objective": "binary"}, weight=True, classes=2)
    some = {"min_data_per_group": 2, "cat_smooth": 1.0, "cat_l2": 0.1}
    model("lgb-codes", {"objective": "regression", **some}, 30, codes={1: 5, 3: 60, 6: 2})
    model("lgb-codes-onehot", {"objective": "binary", "max_cat_to_onehot": 16, **some}, codes={1: 5, 3: 12}, classes=2)
    model("lgb-many-codes", {"objective": "regression", "max_cat_threshold": 512, **some}, 20, codes={2: size(300, 1000)})
    model("lgb-named", {"objective": "regression", **some}, 30, codes={1: 5, 3: 60, 6: 2}, named=True)
    model("lgb-codes-zero", {"objective": "regression", "zero_as_missing": True, **some}, 30, codes={1: 5, 3: 30})


def xgboost():
    import pandas as pd
    import xgboost as xgb

    version = tuple(int(part) for part in xgb.__version__.split(".")[:2])
    rng = np.random.default_rng(SEED)

    def thresholds(booster):
        found = {}
        trees = json.loads(booster.save_raw("json"))["learner"]["gradient_booster"]
        for tree in trees.get("gbtree", trees)["model"]["trees"]:
            lists = (tree[name] for name in ("split_indices", "split_conditions", "left_children"))
            for column, value, left in zip(*lists):
                if left >= 0:
                    found.setdefault(column, []).append(float(np.float32(value)))
        return found

    def model(name, params, rounds=20, codes=None, group=None, named=False, weight=None, ending="json", **table):
        codes = codes or {}
        x, t = training(rng, codes, **table)
        features = x.shape[1]
        NAMED.clear()
        NAMED.update(codes if named else {})
        types = ["c" if column in codes else "q" for column in range(features)]

        def matrix(numbers, **more):
            if named:
                return xgb.DMatrix(frame_of(pd, numbers, codes), enable_categorical=True, **more)
            return xgb.DMatrix(numbers, feature_types=types, enable_categorical=True, **more)

        data = matrix(x, label=t)
        if group:
            data.set_group(group)
        if weight:
            data.set_weight(rng.random(len(t)))
        booster = xgb.train({"nthread": 1, "seed": SEED, "tree_method": "hist"} | params, data, rounds)
        path = FOLDER / f"{name}.{ending}"
        booster.save_model(path)
        loaded = xgb.Booster(model_file=path)
        path.rename(FOLDER / f"{name}.model")
        # XGBoost refuses infinite numbers, also those that are infinite as f32.
        rows = questions(rng, features, thresholds(booster), codes, wild=False)
        for column, count in codes.items():
            if named:
                rows[:, column] = np.where(rows[:, column] < count, rows[:, column], np.nan)
            else:
                rows[:, column] = np.where(rows[:, column] < 1e30, rows[:, column], np.nan)
        asked = matrix(rows)
        raw, answers = (loaded.predict(asked, output_margin=is_raw) for is_raw in (True, False))
        keep(name, rows, raw, answers, library="XGBoost", named=sorted(NAMED), narrow=True)

    positive = lambda t: np.exp(np.clip(t / 3, -3, 3))
    model("xgb-binary", {"objective": "binary:logistic"}, classes=2)
    model("xgb-binary-base", {"objective": "binary:logistic", "base_score": 0.123}, classes=2)
    model("xgb-binary-ubj", {"objective": "binary:logistic"}, classes=2, ending="ubj")
    model("xgb-logitraw", {"objective": "binary:logitraw", "base_score": 0.3}, classes=2)
    model("xgb-softprob", {"objective": "multi:softprob", "num_class": 4}, 12, classes=4)
    model(
        "xgb-softprob-ubj",
        {"objective": "multi:softprob", "num_class": 3, "base_score": 0.7},
        12,
        classes=3,
        ending="ubj",
    )
    model("xgb-regression", {"objective": "reg:squarederror"}, 60)
    model("xgb-regression-base", {"objective": "reg:squarederror", "base_score": 1234.567}, 30)
    model("xgb-absolute", {"objective": "reg:absoluteerror"})
    model("xgb-huber", {"objective": "reg:pseudohubererror"})
    model("xgb-share", {"objective": "reg:logistic"}, y=lambda t: 1 / (1 + np.exp(-t)))
    model("xgb-poisson", {"objective": "count:poisson"}, y=positive)
    model("xgb-gamma", {"objective": "reg:gamma", "base_score": 2.5}, y=positive)
    model("xgb-tweedie", {"objective": "reg:tweedie"}, y=positive)
    if version >= (2, 0):
        model("xgb-quantile", {"objective": "reg:quantileerror", "quantile_alpha": 0.9})
    model("xgb-rank", {"objective": "rank:pairwise"}, y=lambda t: (t > 0).astype(int), group=[40] * 20)
    dart = {"booster": "dart", "rate_drop": 0.5}
    model("xgb-dart", {"objective": "binary:logistic", **dart}, 40, classes=2)
    model("xgb-dart-classes", {"objective": "multi:softprob", "num_class": 3, **dart}, 12, classes=3, ending="ubj")
    forest = {"num_parallel_tree": 20, "subsample": 0.6, "colsample_bynode": 0.7, "eta": 1.0}
    model("xgb-forest", {"objective": "binary:logistic", **forest}, 1, classes=2)
    model("xgb-forest-classes", {"objective": "multi:softprob", "num_class": 3, **forest}, 2, classes=3)
    model("xgb-no-missing", {"objective": "reg:squarederror"}, missing=0.0)
    model("xgb-stumps", {"objective": "binary:logistic", "max_depth": 1}, 100, classes=2)
    model("xgb-one-tree", {"objective": "reg:squarederror", "max_depth": 10}, 1)
    model("xgb-deep", {"objective": "reg:squarederror", "max_depth": 16, "min_child_weight": 0}, 4)
    model("xgb-many-trees", {"objective": "reg:squarederror", "max_depth": 2}, size(1000, 2000))
    model(
        "xgb-lossguide",
        {"objective": "reg:squarederror", "grow_policy": "lossguide", "max_leaves": 60, "max_depth": 0},
    )
    model("xgb-exact", {"objective": "reg:squarederror", "tree_method": "exact"})
    model("xgb-pruned", {"objective": "reg:squarederror", "gamma": 50.0, "tree_method": "exact"})
    model("xgb-constant", {"objective": "reg:squarederror"}, 3, y=lambda t: np.full(len(t), 4.25))
    model("xgb-monotone", {"objective": "reg:squarederror", "monotone_constraints": "(1,-1,0,0,0,0,0)"})
    model("xgb-one-feature", {"objective": "reg:squarederror"}, features=1)
    model("xgb-wide", {"objective": "binary:logistic", "colsample_bytree": 0.5}, 30, features=size(300, 3000), classes=2)
    model("xgb-weights", {"objective": "binary:logistic"}, weight=True, classes=2)
    model("xgb-codes", {"objective": "reg:squarederror", "max_cat_to_onehot": 1}, 30, codes={1: 5, 3: 60, 6: 2})
    model(
        "xgb-codes-onehot",
        {"objective": "binary:logistic", "max_cat_to_onehot": 100},
        20,
        codes={1: 5, 3: 12},
        classes=2,
    )
    model(
        "xgb-many-codes",
        {"objective": "reg:squarederror", "max_cat_to_onehot": 1, "max_cat_threshold": 512},
        20,
        codes={2: size(300, 1000)},
        ending="ubj",
    )
    if version >= (3, 1):
        model(
            "xgb-named",
            {"objective": "reg:squarederror", "max_cat_to_onehot": 1},
            30,
            codes={1: 5, 3: 60, 6: 2},
            named=True,
    )


if __name__ == "__main__":
    FOLDER.mkdir(parents=True, exist_ok=True)
    for library in sys.argv[3:]:
        {"lightgbm": lightgbm, "xgboost": xgboost}[library]()

"""Writes a fitted scikit-learn pipeline as a document that `hearth import` reads.

    python hearth_export.py model.joblib --out pipeline.json [--sample rows.csv]

or, with the object at hand:

    from hearth_export import export
    export(pipeline, "pipeline.json", sample=X)

The document (docs/interchange.md) holds the columns, the features that are made of them, the estimator,
and the answers that scikit-learn itself gives to up to 200 rows. `hearth import` writes a model file only
if it gives the same answers. Needs scikit-learn and numpy, and pandas where the pipeline was fitted with it.
"""

import argparse
import json
import sys

import numpy as np
import sklearn

VERSION = 1
ROWS = 200


class NotSupported(Exception):
    """One sentence: the step, why it cannot be exported, and what would work."""


def refuse(step, why, instead):
    raise NotSupported(f"{type(step).__name__ if not isinstance(step, str) else step}: {why}; {instead}")


# Features: functions of one column. A number has steps; a flag has a value where the column is missing and
# one where it is not; a table has a value per category.


def number(column, steps=()):
    return {"column": column, "steps": list(steps)}


def step(feature, name, value):
    """The feature after an operation with a constant, as scikit-learn's f64 arithmetic does it."""
    value = float(value)
    if "steps" in feature:
        return {**feature, "steps": [*feature["steps"], [name, value]]}
    apply = {
        "subtract": lambda x: x - value,
        "divide": lambda x: x / value,
        "multiply": lambda x: x * value,
        "add": lambda x: x + value,
        "at_least": lambda x: max(x, value),
        "at_most": lambda x: min(x, value),
        "fill": lambda x: value if np.isnan(x) else x,
    }[name]
    apply_all = lambda numbers: [float(apply(np.float64(x))) for x in numbers]
    if "missing" in feature:
        return {**feature, "missing": apply_all(feature["missing"])}
    other, unknown = apply_all([feature["other"], feature["unknown"]])
    return {**feature, "values": apply_all(feature["values"]), "other": other, "unknown": unknown}


class Columns:
    """The columns of the rows that a pipeline takes."""

    def __init__(self, names):
        self.names = names
        self.kinds = [None] * len(names)
        self.categories = [[] for _ in names]
        self.known_only = [False] * len(names)
        self.text = {}

    def take(self, feature, kind, step):
        """Marks the column of a raw feature as one of this kind."""
        at = feature["column"]
        if self.kinds[at] not in (None, kind):
            refuse(step, f"the column {self.names[at]!r} is both a {self.kinds[at]} and a {kind}",
                   "give each use a column of its own")
        self.kinds[at] = kind
        return at

    def category(self, at, value, step):
        """Index of a category; None is the missing value."""
        value = plain(value)
        if isinstance(value, str) and (value != value.strip() or not value):
            refuse(step, f"the column {self.names[at]!r} has the category {value!r}, and requests trim blanks",
                   "rename it before fitting")
        known = self.categories[at]
        for index, other in enumerate(known):
            if other == value and type(other) is type(value):
                return index
        known.append(value)
        return len(known) - 1


def plain(value):
    """A value as JSON has it; None for a missing one."""
    value = value.item() if isinstance(value, np.generic) else value
    if value is None or isinstance(value, (bool, int, str)):
        return value
    if isinstance(value, float):
        return None if np.isnan(value) else int(value) if value.is_integer() else value
    if type(value).__name__ in ("NAType", "NaTType"):
        return None
    raise NotSupported(f"the category {value!r}: text, numbers and booleans are supported; convert it before fitting")


# Transformers: lists of features to lists of features.


def simple_imputer(imputer, features, columns):
    if not (imputer.missing_values is None or imputer.missing_values != imputer.missing_values
            or type(imputer.missing_values).__name__ == "NAType"):
        refuse(imputer, f"missing_values={imputer.missing_values!r}", "use missing_values=np.nan")
    out = []
    for feature, fill in zip(features, imputer.statistics_):
        if plain(fill) is None and not imputer.keep_empty_features:
            continue
        if "steps" in feature:
            out.append({**feature, "steps": [*feature["steps"], ["fill", plain(fill)]]})
        else:
            out.append(step(feature, "fill", fill))
    if imputer.add_indicator:
        for at in imputer.indicator_.features_:
            if features[at].get("steps") != []:
                refuse(imputer, "its indicator is about a value that was changed before", "impute first")
            out.append({"column": features[at]["column"], "missing": [1.0, 0.0]})
    return out


def standard_scaler(scaler, features, columns):
    return scaled(scaler, features, scaler.mean_ if scaler.with_mean else None, scaler.scale_)


def robust_scaler(scaler, features, columns):
    center = scaler.center_ if scaler.with_centering else None
    return scaled(scaler, features, center, scaler.scale_ if scaler.with_scaling else None)


def max_abs_scaler(scaler, features, columns):
    return scaled(scaler, features, None, scaler.scale_)


def scaled(scaler, features, center, scale):
    out = []
    for at, feature in enumerate(numbers(features, scaler)):
        if center is not None:
            feature = step(feature, "subtract", center[at])
        if scale is not None:
            feature = step(feature, "divide", scale[at])
        out.append(feature)
    return out


def min_max_scaler(scaler, features, columns):
    out = []
    for at, feature in enumerate(numbers(features, scaler)):
        feature = step(step(feature, "multiply", scaler.scale_[at]), "add", scaler.min_[at])
        if scaler.clip:
            low, high = scaler.feature_range
            feature = step(step(feature, "at_least", low), "at_most", high)
        out.append(feature)
    return out


def numbers(features, step):
    for feature in features:
        if any(name == "fill" and isinstance(value, (str, bool)) for name, value in feature.get("steps", ())):
            refuse(step, "it takes numbers, and the imputer before it fills in text", "encode the column first")
    return features


def filled(feature, encoder):
    """The category that replaces a missing value; None without an imputer."""
    steps = feature.get("steps")
    if steps is None or any(name != "fill" for name, _ in steps):
        refuse(encoder, "its input is no column as it is, but a computed number", "encode before scaling")
    return plain(steps[0][1]) if steps else None


def one_hot_encoder(encoder, features, columns):
    out = []
    knows_infrequent = getattr(encoder, "_infrequent_enabled", False)
    for at, (feature, categories) in enumerate(zip(features, encoder.categories_)):
        fill = filled(feature, encoder)
        column = columns.take(feature, "category", encoder)
        columns.known_only[column] |= encoder.handle_unknown == "error"
        rare = encoder.infrequent_categories_[at] if knows_infrequent else None
        rare = [] if rare is None else [plain(value) for value in rare]
        groups = [[plain(value)] for value in categories if plain(value) not in rare]
        groups += [rare] if rare else []
        for group in groups:
            members = [columns.category(column, value, encoder) for value in group]
            if fill in group and fill is not None:
                members.append(columns.category(column, None, encoder))
            unknown = group is rare and encoder.handle_unknown == "infrequent_if_exist"
            out.append({"column": column, "categories": members, "values": [1.0] * len(members), "other": 0.0,
                        "unknown": float(unknown)})
        if encoder.drop_idx_ is not None and rare:
            refuse(encoder, "it both drops a category and groups infrequent ones", "use one of the two")
        dropped = encoder.drop_idx_[at] if encoder.drop_idx_ is not None else None
        if dropped is not None:
            del out[len(out) - len(groups) + dropped]
    return out


def ordinal_encoder(encoder, features, columns):
    if getattr(encoder, "_infrequent_enabled", False):
        refuse(encoder, "it groups infrequent categories", "leave out min_frequency and max_categories")
    out = []
    uses_value = encoder.handle_unknown == "use_encoded_value"
    unknown = float(encoder.unknown_value) if uses_value else float("nan")
    for feature, categories in zip(features, encoder.categories_):
        fill = filled(feature, encoder)
        column = columns.take(feature, "category", encoder)
        columns.known_only[column] |= not uses_value
        members, values = [], []
        for code, value in enumerate(map(plain, categories)):
            number = float(encoder.encoded_missing_value) if value is None else float(code)
            members.append(columns.category(column, value, encoder))
            values.append(number)
            if value == fill and fill is not None:
                members.append(columns.category(column, None, encoder))
                values.append(number)
        out.append({"column": column, "categories": members, "values": values, "other": unknown, "unknown": unknown})
    return out


def column_transformer(transformer, features, columns):
    blocks = {}
    for name, inner, wanted in transformer.transformers_:
        if isinstance(inner, str) and inner == "drop":
            continue
        at = positions(wanted, features, columns)
        taken = [features[index] for index in at]
        blocks[name] = transform(inner, taken, columns) if taken else []
    out = []
    for name, _, _ in transformer.transformers_:
        weight = (transformer.transformer_weights or {}).get(name)
        for feature in blocks.get(name, ()):
            out.append(feature if weight is None else step(feature, "multiply", weight))
    return out


def positions(wanted, features, columns):
    """Indices of the columns that a part of a ColumnTransformer takes."""
    if isinstance(wanted, (str, int, np.integer)):
        wanted = [wanted]
    if isinstance(wanted, slice):
        if any(isinstance(end, str) for end in (wanted.start, wanted.stop)):
            names = columns.names
            last = None if wanted.stop is None else names.index(wanted.stop) + 1
            wanted = slice(None if wanted.start is None else names.index(wanted.start), last, wanted.step)
        return list(range(len(features)))[wanted]
    wanted = list(wanted)
    if wanted and all(isinstance(value, (bool, np.bool_)) for value in wanted):
        return [at for at, value in enumerate(wanted) if value]
    at = [columns.names.index(value) if isinstance(value, str) else int(value) for value in wanted]
    return [index + len(features) if index < 0 else index for index in at]


def pipeline_steps(pipeline, features, columns):
    for _, inner in pipeline.steps:
        features = transform(inner, features, columns)
    return features


TRANSFORMERS = {
    "SimpleImputer": simple_imputer,
    "StandardScaler": standard_scaler,
    "RobustScaler": robust_scaler,
    "MaxAbsScaler": max_abs_scaler,
    "MinMaxScaler": min_max_scaler,
    "OneHotEncoder": one_hot_encoder,
    "OrdinalEncoder": ordinal_encoder,
    "ColumnTransformer": column_transformer,
    "Pipeline": pipeline_steps,
}


def transform(transformer, features, columns):
    name = type(transformer).__name__
    if name.endswith("Vectorizer"):
        refuse(transformer, "text is not supported", "train on the text with hearth train")
    if transformer is None or (isinstance(transformer, str) and transformer == "passthrough"):
        return features
    if name == "FunctionTransformer" and transformer.func is None:
        return features
    if name in TRANSFORMERS and type(transformer).__module__.startswith("sklearn."):
        return TRANSFORMERS[name](transformer, features, columns)
    if hasattr(transformer, "get_support") and hasattr(transformer, "transform"):
        return [features[at] for at in transformer.get_support(indices=True)]
    refuse(transformer, "this transformer is not supported",
           f"supported are {', '.join(sorted(TRANSFORMERS))} and feature selection")


# Estimators: to weights or trees, with the way from scores to answers.

LABELLED_LINEAR = ("LinearSVC", "RidgeClassifier", "RidgeClassifierCV", "Perceptron", "PassiveAggressiveClassifier")
LINEAR_REGRESSORS = (
    "LinearRegression", "Ridge", "RidgeCV", "Lasso", "LassoCV", "ElasticNet", "ElasticNetCV", "LassoLars", "Lars",
    "BayesianRidge", "ARDRegression", "HuberRegressor", "SGDRegressor", "LinearSVR", "QuantileRegressor",
    "TheilSenRegressor", "PassiveAggressiveRegressor", "OrthogonalMatchingPursuit",
)


def linear(name, coef, intercept, link, probabilities=True):
    coef = np.atleast_2d(np.asarray(coef, dtype=float))
    intercept = np.broadcast_to(np.atleast_1d(np.asarray(intercept, dtype=float)), (coef.shape[0],))
    return {"model": {"kind": "linear", "like": name, "weights": coef.tolist(), "intercepts": intercept.tolist()},
            "link": link, "probabilities": probabilities}


def linear_classifier(estimator):
    name, two = type(estimator).__name__, len(estimator.classes_) == 2
    coef, intercept = estimator.coef_, estimator.intercept_
    if name.startswith("LogisticRegression"):
        multi = getattr(estimator, "multi_class", "auto")
        if not two and (multi == "ovr" or estimator.solver == "liblinear"):
            refuse(estimator, "one-vs-rest probabilities of several classes", "fit it with solver='lbfgs'")
        if two and multi == "multinomial":
            coef, intercept = 2 * coef, 2 * intercept
        return linear("logistic_regression", coef, intercept, "sigmoid" if two else "softmax")
    if name == "SGDClassifier" and estimator.loss == "log_loss":
        if not two:
            refuse(estimator, "one-vs-rest probabilities of several classes", "use LogisticRegression")
        return linear("logistic_regression", coef, intercept, "sigmoid")
    if name == "SGDClassifier" and estimator.loss == "modified_huber":
        refuse(estimator, "probabilities of loss='modified_huber'", "use loss='log_loss' or 'hinge'")
    return linear("linear_svc", coef, intercept, "sigmoid" if two else "softmax", False)


def naive_bayes(estimator):
    name = "multinomial_nb" if type(estimator).__name__ == "MultinomialNB" else "complement_nb"
    prior = estimator.class_log_prior_ if name == "multinomial_nb" else 0.0 * estimator.class_log_prior_
    return linear(name, estimator.feature_log_prob_, prior, "softmax")


def generalized(estimator):
    power = getattr(estimator, "power", 1)
    link = getattr(estimator, "link", "log")
    is_log = link == "log" or (link == "auto" and power > 0)
    return linear("ridge", estimator.coef_, estimator.intercept_, "exp" if is_log else "identity")


def tree(nodes, values, output):
    return {
        "output": output,
        "left": nodes["left_child"].tolist(), "right": nodes["right_child"].tolist(),
        "feature": nodes["feature"].tolist(), "threshold": finite_thresholds(nodes["threshold"]),
        "missing_left": nodes["missing_go_to_left"].astype(int).tolist(),
        "weight": nodes["weighted_n_node_samples"].tolist(), "values": values.tolist(),
    }


def finite_thresholds(thresholds):
    """A split between numbers and missing values has an infinite threshold; no number of JSON is greater."""
    most = np.finfo(float).max
    return np.clip(np.nan_to_num(thresholds, nan=0.0, posinf=most, neginf=-most), -most, most).tolist()


def sklearn_trees(estimator):
    """A tree or a forest: the mean of its trees."""
    if estimator.n_outputs_ > 1:
        refuse(estimator, f"{estimator.n_outputs_} targets", "fit a model for each")
    trees = getattr(estimator, "estimators_", [estimator])
    classes = hasattr(estimator, "classes_")
    dumped = []
    for one in trees:
        state = one.tree_.__getstate__()
        values = one.tree_.value[:, 0, :]
        dumped.append(tree(state["nodes"], values if classes else values[:, 0], None if classes else 0))
    outputs = len(estimator.classes_) if classes else 1
    like = "extra_trees" if "Extra" in type(estimator).__name__ else "random_forest"
    return {"model": {"kind": "trees", "like": like, "inputs": "f32", "trees": dumped, "intercepts": [0.0] * outputs,
                      "divisor": float(len(trees)), "factor": 1.0},
            "link": "share" if classes else "identity", "probabilities": classes}


def gradient_boosting(estimator):
    if not (estimator.init_ == "zero" or type(estimator.init_).__name__ in ("DummyClassifier", "DummyRegressor")):
        refuse(estimator, "it begins with an estimator of its own", "fit it without init")
    start = estimator._raw_predict_init(np.zeros((1, estimator.n_features_in_), dtype=np.float32))[0]
    dumped = []
    for stage in estimator.estimators_:
        for output, one in enumerate(stage):
            values = estimator.learning_rate * one.tree_.value[:, 0, 0]
            dumped.append(tree(one.tree_.__getstate__()["nodes"], values, output))
    return boosted(estimator, dumped, start, "f32", 2.0 if estimator.loss == "exponential" else 1.0)


def boosted(estimator, trees, start, inputs, factor=1.0):
    classes = hasattr(estimator, "classes_")
    link = ("sigmoid" if len(start) == 1 else "softmax") if classes else "identity"
    if not classes and estimator.loss in ("poisson", "gamma"):
        link = "exp"
    return {"model": {"kind": "trees", "like": "gradient_boosting", "inputs": inputs, "trees": trees,
                      "intercepts": np.asarray(start, dtype=float).tolist(), "divisor": 1.0, "factor": factor},
            "link": link, "probabilities": classes}


def hist_gradient_boosting(estimator):
    dumped = []
    for stage in estimator._predictors:
        for output, predictor in enumerate(stage):
            nodes = predictor.nodes
            sets = []
            for at in np.flatnonzero(nodes["is_categorical"] & (nodes["is_leaf"] == 0)):
                words = predictor.raw_left_cat_bitsets[nodes["bitset_idx"][at]]
                codes = [code for code in range(256) if words[code // 32] >> (code % 32) & 1]
                sets.append([int(at), codes])
            leaf = nodes["is_leaf"].astype(bool)
            dumped.append({
                "output": output,
                "left": np.where(leaf, -1, nodes["left"].astype(int)).tolist(),
                "right": np.where(leaf, -1, nodes["right"].astype(int)).tolist(),
                "feature": nodes["feature_idx"].astype(int).tolist(),
                "threshold": finite_thresholds(nodes["num_threshold"]),
                "missing_left": nodes["missing_go_to_left"].astype(int).tolist(),
                "weight": nodes["count"].astype(float).tolist(), "values": nodes["value"].tolist(), "sets": sets,
            })
    return boosted(estimator, dumped, estimator._baseline_prediction.ravel(), "f64")


def hist_features(estimator, features, columns):
    """The features in the order in which its trees count them: categories first, by their codes."""
    mask = estimator.is_categorical_
    if mask is None or not np.any(mask):
        return features
    preprocessor = getattr(estimator, "_preprocessor", None)
    if preprocessor is None:
        refuse(estimator, "categories in this version of scikit-learn", "fit it with scikit-learn 1.4 or newer")
    encoder = preprocessor.named_transformers_["encoder"]
    encoded = []
    for at, categories in zip(np.flatnonzero(mask), encoder.categories_):
        feature = features[at]
        if "steps" in feature:
            part = type("Part", (), {"categories_": [categories], "handle_unknown": "use_encoded_value",
                                     "unknown_value": np.nan, "encoded_missing_value": np.nan})
            encoded += ordinal_encoder(part, [feature], columns)
            continue
        codes = {float(value): float(code) for code, value in enumerate(categories)}
        recode = lambda value: codes.get(value, float("nan"))
        encoded.append({**feature, "values": [recode(value) for value in feature["values"]],
                        "other": recode(feature["other"]), "unknown": recode(feature["unknown"])})
    return encoded + [feature for at, feature in enumerate(features) if not mask[at]]


def lightgbm(estimator):
    text = estimator.booster_.model_to_string()
    if '"' in text.rsplit("pandas_categorical:", 1)[-1]:
        refuse(estimator, "it encodes categories itself", "import its own file: booster_.save_model('model.txt')")
    return {"model": {"kind": "lightgbm", "text": text}, "link": None, "probabilities": hasattr(estimator, "classes_")}


def xgboost(estimator):
    if estimator.missing is not None and estimator.missing == estimator.missing:
        refuse(estimator, f"missing={estimator.missing}", "use missing=np.nan")
    booster = estimator.get_booster()
    best = getattr(estimator, "best_iteration", None) if estimator.early_stopping_rounds else None
    booster = booster if best is None else booster[: best + 1]
    return {"model": {"kind": "xgboost", "text": booster.save_raw("json").decode()}, "link": None,
            "probabilities": hasattr(estimator, "classes_")}


ESTIMATORS = {
    **dict.fromkeys(("LogisticRegression", "LogisticRegressionCV", "SGDClassifier", *LABELLED_LINEAR), linear_classifier),
    **dict.fromkeys(("MultinomialNB", "ComplementNB"), naive_bayes),
    **dict.fromkeys(LINEAR_REGRESSORS, lambda e: linear("ridge", e.coef_, e.intercept_, "identity")),
    **dict.fromkeys(("PoissonRegressor", "GammaRegressor", "TweedieRegressor"), generalized),
    **dict.fromkeys(("DecisionTreeClassifier", "DecisionTreeRegressor", "ExtraTreeClassifier", "ExtraTreeRegressor",
                     "RandomForestClassifier", "RandomForestRegressor", "ExtraTreesClassifier",
                     "ExtraTreesRegressor"), sklearn_trees),
    **dict.fromkeys(("GradientBoostingClassifier", "GradientBoostingRegressor"), gradient_boosting),
    **dict.fromkeys(("HistGradientBoostingClassifier", "HistGradientBoostingRegressor"), hist_gradient_boosting),
    **dict.fromkeys(("LGBMClassifier", "LGBMRegressor", "LGBMRanker"), lightgbm),
    **dict.fromkeys(("XGBClassifier", "XGBRegressor", "XGBRanker", "XGBRFClassifier", "XGBRFRegressor"), xgboost),
}


def unwrap(model):
    """The transformers before the estimator, the estimator, and the link of a transformed target."""
    if type(model).__name__ == "TransformedTargetRegressor":
        links = {(np.log1p, np.expm1): "expm1", (np.log, np.exp): "exp"}
        link = links.get((model.func, model.inverse_func))
        if model.transformer is not None or link is None:
            refuse(model, "this transformation of the target", "use func=np.log1p with inverse_func=np.expm1")
        transformers, estimator, inner = unwrap(model.regressor_)
        if inner is not None:
            refuse(model, "a transformed target within another", "transform it once")
        return transformers, estimator, link
    if type(model).__name__ == "Pipeline":
        transformers, estimator, link = unwrap(model.steps[-1][1])
        return [inner for _, inner in model.steps[:-1]] + transformers, estimator, link
    if type(model).__name__ in ("GridSearchCV", "RandomizedSearchCV", "HalvingGridSearchCV"):
        return unwrap(model.best_estimator_)
    return [], model, None


# Rows and the answers to them.


def undo(feature, threshold):
    """About the value of a column for which its feature is at a threshold."""
    for name, value in reversed(feature["steps"]):
        if name == "subtract":
            threshold = threshold + value
        elif name == "divide":
            threshold = threshold * value
        elif name == "multiply":
            threshold = threshold / value if value else 0.0
        elif name == "add":
            threshold = threshold - value
    return float(threshold)


def candidates(columns, features, found, may_miss):
    """Values for each column."""
    values = [[] for _ in columns.names]
    for one in found["model"].get("trees", ()):
        for feature, threshold, left in zip(one["feature"], one["threshold"], one["left"]):
            if left >= 0 and "steps" in features[feature]:
                values[features[feature]["column"]].append(undo(features[feature], threshold))
    for feature in features:
        if "steps" in feature:
            values[feature["column"]] += [undo(feature, at) for at in (-2.0, -0.5, 0.0, 0.25, 1.0, 3.0)]
    for at, kind in enumerate(columns.kinds):
        if kind == "boolean":
            values[at] = [False, True]
        elif kind == "number":
            near = [value for value in values[at] if np.isfinite(value) and abs(value) < 1e37]
            near = sorted(set(near))[:: max(1, len(near) // 64)]
            narrow = [float(np.float32(value)) for value in near]
            ends = [float(np.nextafter(value, side)) for value in near for side in (-np.inf, np.inf)]
            values[at] = near + narrow + ends + [0.0]
        elif kind == "category":
            known = columns.categories[at]
            strange = [] if columns.known_only[at] else ["no such category"]
            if known and all(isinstance(value, (int, float)) for value in known if value is not None):
                strange = [max(value for value in known if value is not None) + 1] if strange else []
            values[at] = [value for value in known if value is not None] + strange
        if may_miss[at] and kind is not None:
            values[at] = values[at] + [None] * max(1, len(values[at]) // 8)
    return values


def table_of(rows, names, named):
    if named:
        import pandas

        return pandas.DataFrame({name: pandas.Series([row[at] for row in rows]).infer_objects()
                                 for at, name in enumerate(names)})
    are_numbers = all(value is None or isinstance(value, (int, float)) for row in rows for value in row)
    table = np.array([[np.nan if value is None else value for value in row] for row in rows],
                     dtype=float if are_numbers else object)
    return table


def answers(model, rows, names, named, probabilities, classes):
    table = table_of(rows, names, named)
    labels = np.asarray(model.predict(table)).ravel()
    if classes is None:
        return [{"value": float(value)} for value in labels]
    shares = model.predict_proba(table) if probabilities else [None] * len(rows)
    return [{"label": text(label), **({} if share is None else {"probabilities": [float(p) for p in share]})}
            for label, share in zip(labels, shares)]


def text(label):
    label = label.item() if isinstance(label, np.generic) else label
    return str(label).lower() if isinstance(label, bool) else str(label)


def export(pipeline, path, sample=None):
    """Writes the document of a fitted pipeline to `path`. `sample` are rows that it takes: a DataFrame or array."""
    document = describe(pipeline, sample)
    with open(path, "w", encoding="utf-8") as file:
        json.dump(finite(document), file, allow_nan=False)
        file.write("\n")
    return document


def finite(value):
    """The same with null for NaN, which JSON does not have."""
    if isinstance(value, float):
        return None if np.isnan(value) else value
    if isinstance(value, dict):
        return {key: finite(item) for key, item in value.items()}
    return [finite(item) for item in value] if isinstance(value, list) else value


def describe(model, sample=None):
    """The document of a fitted pipeline."""
    transformers, estimator, target_link = unwrap(model)
    name = type(estimator).__name__
    if name not in ESTIMATORS:
        refuse(estimator, "this estimator is not supported", f"supported are {', '.join(sorted(ESTIMATORS))}")
    first = transformers[0] if transformers else estimator
    if type(first).__name__.endswith("Vectorizer"):
        transform(first, [], None)
    named = getattr(model, "feature_names_in_", getattr(first, "feature_names_in_", None))
    count = getattr(first, "n_features_in_", None)
    if count is None:
        refuse(first, "it does not say how many columns it takes", "fit it on a table or array")
    if named is None and hasattr(sample, "columns"):
        sample = sample.to_numpy()
    names = [f"x{at}" for at in range(count)] if named is None else [str(column) for column in named]
    columns = Columns(names)
    features = [number(at) for at in range(count)]
    for transformer in transformers:
        features = transform(transformer, features, columns)
    if name.startswith("HistGradientBoosting"):
        features = hist_features(estimator, features, columns)
    for feature in numbers(features, estimator):
        if "steps" in feature or "missing" in feature:
            columns.take(feature, "number", estimator)
    found = ESTIMATORS[name](estimator)
    if target_link is not None:
        if found["link"] != "identity":
            refuse(estimator, "a link of its own under a transformed target", "leave out one of the two")
        found["link"] = target_link
    classes = getattr(estimator, "classes_", None)
    trees = "trees" in found["model"] or found["model"]["kind"] != "linear"
    may_miss = [kind == "category" for kind in columns.kinds]
    for feature in features:
        if "steps" in feature:
            may_miss[feature["column"]] = trees or any(step == "fill" for step, _ in feature["steps"])
    rows = made_rows(columns, features, found, may_miss, sample, named is not None)
    if found["model"]["kind"] == "xgboost" and is_sparse(transformers, rows, names, named is not None):
        features = absent_is_missing(estimator, features)
    answered, may_miss = ask(model, rows, columns, named is not None, found["probabilities"], classes, may_miss)
    used = [at for at, kind in enumerate(columns.kinds) if kind is not None]
    places = {at: place for place, at in enumerate(used)}
    return {
        "hearth_interchange": VERSION,
        "library": "scikit-learn", "version": sklearn.__version__, "estimator": name,
        "columns": [
            {"name": names[at], "kind": columns.kinds[at], "optional": bool(may_miss[at]),
             "known_only": bool(columns.known_only[at]),
             **({"categories": columns.categories[at]} if columns.kinds[at] == "category" else {})}
            for at in used
        ],
        "features": [{**feature, "column": places[feature["column"]]} for feature in features],
        "labels": None if classes is None else [text(label) for label in classes],
        "link": found["link"], "probabilities": found["probabilities"], "model": found["model"],
        "cases": [{"row": {names[at]: row[at] for at in used}, **answer} for row, answer in answered],
    }


def is_sparse(transformers, rows, names, named):
    table = table_of(rows[:5], names, named)
    for transformer in transformers:
        if not isinstance(transformer, str) and transformer is not None:
            table = transformer.transform(table)
    return hasattr(table, "tocsr")


def absent_is_missing(estimator, features):
    """XGBoost takes a zero that a sparse matrix does not store for a missing value."""
    if any("categories" not in feature for feature in features):
        refuse(estimator, "it gets a sparse matrix, in which zeros of numbers are missing values",
               "fit it with OneHotEncoder(sparse_output=False) or ColumnTransformer(sparse_threshold=0)")
    absent = lambda value: float("nan") if value == 0 else value
    return [{**feature, "values": [absent(value) for value in feature["values"]], "other": absent(feature["other"]),
             "unknown": absent(feature["unknown"])} for feature in features]


def made_rows(columns, features, found, may_miss, sample, named):
    rows = []
    if sample is not None:
        if hasattr(sample, "columns"):
            for at, column in enumerate(columns.names):
                if columns.kinds[at] == "number" and sample[column].dtype == bool:
                    columns.kinds[at] = "boolean"
            sample = sample[columns.names].to_numpy(dtype=object)
        rows = [[plain(value) for value in row] for row in np.asarray(sample, dtype=object)[: ROWS // 2]]
    random = np.random.default_rng(23)
    values = candidates(columns, features, found, may_miss)
    count = min(ROWS, max(8, 20_000 // max(1, len(columns.names))))
    while len(rows) < count:
        rows.append([choices[random.integers(len(choices))] if choices else None for choices in values])
    return rows


def ask(model, rows, columns, named, probabilities, classes, may_miss):
    """Rows with the library's answers, and the columns in which it answers a missing value."""
    answer = lambda some: answers(model, some, columns.names, named, probabilities, classes)
    try:
        return list(zip(rows, answer(rows))), may_miss
    except (ValueError, TypeError) as error:
        refused = error
    used = [at for at, kind in enumerate(columns.kinds) if kind is not None]
    whole = [row for row in rows if all(row[at] is not None for at in used)]
    for at in used if whole else ():
        try:
            # Two rows, so that the column keeps its type.
            answer([whole[0], [None if place == at else value for place, value in enumerate(whole[0])]])
        except (ValueError, TypeError):
            may_miss = [*may_miss[:at], False, *may_miss[at + 1 :]]
    rows = [row for row in rows if all(may_miss[at] or row[at] is not None for at in used)]
    try:
        return list(zip(rows, answer(rows))), may_miss
    except (ValueError, TypeError):
        raise NotSupported(f"scikit-learn does not answer the rows made for it ({refused}); give rows with "
                           "--sample rows.csv or sample=X") from refused


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model", help="file of a fitted pipeline, written with joblib.dump")
    parser.add_argument("--out", default="pipeline.json", help="the document [default: pipeline.json]")
    parser.add_argument("--sample", help="CSV file with rows that the pipeline takes")
    options = parser.parse_args()
    import joblib

    sample = None
    if options.sample:
        import pandas

        sample = pandas.read_csv(options.sample)
    try:
        document = export(joblib.load(options.model), options.out, sample)
    except NotSupported as error:
        sys.exit(f"error: {error}")
    print(f"{options.out}: {document['estimator']} of scikit-learn {document['version']}, "
          f"{len(document['columns'])} columns, {len(document['cases'])} rows with answers")
    print(f"next: hearth import {options.out}")


if __name__ == "__main__":
    main()

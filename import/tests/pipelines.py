"""Pipelines of scikit-learn with fixed seeds, as documents with 300 rows and scikit-learn's answers each.

    python pipelines.py FOLDER

Their rows lie at and around the thresholds, with unknown categories and missing values, as the exporter makes
them.
"""

import sys
import warnings
from pathlib import Path

import numpy as np
import pandas as pd
import sklearn
from sklearn.compose import ColumnTransformer, TransformedTargetRegressor, make_column_selector
from sklearn.ensemble import (
    ExtraTreesClassifier,
    ExtraTreesRegressor,
    GradientBoostingClassifier,
    GradientBoostingRegressor,
    HistGradientBoostingClassifier,
    HistGradientBoostingRegressor,
    RandomForestClassifier,
    RandomForestRegressor,
)
from sklearn.feature_selection import SelectKBest
from sklearn.impute import SimpleImputer
from sklearn.linear_model import (
    ElasticNet,
    Lasso,
    LinearRegression,
    LogisticRegression,
    LogisticRegressionCV,
    PoissonRegressor,
    Ridge,
    RidgeClassifier,
    SGDClassifier,
)
from sklearn.model_selection import GridSearchCV
from sklearn.naive_bayes import ComplementNB, GaussianNB, MultinomialNB
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import (
    FunctionTransformer,
    MaxAbsScaler,
    MinMaxScaler,
    OneHotEncoder,
    OrdinalEncoder,
    PolynomialFeatures,
    RobustScaler,
    StandardScaler,
)
from sklearn.svm import LinearSVC
from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor, ExtraTreeClassifier

sys.path.insert(0, str(Path(__file__).parents[2] / "python"))
import hearth_export

hearth_export.ROWS = 300
folder = Path(sys.argv[1])
warnings.simplefilter("ignore")

rng = np.random.default_rng(11)
ROWS = 500
X = pd.DataFrame({
    "age": rng.normal(40, 12, ROWS).round(),
    "income": rng.lognormal(10, 1, ROWS),
    "since": 1.75e9 + rng.integers(0, 10**7, ROWS),
    "region": rng.choice(["north", "south", "west", "far east"], ROWS, p=[0.4, 0.3, 0.25, 0.05]),
    "grade": rng.integers(1, 6, ROWS),
    "note": "unused",
})
X.loc[::9, "age"] = np.nan
X.loc[::11, "region"] = None
SCORE = (X.income / 20000 + X.age.fillna(30) / 20 + (X.region == "north") + X.grade / 3 + rng.normal(0, 0.7, ROWS)).to_numpy()
TWO = np.where(SCORE > np.median(SCORE), "yes", "no")
THREE = np.array(["low", "middle", "high"])[np.searchsorted(np.quantile(SCORE, [0.4, 0.8]), SCORE)]
COUNT = np.floor(np.exp(SCORE / 4)).astype(int)
NUMBERS = ["age", "income", "since"]
CLEAN = X[["income", "since", "grade"]]


def mixed(scaler=None, imputer=None, encoder=None, **more):
    numbers = make_pipeline(imputer or SimpleImputer(strategy="median"), scaler or StandardScaler())
    return ColumnTransformer(
        [("numbers", numbers, NUMBERS), ("names", encoder or OneHotEncoder(handle_unknown="ignore"), ["region", "grade"])],
        **more,
    )


def ordinal():
    return OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=-1, encoded_missing_value=-2)


def keep(name, model, y, x=X, sample=None):
    hearth_export.export(model.fit(x, y), folder / f"{name}.json", sample=sample)


LINEAR = {
    "logistic": LogisticRegression(max_iter=500),
    "logistic-cv": LogisticRegressionCV(Cs=3, max_iter=300),
    "svc": LinearSVC(),
    "sgd-log": SGDClassifier(loss="log_loss", random_state=1),
    "sgd-hinge": SGDClassifier(random_state=1),
    "ridge-classes": RidgeClassifier(),
}
for name, estimator in LINEAR.items():
    keep(f"{name}-two", make_pipeline(mixed(), estimator), TWO)
    if name != "sgd-log":
        keep(f"{name}-three", make_pipeline(mixed(), estimator), THREE)
keep("logistic-robust", make_pipeline(mixed(RobustScaler()), LogisticRegression()), TWO, sample=X)
keep("logistic-range", make_pipeline(mixed(MinMaxScaler((-1, 2))), LogisticRegression()), TWO)
keep("logistic-largest", make_pipeline(mixed(MaxAbsScaler()), LogisticRegression()), TWO)
keep("logistic-indicator", make_pipeline(mixed(imputer=SimpleImputer(add_indicator=True)), LogisticRegression()), TWO)
keep("logistic-drop", make_pipeline(mixed(encoder=OneHotEncoder(drop="first", handle_unknown="ignore")), LogisticRegression()), TWO)
keep("logistic-rare", make_pipeline(
    mixed(encoder=OneHotEncoder(min_frequency=0.15, handle_unknown="infrequent_if_exist")), LogisticRegression()), TWO)
keep("logistic-strict", make_pipeline(mixed(encoder=OneHotEncoder()), LogisticRegression()), TWO)
keep("logistic-ordinal", make_pipeline(mixed(encoder=ordinal()), LogisticRegression()), TWO)
keep("logistic-filled", make_pipeline(mixed(encoder=make_pipeline(
    SimpleImputer(strategy="most_frequent"), OneHotEncoder(handle_unknown="ignore"))), LogisticRegression()), TWO)
keep("logistic-scaled-all", make_pipeline(
    ColumnTransformer([("n", SimpleImputer(), NUMBERS), ("c", OneHotEncoder(handle_unknown="ignore"), ["region"])]),
    StandardScaler(), LogisticRegression()), TWO)
keep("logistic-selected", make_pipeline(mixed(), SelectKBest(k=4), LogisticRegression()), TWO)
keep("logistic-array", make_pipeline(StandardScaler(), LogisticRegression()), TWO, CLEAN.to_numpy())
keep("logistic-bare", LogisticRegression(max_iter=50), TWO, CLEAN / 1e9)
keep("logistic-booleans", make_pipeline(StandardScaler(), LogisticRegression()), TWO,
     CLEAN.assign(rich=CLEAN.income > 30000), sample=CLEAN.assign(rich=CLEAN.income > 30000))
keep("logistic-codes", make_pipeline(MaxAbsScaler(), LogisticRegression()), TWO == "yes", CLEAN)
keep("logistic-search", GridSearchCV(make_pipeline(mixed(), LogisticRegression()), {"logisticregression__C": [0.1, 1]}), TWO)
keep("selector", make_pipeline(ColumnTransformer([
    ("n", make_pipeline(SimpleImputer(), StandardScaler()), make_column_selector(dtype_include="number")),
    ("c", OneHotEncoder(handle_unknown="ignore"), ["region"])]), LogisticRegression()), TWO)
keep("bayes", make_pipeline(
    ColumnTransformer([("c", OneHotEncoder(handle_unknown="ignore"), ["region", "grade"])]), MultinomialNB()), THREE)
keep("bayes-complement", make_pipeline(
    ColumnTransformer([("c", OneHotEncoder(handle_unknown="ignore"), ["region", "grade"])]), ComplementNB()), TWO)
for name, estimator in {"least-squares": LinearRegression(), "ridge": Ridge(), "lasso": Lasso(0.01),
                        "elastic-net": ElasticNet(0.01)}.items():
    keep(name, make_pipeline(mixed(remainder="drop"), estimator), SCORE)
keep("poisson", make_pipeline(mixed(), PoissonRegressor()), COUNT)
keep("log-target", TransformedTargetRegressor(
    make_pipeline(mixed(), Ridge()), func=np.log1p, inverse_func=np.expm1), np.exp(SCORE))
keep("log-target-inside", make_pipeline(mixed(), TransformedTargetRegressor(
    Ridge(), func=np.log, inverse_func=np.exp)), np.exp(SCORE))

TREES = {
    "tree": (DecisionTreeClassifier(random_state=1), DecisionTreeRegressor(random_state=1)),
    "extra-tree": (ExtraTreeClassifier(random_state=1), None),
    "forest": (RandomForestClassifier(25, random_state=1), RandomForestRegressor(25, random_state=1)),
    "extra-trees": (ExtraTreesClassifier(25, random_state=1), ExtraTreesRegressor(25, random_state=1)),
    "boosting": (GradientBoostingClassifier(n_estimators=30), GradientBoostingRegressor(n_estimators=30)),
    "hist": (HistGradientBoostingClassifier(max_iter=30), HistGradientBoostingRegressor(max_iter=30)),
}
dense = dict(sparse_threshold=0)
for name, (classes, numbers) in TREES.items():
    keep(f"{name}-two", make_pipeline(mixed(**dense), classes), TWO)
    keep(f"{name}-three", make_pipeline(mixed(encoder=ordinal(), **dense), classes), THREE)
    keep(f"{name}-array", classes, TWO, CLEAN.to_numpy())
    if numbers is not None:
        keep(f"{name}-value", make_pipeline(mixed(MinMaxScaler(), **dense), numbers), SCORE)
keep("tree-missing", DecisionTreeClassifier(random_state=2), TWO, X[["age", "income"]])
keep("forest-missing", RandomForestClassifier(15, random_state=2), TWO, X[["age", "income"]])
keep("forest-indicator", make_pipeline(mixed(imputer=SimpleImputer(add_indicator=True), **dense), RandomForestRegressor(10, random_state=3)), SCORE)
keep("forest-rare", make_pipeline(mixed(encoder=OneHotEncoder(
    min_frequency=0.15, handle_unknown="infrequent_if_exist", sparse_output=False)), RandomForestClassifier(9)), TWO)
keep("boosting-exponential", make_pipeline(mixed(), GradientBoostingClassifier(n_estimators=20, loss="exponential")), TWO)
keep("boosting-zero", GradientBoostingRegressor(n_estimators=20, init="zero", loss="huber"), SCORE, CLEAN)
keep("hist-missing", HistGradientBoostingClassifier(max_iter=20), THREE, X[["age", "income"]])
keep("hist-strict", make_pipeline(ColumnTransformer(
    [("c", OrdinalEncoder(), ["grade"])], remainder="passthrough"), HistGradientBoostingClassifier(max_iter=9)), TWO,
    X[["age", "grade", "income"]])
keep("hist-poisson", HistGradientBoostingRegressor(max_iter=20, loss="poisson"), COUNT, CLEAN)
frame = X.assign(region=X.region.astype("category"), grade=X.grade.astype("category"))
if tuple(map(int, sklearn.__version__.split(".")[:2])) >= (1, 4):
    keep("hist-categories", HistGradientBoostingClassifier(max_iter=20, categorical_features=["region", "grade"]), TWO,
         frame[["income", "region", "age", "grade"]])
    keep("hist-codes", make_pipeline(
        ColumnTransformer([("n", "passthrough", ["income"]), ("c", OrdinalEncoder(
            handle_unknown="use_encoded_value", unknown_value=np.nan), ["region"])]),
        HistGradientBoostingRegressor(max_iter=20, categorical_features=[1])), SCORE)
keep("forest-log-target", TransformedTargetRegressor(
    RandomForestRegressor(10, random_state=4), func=np.log1p, inverse_func=np.expm1), np.exp(SCORE), CLEAN)

try:
    import lightgbm

    quiet = dict(verbose=-1, n_estimators=20, n_jobs=1)
    keep("lightgbm-two", make_pipeline(mixed(), lightgbm.LGBMClassifier(**quiet)), TWO)
    keep("lightgbm-three", make_pipeline(mixed(encoder=ordinal()), lightgbm.LGBMClassifier(**quiet)), THREE)
    keep("lightgbm-value", make_pipeline(mixed(), lightgbm.LGBMRegressor(**quiet)), SCORE)
except ImportError:
    print("lightgbm is not installed", file=sys.stderr)
try:
    import xgboost

    quiet = dict(n_estimators=20, n_jobs=1)
    keep("xgboost-two", make_pipeline(mixed(**dense), xgboost.XGBClassifier(**quiet)), TWO == "yes")
    keep("xgboost-value", make_pipeline(mixed(encoder=ordinal()), xgboost.XGBRegressor(**quiet)), SCORE)
except ImportError:
    print("xgboost is not installed", file=sys.stderr)

REFUSED = [
    (make_pipeline(FunctionTransformer(np.log1p), LogisticRegression()), TWO, "FunctionTransformer"),
    (make_pipeline(PolynomialFeatures(), LogisticRegression()), TWO, "PolynomialFeatures"),
    (KNeighborsClassifier(), TWO, "KNeighborsClassifier"),
    (GaussianNB(), TWO, "GaussianNB"),
    (make_pipeline(StandardScaler(), SGDClassifier(loss="log_loss")), THREE, "SGDClassifier"),
    (RandomForestRegressor(3), np.column_stack([SCORE, SCORE]), "RandomForestRegressor"),
    (TransformedTargetRegressor(Ridge(), func=np.sqrt, inverse_func=np.square), np.exp(SCORE), "TransformedTargetRegressor"),
]
for model, y, name in REFUSED:
    try:
        hearth_export.describe(model.fit(CLEAN, y))
    except hearth_export.NotSupported as error:
        assert str(error).startswith(name + ": ") and "; " in str(error), error
    else:
        raise AssertionError(f"{name} was not refused")

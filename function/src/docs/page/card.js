// The model card.

const QUANTILES = ["minimum", "5 %", "25 %", "median", "75 %", "95 %", "maximum"];
const MANY = 200; // items of a list, and rows of a table, that are shown

const between = (ends) => (Array.isArray(ends) ? ` (${number(ends[0])} to ${number(ends[1])})` : "");
const isObject = (value) => typeof value === "object" && value !== null;
const isEmpty = (value) => (isObject(value) ? Object.values(value).every(isEmpty) : value === undefined || value === null || value === "");

function about() {
  const { task = "", estimator = "", version = "" } = model;
  const parts = [plain(task), plain(estimator), version && "version " + short(version)];
  const metrics = model.card?.metrics ?? {};
  const name = ["accuracy", "r2"].find((name) => typeof metrics[name] === "number");
  if (name) {
    const figure = number(metrics[name]) + between(metrics[name + "_interval"]);
    const rows = model.card.provenance?.imported ? "rows given at import" : "held-out rows";
    parts.push(`${plain(name)} ${figure} on ${number(metrics.testing_rows)} ${rows}`);
  }
  show($("about"), foreign(parts.filter(Boolean).join(" · ")));
}

function card() {
  const { digest, git_revision, limits = {}, labels, version } = model;
  const { target, metrics, data, columns, params, provenance, ...rest } = model.card ?? {};
  const most = { most_rows_a_request: limits.rows, most_bytes_a_request: limits.body_bytes };
  $("facts").replaceChildren(...terms({ target, version, digest, git_revision, labels: labels?.length, ...most }));
  ["name", "task", "estimator"].forEach((name) => delete rest[name]); // they stand above
  const sections = [
    ["Metrics", !isEmpty(metrics) && any(metrics)],
    ["Columns", columns && tableOfColumns(columns)],
    ["Labels", labels && any(labels)],
    ["Data", data && any(data)],
    ["Training parameters", !isEmpty(params) && any(params)],
    ["Provenance", provenance && any(provenance)],
    ["More", !isEmpty(rest) && any(rest)],
  ];
  const details = ([title, inside]) => make("details", {}, make("summary", { textContent: title }), inside);
  $("sections").replaceChildren(...sections.filter(([, inside]) => inside).map(details));
}

function terms(object) {
  return Object.entries(object)
    .filter(([name, value]) => !isEmpty(value) && !name.endsWith("_interval"))
    .flatMap(([name, value]) => {
      const definition = make("dd", {}, any(value, true), between(object[name + "_interval"]));
      return [make("dt", {}, foreign(plain(name))), definition];
    });
}

/** Any JSON, readably. */
function any(value, isInner) {
  if (value instanceof Node) return value;
  if (typeof value === "number") return number(value);
  if (!isObject(value)) return foreign(value ?? "none");
  const items = Object.entries(value).filter(([, item]) => !isEmpty(item));
  const isFlat = !items.some(([, item]) => isObject(item));
  if (!Array.isArray(value)) {
    if (!isInner || !isFlat) return make("dl", {}, ...terms(value));
    const named = ([name, item]) => make("span", {}, make("span", { className: "quiet" }, foreign(plain(name))), " ", any(item));
    return make("span", {}, ...items.flatMap((item, place) => [place ? " · " : "", named(item)]));
  }
  if (value.length && value.every((item) => isObject(item) && !Array.isArray(item))) {
    const names = [...new Set(value.flatMap(Object.keys))];
    return table(names.map(plain), value.map((record) => names.map((name) => (Object.hasOwn(record, name) ? record[name] : ""))));
  }
  const inside = value.slice(0, MANY).flatMap((item, place) => [place ? ", " : "", any(item, true)]);
  return make("span", {}, ...inside, value.length > MANY ? ` and ${value.length - MANY} more` : "");
}

function table(names, rows, caption) {
  const kind = (value) => (typeof value === "number" ? { className: "number" } : {});
  const head = names.map((name, place) => make("th", { scope: "col", ...kind(rows[0]?.[place]) }, foreign(name)));
  const cell = (value, place) => (place ? make("td", kind(value), any(value)) : make("th", { scope: "row" }, any(value)));
  const body = rows.slice(0, MANY).map((cells) => make("tr", {}, ...cells.map(cell)));
  const label = caption ?? short(names.join(", "));
  const element = make("table", { "aria-label": label }, make("thead", {}, make("tr", {}, ...head)), make("tbody", {}, ...body));
  if (caption) element.prepend(make("caption", { textContent: caption }));
  return make("div", { className: "scroll", tabIndex: 0, role: "region", "aria-label": label }, element);
}

const day = (days) => new Date(days * 864e5).toJSON()?.slice(0, 10) ?? "";

function tableOfColumns(columns) {
  const kinds = columns.map(({ name, kind, optional, features, baseline }) => {
    const missing = baseline?.missing === undefined ? "" : percent(baseline.missing);
    return [name, plain(kind), optional ? "optional" : "required", features, missing];
  });
  const quantiles = columns.flatMap(({ name, kind, baseline = {} }) =>
    Object.entries(baseline)
      .filter(([, values]) => values?.length === QUANTILES.length && values.every(Number.isFinite))
      .map(([what, values]) => [name, plain(what), ...(kind === "timestamp" ? values.map(day) : values)]),
  );
  const listed = ([value, share]) => `${short(value) || "(empty)"} ${percent(share)}`;
  const shares = columns
    .filter(({ baseline }) => baseline?.categories?.length)
    .map(({ name, baseline: { categories } }) => [name, make("span", {}, categories.slice(0, 20).map(listed).join(", "))]);
  const tables = [
    [["column", "kind", "in a row", "features", "missing in training"], kinds, "Columns of a row"],
    [["column", "statistic", ...QUANTILES], quantiles, "Baseline: statistics of the training rows"],
    [["column", "values and their shares"], shares, "Baseline: most frequent values"],
  ];
  return make("div", {}, ...tables.filter(([, rows]) => rows.length).map((parts) => table(...parts)));
}

// The model card.

function about() {
  const parts = [plain(model.task ?? ""), plain(model.estimator ?? ""), model.version && "version " + short(model.version)];
  const metrics = model.card?.metrics ?? {};
  const name = ["accuracy", "r2"].find((name) => typeof metrics[name] === "number");
  if (name) parts.push(`${plain(name)} ${number(metrics[name])}${between(metrics[name + "_interval"])} on ${number(metrics.testing_rows)} rows that it had not seen`);
  show($("about"), foreign(parts.filter(Boolean).join(" · ")));
}

const between = (ends) => (Array.isArray(ends) ? ` (${number(ends[0])} to ${number(ends[1])})` : "");
const QUANTILES = ["least", "5 %", "25 %", "median", "75 %", "95 %", "greatest"];

function card() {
  const { digest, git_revision, limits = {}, labels, version } = model;
  const { target, metrics, data, columns, params, provenance, ...rest } = model.card ?? {};
  const facts = { target, version, digest, git_revision, labels: labels && labels.length, most_rows_a_request: limits.rows, most_bytes_a_request: limits.body_bytes };
  $("facts").replaceChildren(...terms(facts));
  ["name", "task", "estimator"].forEach((name) => delete rest[name]);
  const sections = [
    ["How good it is", metrics && any(metrics)],
    ["Columns", columns && tableOfColumns(columns)],
    ["Labels", labels && any(labels)],
    ["Data", data && any(data)],
    ["Parameters of training", params && any(params)],
    ["Who made it", provenance && any(provenance)],
    ["More", Object.keys(rest).length && any(rest)],
  ];
  $("sections").replaceChildren(
    ...sections.filter(([, inside]) => inside).map(([title, inside]) => make("details", {}, make("summary", { textContent: title }), inside)),
  );
}

function terms(object) {
  return Object.entries(object)
    .filter(([name, value]) => !isEmpty(value) && !name.endsWith("_interval"))
    .flatMap(([name, value]) => [make("dt", {}, foreign(plain(name))), make("dd", {}, any(value, true), between(object[name + "_interval"]))]);
}

const isEmpty = (value) => value === undefined || value === null || value === "" || (typeof value === "object" && Object.values(value).every(isEmpty));

/** Any JSON, readably. */
function any(value, isInner) {
  if (typeof value === "number") return String(number(value));
  if (typeof value !== "object" || value === null) return foreign(value ?? "none");
  if (!Array.isArray(value)) {
    const members = Object.entries(value).filter(([, member]) => !isEmpty(member));
    if (!isInner || members.some(([, member]) => typeof member === "object")) return make("dl", {}, ...terms(value));
    const inside = members.flatMap(([name, member], place) => [place ? " · " : "", make("span", { className: "quiet" }, foreign(plain(name))), " ", any(member)]);
    return make("span", {}, ...inside);
  }
  const isRecord = (item) => typeof item === "object" && item !== null && !Array.isArray(item);
  if (value.length && value.every(isRecord)) {
    const names = [...new Set(value.flatMap(Object.keys))];
    return table(names.map(plain), value.map((record) => names.map((name) => (Object.hasOwn(record, name) ? record[name] : ""))));
  }
  const inside = value.slice(0, 200).flatMap((item, place) => [place ? ", " : "", any(item)]);
  return make("span", {}, ...inside, value.length > 200 ? ` and ${value.length - 200} more` : "");
}

function table(names, rows, caption) {
  const kind = (value) => (typeof value === "number" ? { className: "number" } : {});
  const head = names.map((name, place) => make("th", { scope: "col", ...kind(rows[0]?.[place]) }, foreign(name)));
  const body = rows.map((cells) =>
    make("tr", {}, ...cells.map((value, place) => (place ? make("td", kind(value), any(value)) : make("th", { scope: "row" }, any(value))))),
  );
  const label = caption ?? names.join(", ");
  const element = make("table", { "aria-label": label }, ...(caption ? [make("caption", { textContent: caption })] : []), make("thead", {}, make("tr", {}, ...head)), make("tbody", {}, ...body));
  return make("div", { className: "scroll", tabIndex: 0, role: "region", "aria-label": label }, element);
}

const day = (days) => new Date(days * 864e5).toJSON()?.slice(0, 10) ?? "";

function tableOfColumns(columns) {
  const kinds = columns.map(({ name, kind, optional, features, baseline = {} }) => [
    name, plain(kind), optional ? "may be left out" : "needed", features, baseline.missing === undefined ? "" : percent(baseline.missing),
  ]);
  const quantiles = columns.flatMap(({ name, kind, baseline = {} }) =>
    Object.entries(baseline)
      .filter(([, values]) => Array.isArray(values) && values.length === QUANTILES.length && values.every(Number.isFinite))
      .map(([what, values]) => [name, plain(what), ...(kind === "timestamp" ? values.map(day) : values)]),
  );
  const shares = columns
    .filter(({ baseline }) => baseline?.categories?.length)
    .map(({ name, baseline: { categories } }) => [name, categories.slice(0, 20).map(([value, share]) => `${short(value) || "(empty)"} ${percent(share)}`).join(", ")]);
  return make(
    "div", {},
    table(["column", "kind", "in a row", "features", "missing in training"], kinds, "Columns of a row"),
    ...(quantiles.length ? [table(["column", "what", ...QUANTILES], quantiles, "Baseline: what the training rows looked like")] : []),
    ...(shares.length ? [table(["column", "values and their shares"], shares, "Baseline: most frequent values")] : []),
  );
}

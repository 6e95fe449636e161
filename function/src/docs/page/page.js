"use strict";
// Whatever the model says (labels, words, names) is text: it goes through `textContent` alone, and
// the content security policy (trusted types) lets nothing else through.
const $ = (id) => document.getElementById(id);
const PAUSE = 140; // ms after a keystroke until the model is asked
const EXPLAINED = 8;
const SHOWN = 8; // bars before "all"
const LONG = 240; // characters of a label that are shown

// Where the page lies, behind whatever stage: https://host/prod/docs/ -> https://host/prod/
const base = location.origin + location.pathname.replace(/\/+$/, "").replace(/[^/]*$/, "");
const still = matchMedia("(prefers-reduced-motion: reduce)");
let key = "", model, fields = [], latest, asked = 0, showsAll = false, said;

/** An element: its properties, then what is in it. */
function make(tag, properties = {}, ...inside) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name in element && name !== "list") element[name] = value;
    else element.setAttribute(name, value);
  }
  element.append(...inside);
  return element;
}

const short = (text) => (text.length > LONG ? text.slice(0, LONG) + "…" : text);
/** Foreign text, whose direction stays its own matter. */
const foreign = (text) => make("bdi", { textContent: short(String(text)) });
const NAMES = {
  r2: "R²", roc_auc: "ROC AUC", ece: "calibration error", brier: "Brier score", mae: "mean absolute error", rmse: "root mean squared error",
  f1: "F1", macro_f1: "macro F1", num_chars: "characters", num_tokens: "tokens", oov_ratio: "share of unknown words", support: "rows",
};
const plain = (name) => (Object.hasOwn(NAMES, name) ? NAMES[name] : name.replaceAll("_", " "));

function number(value, digits = 4) {
  if (!Number.isFinite(value)) return String(value);
  if (Number.isInteger(value) && Math.abs(value) < 1e15) return value.toLocaleString("en");
  const size = Math.abs(value);
  if (size >= 1e9 || size < 1e-4) return value.toPrecision(3);
  return value.toLocaleString("en", { maximumSignificantDigits: size >= 1000 ? 7 : digits });
}

function percent(share) {
  if (share > 0 && share < 0.001) return "< 0.1 %";
  if (share < 1 && share > 0.999) return "> 99.9 %";
  return (share * 100).toFixed(1) + " %";
}

const signed = (value) => (value < 0 ? "−" : "+") + number(Math.abs(value));

function show(element, ...inside) {
  element.replaceChildren(...inside);
  element.hidden = inside.length === 0;
}

// ---- the function

async function call(path, body, signal) {
  const headers = body === undefined ? {} : { "content-type": "application/json" };
  if (key) headers["x-api-key"] = key;
  const method = body === undefined ? "GET" : "POST";
  const start = performance.now();
  const response = await fetch(base + path, { method, headers, body, signal, credentials: "same-origin" });
  const text = await response.text();
  let value;
  try {
    value = JSON.parse(text);
  } catch {
    value = undefined;
  }
  return { status: response.status, ok: response.ok && value !== undefined, text, value: value ?? {}, ms: performance.now() - start };
}

/** What went wrong, in a sentence. */
function sentence({ status, value }) {
  if (status === 0) return "The function cannot be reached.";
  return value.detail ?? value.message ?? `The answer has status ${status} and is none of this function’s.`;
}

const unreachable = { status: 0, ok: false, text: "", value: {} };

function askForKey(answer) {
  const isWrong = key !== "";
  $("key").hidden = false;
  $("main").hidden = $("card").hidden = true;
  show($("key-error"), ...(isWrong ? [sentence(answer)] : []));
  $("key-value").setAttribute("aria-invalid", isWrong);
  $("key-value").focus();
}

// A key that a gateway in front asks for is missed without a `code`.
const wantsKey = ({ status, value }) => status === 401 || (status === 403 && (value.code ?? "key_wrong") === "key_wrong");

async function open() {
  show($("notice"));
  const answer = await call("model").catch(() => unreachable);
  if (wantsKey(answer)) return askForKey(answer);
  $("key").hidden = true;
  if (!answer.ok || !Array.isArray(answer.value.columns)) {
    const again = make("button", { type: "button", textContent: "Try again", onclick: open });
    return show($("notice"), "There is no form for this model. ", foreign(sentence(answer)), " ", again);
  }
  model = answer.value;
  document.title = short(model.name) + " · Hearth";
  show($("name"), foreign(model.name));
  about();
  fields = model.columns.map(field);
  $("fields").replaceChildren(...fields.map(({ box }) => box));
  $("main").hidden = $("card").hidden = false;
  card();
  fill(model.example ?? {});
}

// ---- the form

/** A column's field: `box`, `read()` to JSON text or nothing, `write(value)`, `say(kind, text)`. */
function field(column, index) {
  const id = "field-" + index;
  const { name, kind } = column;
  const error = make("p", { className: "error", id: id + "-error", hidden: true });
  const warnings = make("ul", { className: "warnings", id: id + "-warnings", hidden: true });
  const described = { id, name: id, "aria-describedby": `${error.id} ${warnings.id}`, autocomplete: "off" };
  const hint = make("span", { className: "quiet", textContent: hints(column) });
  const label = make("label", { htmlFor: id }, foreign(name), hint);
  const make_field = { text, number: numeric, category, boolean, timestamp }[kind] ?? line;
  const { inside, control, read, write } = make_field(column, described, label);
  const box = make(kind === "boolean" ? "fieldset" : "div", { className: kind === "text" ? "field wide" : "field" });
  box.append(...inside, error, warnings);
  box.addEventListener("input", later);
  const say = (problem, warned) => {
    show(error, ...(problem ? ["Error: ", foreign(problem)] : []));
    show(warnings, ...warned.map((text) => make("li", {}, "Warning: ", foreign(text))));
    control.setAttribute("aria-invalid", Boolean(problem));
  };
  return { name, box, control, read, write, say };
}

function hints({ kind, optional, range, categories }) {
  const parts = [];
  if (range) parts.push(`${number(range[0], 7)} to ${number(range[1], 7)} in training`);
  if (kind === "category" && categories?.length >= 50) parts.push("the 50 most frequent are listed");
  if (optional) parts.push("optional");
  return parts.join(" · ");
}

const quoted = (text) => JSON.stringify(text).replace(/[\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/g, (mark) => "\\u" + mark.charCodeAt(0).toString(16).padStart(4, "0"));
const written = (value) => (value === undefined || value === null ? "" : String(value));
const simple = (control) => ({
  read: () => (control.value === "" ? undefined : quoted(control.value)),
  write: (value) => (control.value = written(value)),
});

function text(column, described, label) {
  const control = make("textarea", { ...described, rows: 3, dir: "auto" });
  return { ...simple(control), inside: [label, control], control, read: () => quoted(control.value) };
}

function line(column, described, label) {
  const control = make("input", { ...described, type: "text", dir: "auto" });
  return { ...simple(control), inside: [label, control], control };
}

/** A number is sent as it is written: the function judges it, and rounds nothing away before. */
function numeric(column, described, label) {
  const made = line(column, described, label);
  const { control } = made;
  control.inputMode = "decimal";
  const [least, greatest] = column.range ?? [0, 0];
  const span = greatest - least;
  const whole = [least, greatest, column.example ?? 0].every(Number.isInteger) && span >= 2;
  // A power of ten that has some hundred steps in the range.
  const step = whole && span < 2000 ? 1 : 10 ** Math.floor(Math.log10(span / 100));
  const tidy = (value) => String(Number(value.toPrecision(12)));
  const move = (steps) => {
    control.value = tidy(Math.round((Number(control.value || least) + steps * step) / step) * step);
    control.dispatchEvent(new Event("input", { bubbles: true }));
  };
  const read = () => {
    const value = control.value.trim();
    return /^-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?$/.test(value) ? value : value && quoted(value);
  };
  if (!(span > 0 && Number.isFinite(step))) return { ...made, read: () => read() || undefined };
  // For finger and mouse; on the keyboard, the arrows in the field do the same.
  const slider = make("input", { type: "range", min: least, max: greatest, step: "any", tabIndex: -1, "aria-hidden": "true" });
  slider.addEventListener("input", () => (control.value = tidy(Math.round(slider.value / step) * step)));
  const follow = () => (slider.value = control.value === "" ? (least + greatest) / 2 : control.value);
  control.addEventListener("input", follow);
  control.addEventListener("keydown", (event) => {
    const steps = { ArrowUp: 1, ArrowDown: -1, PageUp: 10, PageDown: -10 }[event.key];
    if (!steps) return;
    event.preventDefault();
    move(steps);
  });
  const write = (value) => {
    made.write(value);
    follow();
  };
  return { ...made, inside: [label, control, slider], read: () => read() || undefined, write };
}

function category(column, described, label) {
  const known = (column.categories ?? []).filter((name) => name !== "");
  if (known.length === 0) return line(column, described, label);
  const option = (value, inside) => make("option", { value, dir: "auto" }, inside);
  const control = make("select", described);
  control.append(
    option("none", "– no value –"),
    ...known.map((name, index) => option("k" + index, short(name))),
    option("other", "another value …"),
  );
  const other = make("input", { type: "text", className: "other", dir: "auto", autocomplete: "off", hidden: true, "aria-label": "Another value of " + short(column.name) });
  control.addEventListener("input", () => {
    other.hidden = control.value !== "other";
  });
  const read = () => {
    if (control.value === "other") return quoted(other.value);
    return control.value === "none" ? undefined : quoted(known[control.value.slice(1)]);
  };
  const write = (value) => {
    const place = known.indexOf(written(value));
    control.value = value === undefined || value === null ? "none" : place < 0 ? "other" : "k" + place;
    other.hidden = control.value !== "other";
    other.value = written(value);
  };
  return { inside: [label, control, other], control, read, write };
}

function boolean(column, { id, ...described }, label) {
  const choices = [["true", "yes"], ["false", "no"], ["", "no value"]].map(([value, word]) => {
    const input = make("input", { ...described, type: "radio", value });
    return { input, box: make("label", {}, input, make("span", { textContent: word })) };
  });
  const control = make("div", { className: "choice", id, tabIndex: -1 }, ...choices.map(({ box }) => box));
  const read = () => choices.find(({ input }) => input.checked)?.input.value || undefined;
  const write = (value) => {
    // The words that training takes for a boolean, as an example may have them.
    const word = /^(true|t|yes|y|1)$/i.test(written(value)) ? "true" : written(value) === "" ? "" : "false";
    choices.forEach(({ input }) => (input.checked = input.value === word));
  };
  return { inside: [make("legend", {}, ...label.childNodes), control], control: choices[0].input, read, write };
}

function timestamp(column, described, label) {
  const made = line(column, described, label);
  const { control } = made;
  control.placeholder = "2026-02-01T08:30";
  const picker = make("input", { type: "datetime-local", className: "picker", tabIndex: -1, "aria-hidden": "true" });
  const button = make("button", { type: "button", textContent: "Pick", "aria-label": "Pick a time for " + short(column.name) });
  button.onclick = () => {
    picker.value = control.value.replace(" ", "T").slice(0, 16);
    picker.showPicker?.();
  };
  picker.addEventListener("input", () => (control.value = picker.value));
  return { ...made, inside: [label, make("div", { className: "line" }, control, button, picker)] };
}

function fill(row) {
  for (const { name, write } of fields) write(Object.hasOwn(row, name) ? row[name] : undefined);
  ask();
}

/** The row as JSON, in the order of the columns. */
function row() {
  const members = fields.map(({ name, read }) => [name, read()]).filter(([, value]) => value !== undefined);
  return "{" + members.map(([name, value]) => `${quoted(name)}: ${value}`).join(", ") + "}";
}

// ---- asking

let timer;
function later() {
  $("answer").ariaBusy = "true";
  clearTimeout(timer);
  timer = setTimeout(ask, PAUSE);
}

let under_way;
async function ask() {
  $("answer").ariaBusy = "true";
  clearTimeout(timer);
  under_way?.abort();
  under_way = new AbortController();
  const turn = ++asked;
  const path = model.explain ? `predict?explain=${EXPLAINED}` : "predict";
  const body = row();
  curl(path, body);
  const answer = await call(path, body, under_way.signal).catch(() => unreachable);
  if (turn !== asked) return; // a newer question is on its way
  $("answer").ariaBusy = "false";
  if (wantsKey(answer)) return askForKey(answer);
  $("json").textContent = answer.status === 0 ? "" : pretty(answer);
  if (answer.ok) told(answer);
  else if (answer.value.code === "explain_unavailable") {
    model.explain = false;
    ask();
  } else refused(answer);
}

const pretty = ({ value, text }) => (Object.keys(value).length ? JSON.stringify(value, null, 2) : text);

function refused(answer) {
  latest = undefined;
  const faults = answer.value.errors ?? (answer.value.field ? [{ pointer: answer.value.field, detail: answer.value.detail }] : []);
  const rest = mark(faults, "pointer");
  fields.forEach((field) => field.say(rest.at(field).map(({ detail }) => detail).join("; "), []));
  show($("decision"), "No answer");
  $("took").textContent = "";
  const homeless = rest.homeless.map(({ detail }) => detail);
  const count = faults.length - homeless.length;
  const text = count ? [`${count === 1 ? "One field needs" : count + " fields need"} another value.`, ...homeless] : [sentence(answer)];
  show($("problem"), foreign(text.join(" ")));
  $("told").hidden = true;
  say("No answer. " + text.join(" "));
}

/** Faults or warnings by the field that their JSON Pointer (RFC 6901) names. */
function mark(list, member) {
  const name_of = (item) => item[member]?.split("/")[1]?.replaceAll("~1", "/").replaceAll("~0", "~");
  const at = ({ name }) => list.filter((item) => name_of(item) === name);
  return { at, homeless: list.filter((item) => !fields.some(({ name }) => name === name_of(item))) };
}

function told({ value, ms }) {
  latest = value;
  const warnings = mark(value.warnings ?? [], "field");
  const words = ({ detail, code }) => detail || plain(code ?? "");
  fields.forEach((field) => field.say("", warnings.at(field).map(words)));
  show($("general"), ...warnings.homeless.map((warning) => make("li", {}, "Warning: ", foreign(words(warning)))));
  show($("problem"));
  $("told").hidden = false;
  $("took").textContent = `there and back in ${ms < 10 ? ms.toFixed(1) : Math.round(ms)} ms`;
  const shares = probabilities(value);
  if (value.value !== undefined) show($("decision"), foreign(model.card?.target ?? ""), make("span", { className: "share", textContent: number(value.value) }));
  else {
    const share = shares.find(([label]) => label === value.label)?.[1];
    show($("decision"), foreign(value.label), make("span", { className: "share", textContent: share === undefined ? "" : percent(share) }));
  }
  threshold(value, shares);
  bars(value, shares);
  explanation(value);
  $("told").hidden = [...$("told").children].every(({ hidden }) => hidden);
  const count = (value.warnings ?? []).length;
  say(short($("decision").textContent) + (count ? `. ${count} ${count === 1 ? "warning" : "warnings"}.` : ""));
}

/** For those who listen: once the typing rests, and not the same thing twice. */
let mouth;
function say(text) {
  clearTimeout(mouth);
  if (text === said) return;
  mouth = setTimeout(() => ($("said").textContent = said = text), 700);
}

/** The answer's own order; a script's objects would put labels that are whole numbers first. */
function probabilities({ probabilities = {} }) {
  const places = new Map((model.labels ?? []).map((label, place) => [label, place]));
  return Object.entries(probabilities).sort((a, b) => b[1] - a[1] || places.get(a[0]) - places.get(b[0]));
}

function threshold(value, shares) {
  const second = model.labels?.[1];
  const share = shares.find(([label]) => label === second)?.[1];
  if (typeof model.threshold !== "number" || share === undefined) return show($("threshold"));
  const is_reached = share >= model.threshold;
  show($("threshold"), "Decision: ", foreign(second), ` has ${percent(share)}, ${is_reached ? "which reaches" : "less than"} the threshold of ${percent(model.threshold)}.`);
}

function bars(value, shares) {
  const shown = showsAll ? shares : shares.slice(0, SHOWN);
  const items = list($("bars"), shown.map(([label]) => label), (label) =>
    make("li", {}, make("span", { className: "named" }, foreign(label), make("b")), make("span", { className: "track", "aria-hidden": "true" }, make("i"))),
  );
  shown.forEach(([label, share], place) => {
    const item = items[place];
    item.classList.toggle("is-answer", label === value.label);
    item.querySelector("b").textContent = percent(share);
    item.querySelector("i").style.width = share * 100 + "%";
    const marks = typeof model.threshold === "number" && label === model.labels?.[1];
    if (marks && !item.querySelector(".mark")) {
      const mark = make("i", { className: "mark" });
      mark.style.left = model.threshold * 100 + "%";
      item.querySelector(".track").append(mark);
    }
  });
  $("bars").hidden = shown.length === 0;
  $("all").hidden = shares.length <= SHOWN;
  $("all").textContent = showsAll ? `Only the first ${SHOWN}` : `All ${shares.length} labels`;
  $("all").setAttribute("aria-expanded", showsAll);
}

/** Children by key, made once, glided to where they belong. */
function list(parent, keys, make_child) {
  const before = new Map([...parent.children].map((child) => [child.key, { child, top: child.offsetTop }]));
  const children = keys.map((key) => before.get(key)?.child ?? Object.assign(make_child(key), { key }));
  const wanted = new Set(children);
  [...parent.children].forEach((child) => wanted.has(child) || child.remove());
  children.forEach((child, place) => parent.children[place] === child || parent.insertBefore(child, parent.children[place] ?? null));
  if (!still.matches) {
    children.forEach((child) => {
      const by = before.has(child.key) ? before.get(child.key).top - child.offsetTop : 0;
      if (by) child.animate([{ transform: `translateY(${by}px)` }, { transform: "none" }], { duration: 200, easing: "ease-out" });
    });
  }
  return children;
}

function explanation({ label, explanation }) {
  $("why").hidden = !explanation;
  if (!explanation) return;
  show($("why-title"), "What spoke for and against ", ...(label === undefined ? ["a higher value"] : [foreign(label)]));
  const { features = [], intercept, rest, score } = explanation;
  const most = Math.max(...features.map(({ contribution }) => Math.abs(contribution)), 1e-12);
  const items = list($("parts"), features.map(({ feature, column }) => column + "\n" + feature), () =>
    make("li", {}, make("span", { className: "named" }, make("span"), make("b")), make("span", { className: "track", "aria-hidden": "true" }, make("i"))),
  );
  features.forEach(({ feature, column, contribution }, place) => {
    const item = items[place];
    const name = item.querySelector(".named span");
    name.replaceChildren(foreign(feature === "" ? column : feature));
    if (model.columns.length > 1 && feature !== column && !/^[=.]/.test(feature.startsWith(column) ? feature.slice(column.length) : "")) {
      name.append(" ", make("span", { className: "column" }, "in ", foreign(column)));
    }
    item.className = contribution < 0 ? "against" : "for";
    item.querySelector("b").textContent = `${signed(contribution)} ${item.className}`;
    const width = (50 * Math.abs(contribution)) / most;
    const bar = item.querySelector("i");
    bar.style.width = width + "%";
    bar.style.left = (contribution < 0 ? 50 - width : 50) + "%";
  });
  const parts = [[intercept, "at the start"], [score - intercept - rest, "of these"], [rest, "of all else"]];
  $("sum").textContent = `Score ${number(score)}: ` + parts.map(([part, what]) => `${signed(part)} ${what}`).join(", ");
}

// ---- curl

function curl(path, body) {
  const single = (text) => "'" + text.replaceAll("'", "'\\''") + "'";
  const lines = [`curl ${single(base + path)}`, "-H 'content-type: application/json'"];
  if (key) lines.push('-H "x-api-key: $HEARTH_API_KEY"');
  lines.push("-d " + single(body));
  $("curl").textContent = lines.join(" \\\n  ");
}

$("copy").onclick = async () => {
  let is_done = true;
  try {
    await navigator.clipboard.writeText($("curl").textContent);
  } catch {
    // Without TLS there is no clipboard to ask; the old way needs a selection.
    getSelection().selectAllChildren($("curl"));
    is_done = document.execCommand("copy");
  }
  $("copy").textContent = $("said").textContent = said = is_done ? "Copied" : "Selected";
  setTimeout(() => ($("copy").textContent = "Copy"), 1500);
};

// ---- the model card

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
    ["Columns", columns && table_of_columns(columns)],
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
    .filter(([name, value]) => !is_empty(value) && !name.endsWith("_interval"))
    .flatMap(([name, value]) => [make("dt", {}, foreign(plain(name))), make("dd", {}, any(value, true), between(object[name + "_interval"]))]);
}

const is_empty = (value) => value === undefined || value === null || value === "" || (typeof value === "object" && Object.values(value).every(is_empty));

/** Any JSON, readably. */
function any(value, is_inner) {
  if (typeof value === "number") return String(number(value));
  if (typeof value !== "object" || value === null) return foreign(value ?? "none");
  if (!Array.isArray(value)) {
    const members = Object.entries(value).filter(([, member]) => !is_empty(member));
    if (!is_inner || members.some(([, member]) => typeof member === "object")) return make("dl", {}, ...terms(value));
    const inside = members.flatMap(([name, member], place) => [place ? " · " : "", make("span", { className: "quiet" }, foreign(plain(name))), " ", any(member)]);
    return make("span", {}, ...inside);
  }
  const is_record = (item) => typeof item === "object" && item !== null && !Array.isArray(item);
  if (value.length && value.every(is_record)) {
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

function table_of_columns(columns) {
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

// ---- what people do

$("openapi").href = base + "openapi.json";
$("form").addEventListener("submit", (event) => {
  event.preventDefault();
  ask();
});
$("example").onclick = () => fill(model.example ?? {});
$("clear").onclick = () => {
  fill({});
  fields[0]?.control.focus();
};
$("all").onclick = () => {
  showsAll = !showsAll;
  bars(latest, probabilities(latest));
};
$("key").addEventListener("submit", (event) => {
  event.preventDefault();
  key = $("key-value").value;
  open();
});
open();

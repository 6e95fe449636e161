// The answer: asked while one types, shown as bars.

let timer;
function later() {
  $("answer").ariaBusy = "true";
  clearTimeout(timer);
  timer = setTimeout(ask, PAUSE);
}

let underWay;
async function ask() {
  $("answer").ariaBusy = "true";
  clearTimeout(timer);
  underWay?.abort();
  underWay = new AbortController();
  const turn = ++asked;
  const path = model.explain ? `predict?explain=${EXPLAINED}` : "predict";
  const body = row();
  snippet();
  const answer = await call(path, body, underWay.signal).catch(() => unreachable);
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
  const { errors, field, detail } = answer.value;
  const faults = errors ?? (field ? [{ pointer: field, detail }] : []);
  const rest = mark(faults, "pointer");
  fields.forEach((field) => field.say(rest.at(field).map(({ detail }) => detail).join("; "), []));
  show($("decision"), "No answer");
  show($("took"));
  const homeless = rest.homeless.map(({ detail }) => detail);
  const count = faults.length - homeless.length;
  const fault = `${count === 1 ? "One field needs" : count + " fields need"} another value.`;
  const text = count ? [fault, ...homeless] : [sentence(answer)];
  show($("problem"), foreign(text.join(" ")));
  $("told").hidden = true;
  say("No answer. " + text.join(" "));
}

/** Faults or warnings by the field that their JSON Pointer (RFC 6901) names. */
function mark(list, member) {
  const nameOf = (item) => item[member]?.split("/")[1]?.replaceAll("~1", "/").replaceAll("~0", "~");
  const at = ({ name }) => list.filter((item) => nameOf(item) === name);
  return { at, homeless: list.filter((item) => !fields.some(({ name }) => name === nameOf(item))) };
}

function told({ value, ms }) {
  latest = value;
  const warnings = mark(value.warnings ?? [], "field");
  const words = ({ detail, code }) => detail || plain(code ?? "");
  fields.forEach((field) => field.say("", warnings.at(field).map(words)));
  show($("general"), ...warnings.homeless.map((warning) => make("li", {}, "Warning: ", foreign(words(warning)))));
  show($("problem"));
  $("told").hidden = false;
  const version = value.model?.version ?? model.version;
  show($("took"), `round trip ${ms < 10 ? ms.toFixed(1) : Math.round(ms)} ms`);
  // A variant, or a model that was replaced meanwhile.
  if (value.variant !== undefined) $("took").append(", by the variant ", foreign(value.variant));
  if (version !== model.version) $("took").append(", by version ", foreign(version), ", which this page does not describe");
  const shares = probabilities(value);
  const share = shares.find(([label]) => label === value.label)?.[1];
  const isValue = value.value !== undefined;
  const figure = isValue ? number(value.value) : share === undefined ? "" : percent(share);
  const name = isValue ? model.card?.target : value.label;
  show($("decision"), foreign(name ?? ""), " ", make("span", { className: "share", textContent: figure }));
  threshold(value);
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

function threshold({ decision }) {
  if (!decision) return show($("threshold"));
  const { label, threshold, probability } = decision;
  const reach = probability >= threshold ? "which reaches" : "less than";
  show($("threshold"), "Decision: ", foreign(label), ` has ${percent(probability)}, ${reach} the threshold of ${percent(threshold)}.`);
}

/** A line of a chart: a name, a number, and its bar, which says no more than the number. */
function bar(name) {
  const track = make("span", { className: "track", "aria-hidden": "true" }, make("i"));
  return make("li", {}, make("span", { className: "named" }, name, make("b")), track);
}

function bars(value, shares) {
  const shown = showsAll ? shares : shares.slice(0, SHOWN);
  const items = list($("bars"), shown.map(([label]) => label), (label) => bar(foreign(label)));
  shown.forEach(([label, share], place) => {
    const item = items[place];
    item.classList.toggle("is-answer", label === value.label);
    item.querySelector("b").textContent = percent(share);
    item.querySelector("i").style.width = share * 100 + "%";
    const marks = value.decision?.label === label;
    if (marks && !item.querySelector(".mark")) {
      const mark = make("i", { className: "mark" });
      mark.style.left = value.decision.threshold * 100 + "%";
      item.querySelector(".track").append(mark);
    }
  });
  $("bars").hidden = shown.length === 0;
  $("all").hidden = shares.length <= SHOWN;
  $("all").textContent = showsAll ? `Only the first ${SHOWN}` : `All ${shares.length} labels`;
  $("all").setAttribute("aria-expanded", showsAll);
}

/** Children by key, made once, glided to where they belong. */
function list(parent, keys, makeChild) {
  const before = new Map([...parent.children].map((child) => [child.key, { child, top: child.offsetTop }]));
  const children = keys.map((key) => before.get(key)?.child ?? Object.assign(makeChild(key), { key }));
  const wanted = new Set(children);
  [...parent.children].forEach((child) => wanted.has(child) || child.remove());
  children.forEach((child, place) => {
    const there = parent.children[place] ?? null;
    if (there !== child) parent.insertBefore(child, there);
  });
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
  show($("why-title"), "Contributions for and against ", ...(label === undefined ? ["a higher value"] : [foreign(label)]));
  const { features = [], intercept, rest, score } = explanation;
  const most = Math.max(...features.map(({ contribution }) => Math.abs(contribution)), 1e-12);
  const keys = features.map(({ feature, column }) => column + "\n" + feature);
  const items = list($("parts"), keys, () => bar(make("span")));
  features.forEach(({ feature, column, contribution }, place) => {
    const item = items[place];
    const name = item.querySelector(".named span");
    name.replaceChildren(foreign(feature === "" ? column : readable(feature)));
    const saysColumn = feature.startsWith(column) && /^[=.]|^$/.test(feature.slice(column.length));
    if (model.columns.length > 1 && !saysColumn) {
      name.append(" ", make("span", { className: "column" }, "in ", foreign(column)));
    }
    item.className = contribution < 0 ? "against" : "for";
    item.querySelector("b").textContent = `${signed(contribution)} ${item.className}`;
    const width = (50 * Math.abs(contribution)) / most;
    const { style } = item.querySelector("i");
    style.width = width + "%";
    style.left = (contribution < 0 ? 50 - width : 50) + "%";
  });
  const parts = [[intercept, "intercept"], [score - intercept - rest, "these features"], [rest, "all others"]];
  $("sum").textContent = `Score${unit()} ${number(score)}: ` + parts.map(([part, what]) => `${signed(part)} ${what}`).join(", ");
}

const DAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
const MONTHS = ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"];

/** A part of a time by its name: `opened.weekday=1` is a Tuesday. */
const readable = (feature) =>
  feature
    .replace(/\.weekday=([0-6])$/, (_, day) => `, ${DAYS[day]}s`)
    .replace(/\.month=(\d+)$/, (all, month) => (MONTHS[month - 1] ? `, in ${MONTHS[month - 1]}` : all))
    .replace(/\.hour=(\d+)$/, (_, hour) => `, from ${hour}:00 to ${hour}:59`);

/** The unit of a score: of two labels its log-odds, where the estimator has such. */
function unit() {
  if (!model.labels?.length) return "";
  if (/forest|trees/.test(model.estimator)) return " (difference of probabilities)";
  if (/svc/.test(model.estimator)) return " (distance from the border)";
  return model.labels.length === 2 ? " (log-odds)" : " (log-odds against the mean of the other labels)";
}

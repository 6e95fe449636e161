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
  r2: "R²", roc_auc: "ROC AUC", ece: "calibration error", brier: "Brier score", f1: "F1", macro_f1: "macro F1",
  mae: "mean absolute error", rmse: "root mean squared error", support: "rows",
  num_chars: "characters", num_tokens: "tokens", oov_ratio: "share of unknown words",
};
const plain = (name) => (Object.hasOwn(NAMES, name) ? NAMES[name] : name.replaceAll("_", " "));

function number(value, digits = 4) {
  if (!Number.isFinite(value)) return String(value);
  const size = Math.abs(value);
  const sign = value < 0 ? "−" : "";
  if (Number.isInteger(size) && size < 1e15) return sign + size.toLocaleString("en");
  if (size >= 1e9 || size < 1e-4) return sign + size.toPrecision(3);
  return sign + size.toLocaleString("en", { maximumSignificantDigits: size >= 1000 ? 7 : digits });
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

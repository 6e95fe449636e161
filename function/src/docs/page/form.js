// The form: a field a column.

/** A column's field: `box`, `read()` to JSON text or nothing, `write(value)`, `say(kind, text)`. */
function field(column, index) {
  const id = "field-" + index;
  const { name, kind } = column;
  const error = make("p", { className: "error", id: id + "-error", hidden: true });
  const warnings = make("ul", { className: "warnings", id: id + "-warnings", hidden: true });
  const ends = column.range ? id + "-ends" : "";
  const described = { id, name: id, "aria-describedby": `${ends} ${error.id} ${warnings.id}`.trim(), autocomplete: "off" };
  const hint = make("span", { className: "quiet", textContent: hints(column) });
  const label = make("label", { htmlFor: id }, foreign(name), hint);
  const makeField = { text, number: numeric, category, boolean, timestamp }[kind] ?? line;
  const { inside, control, read, write } = makeField(column, described, label);
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

function hints({ kind, optional, categories }) {
  const parts = [];
  if (kind === "category" && categories?.length >= 50) parts.push("the 50 most frequent are listed");
  if (optional) parts.push("optional");
  return parts.join(" · ");
}

// What nobody sees, or what turns text around, is written as an escape.
const UNSEEN = /[\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/g;
const escape = (mark) => "\\u" + mark.charCodeAt(0).toString(16).padStart(4, "0");
const quoted = (text) => JSON.stringify(text).replace(UNSEEN, escape);
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
  const unseen = (textContent) => make("span", { className: "unseen", textContent });
  const last = make("span", {}, number(greatest, 7), unseen(" in training"));
  const ends = make("p", { className: "ends quiet", id: described.id + "-ends" }, number(least, 7), unseen(" to "), last);
  if (!column.range) ends.hidden = true;
  if (!(span > 0 && Number.isFinite(step))) return { ...made, inside: [label, control, ends], read: () => read() || undefined };
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
  return { ...made, inside: [label, control, slider, ends], read: () => read() || undefined, write };
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
  const other = make("input", { type: "text", className: "other", dir: "auto", autocomplete: "off", hidden: true });
  other.ariaLabel = "Another value of " + short(column.name);
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

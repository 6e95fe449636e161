// The same request for programs: curl, Python and JavaScript, with one row, many rows or a table.

const LANGUAGES = ["curl", "python", "javascript"];
let language = "curl";

const header = (sends) => (sends === "csv" ? "text/csv" : "application/json");
const asks = () => key !== "" || $("with-key").checked;
const indent = (text, by) => text.replaceAll("\n", "\n" + " ".repeat(by));

/** Names with the row's values as JSON text; of many rows and tables, missing ones as well. */
const members = (isWhole) =>
  fields.map(({ name, read }) => [name, read()]).filter(([, value]) => isWhole || value !== undefined);

/** One cell of a table, by RFC 4180. */
function cell(json) {
  if (json === undefined) return "";
  const text = json.startsWith('"') ? JSON.parse(json) : json;
  return /[",\r\n]|^\s|\s$/.test(text) ? '"' + text.replaceAll('"', '""') + '"' : text;
}

function csv() {
  const all = members(true);
  const line = all.map(([, value]) => cell(value)).join(",");
  return [all.map(([name]) => cell(quoted(name))).join(","), line, line];
}

// A line end stands in a string of both languages as it stands in JSON.
const source = (text) => quoted(text);

const WRITERS = {
  curl(url, sends) {
    const single = (text) => "'" + text.replaceAll("'", "'\\''") + "'";
    const lines = [`curl ${single(url)}`, `-H 'content-type: ${header(sends)}'`];
    if (asks()) lines.push('-H "x-api-key: $HEARTH_API_KEY"');
    if (sends === "csv") {
      const table = csv().map(single).join(" ");
      return `printf '%s\\n' ${table} |\n  ` + [...lines, "--data-binary @-"].join(" \\\n    ");
    }
    const one = row();
    return [...lines, "-d " + single(sends === "many" ? `{"instances": [${one},\n ${one}]}` : one)].join(" \\\n  ");
  },

  python(url, sends) {
    const words = { true: "True", false: "False", null: "None" };
    const literal = () => "{" + members().map(([name, value]) => `${quoted(name)}: ${words[value] ?? value}`).join(", ") + "}";
    const data = {
      one: () => "json=" + literal(),
      many: () => `json={"instances": [\n    ${literal()},\n    ${literal()},\n]}`,
      csv: () => `data="\\n".join([\n${csv().map((line) => `    ${source(line)},\n`).join("")}]).encode()`,
    }[sends]();
    const headers = [];
    if (sends === "csv") headers.push('"content-type": "text/csv"');
    if (asks()) headers.push('"x-api-key": os.environ["HEARTH_API_KEY"]');
    const parts = [source(url), indent(data, 4)];
    if (headers.length) parts.push(`headers={${headers.join(", ")}}`);
    const call = `answer = requests.post(\n${parts.map((part) => `    ${part},\n`).join("")})`;
    const imports = asks() ? "import os\n\nimport requests" : "import requests";
    return `${imports}\n\n${call}\nanswer.raise_for_status()\nprint(answer.json())`;
  },

  javascript(url, sends) {
    const name = (text) => (text === "__proto__" ? '["__proto__"]' : quoted(text));
    const literal = () => "{ " + members().map(([of, value]) => `${name(of)}: ${value}`).join(", ") + " }";
    const body = {
      one: () => `JSON.stringify(${literal()})`,
      many: () => `JSON.stringify({ instances: [\n    ${literal()},\n    ${literal()},\n  ] })`,
      csv: () => `[\n${csv().map((line) => `    ${source(line)},\n`).join("")}  ].join("\\n")`,
    }[sends]();
    const headers = [`"content-type": "${header(sends)}"`];
    if (asks()) headers.push('"x-api-key": process.env.HEARTH_API_KEY');
    return [
      `const response = await fetch(${source(url)}, {`,
      '  method: "POST",',
      `  headers: { ${headers.join(", ")} },`,
      `  body: ${body},`,
      "});",
      "if (!response.ok) throw new Error(await response.text());",
      "console.log(await response.json());",
    ].join("\n");
  },
};

function snippet() {
  const sends = document.querySelector("[name=sends]:checked").value;
  const path = sends === "one" && model.explain ? `predict?explain=${EXPLAINED}` : "predict";
  $("curl").textContent = WRITERS[language](base + path, sends);
}

/** Chooses a language: its tab is the one that the tab key reaches, the arrows reach the others. */
function speak(chosen) {
  language = chosen;
  for (const one of LANGUAGES) {
    $("tab-" + one).ariaSelected = String(one === chosen);
    $("tab-" + one).tabIndex = one === chosen ? 0 : -1;
  }
  $("curl").setAttribute("aria-labelledby", "tab-" + chosen);
  snippet();
}

LANGUAGES.forEach((one, place) => {
  const tab = $("tab-" + one);
  tab.onclick = () => speak(one);
  tab.onkeydown = (event) => {
    const to = { ArrowRight: place + 1, ArrowLeft: place - 1, Home: 0, End: -1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    const next = LANGUAGES.at(to % LANGUAGES.length);
    speak(next);
    $("tab-" + next).focus();
  };
});
$("sends").onchange = $("with-key").onchange = snippet;

$("copy").onclick = async () => {
  let isDone = true;
  try {
    await navigator.clipboard.writeText($("curl").textContent);
  } catch {
    // Without TLS there is no clipboard to ask; the old way needs a selection.
    getSelection().selectAllChildren($("curl"));
    isDone = document.execCommand("copy");
  }
  $("copy").textContent = $("said").textContent = said = isDone ? "Copied" : "Selected";
  setTimeout(() => ($("copy").textContent = "Copy"), 1500);
};

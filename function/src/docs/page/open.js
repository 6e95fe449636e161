// Asks the function, and opens the page with the model.

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
  return value.detail ?? value.message ?? `The answer has status ${status} and does not come from this function.`;
}

const unreachable = { status: 0, ok: false, text: "", value: {} };

function askForKey(answer) {
  const isWrong = key !== "";
  $("openapi").removeAttribute("href"); // a link takes no key along
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
  if (!answer.ok) {
    const again = make("button", { type: "button", textContent: "Try again", onclick: open });
    return show($("notice"), "This model has no form. ", foreign(sentence(answer)), " ", again);
  }
  model = answer.value;
  document.title = short(model.name) + " · Hearth";
  show($("name"), foreign(model.name));
  try {
    about();
    card();
  } catch {
    // A card of another shape, or too deep, is no reason to have no form.
    show($("sections"), "The model card cannot be shown.");
  }
  $("card").hidden = false;
  if (!model.columns) return show($("notice"), "There is no form: the fields of this model are hidden.");
  fields = model.columns.map(field);
  $("fields").replaceChildren(...fields.map(({ box }) => box));
  $("main").hidden = false;
  fill(model.example ?? {});
}

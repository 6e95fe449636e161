// What people do, and the beginning.

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

"use strict";
// The slider: counts by threshold stand in the page, so that it works without a server.
{
  const box = document.getElementById("decide");
  const slider = document.getElementById("at");
  const { step, right, wrong } = JSON.parse(box.dataset.counts);
  const sums = (counts) => counts.reduceRight((sums, count) => [count + (sums[0] ?? 0), ...sums], []);
  const [hits, alarms] = [sums(right), sums(wrong)];
  const share = (part, whole) => (whole > 0 ? ((100 * part) / whole).toFixed(1) + " %" : "–");
  const digits = Math.max(3, Math.ceil(-Math.log10(step)));
  const say = (name, text) => document.querySelectorAll(`[data-figure="${name}"]`).forEach((one) => (one.textContent = text));

  const move = (id, x, y) => {
    const mark = document.getElementById(id);
    if (!mark) return;
    const [left, top, width, height] = mark.dataset.box.split(" ").map(Number);
    mark.setAttribute("cx", left + x * width);
    mark.setAttribute("cy", top + (1 - y) * height);
  };

  const update = () => {
    const at = Number(slider.value);
    const [yes, no] = [hits[at], alarms[at]];
    const [missed, spared] = [hits[0] - yes, alarms[0] - no];
    const all = hits[0] + alarms[0];
    const threshold = (at * step).toFixed(digits);
    slider.setAttribute("aria-valuetext", threshold);
    const figures = {
      threshold,
      precision: share(yes, yes + no),
      recall: share(yes, yes + missed),
      f1: share(2 * yes, 2 * yes + no + missed),
      accuracy: share(yes + spared, all),
      covered: share(yes + no, all),
      right: yes,
      wrong: no,
      missed,
      spared,
      left: missed + spared,
    };
    for (const [name, text] of Object.entries(figures)) say(name, text);
    const recall = hits[0] ? yes / hits[0] : 0;
    move("roc-here", alarms[0] ? no / alarms[0] : 0, recall);
    move("pr-here", recall, yes + no ? yes / (yes + no) : 1);
  };

  slider.addEventListener("input", update);
  slider.setAttribute("aria-valuetext", document.querySelector("#decide output").textContent);
  box.hidden = false;
}

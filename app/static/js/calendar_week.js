// The week of a service calendar: more hours on a day, Monday's hours for the other working days.
(function () {
  "use strict";
  const form = document.querySelector("form[data-week]");
  if (!form) return;
  const pairsOf = (row) => row.querySelector("[data-pairs]");

  function add(row, start, end) {
    const pairs = pairsOf(row);
    const made = pairs.lastElementChild.cloneNode(true);
    const inputs = made.querySelectorAll("input");
    inputs[0].value = start || "";
    inputs[1].value = end || "";
    pairs.append(made);
    return inputs[0];
  }

  // One empty pair is always there; without script it is the way to add hours.
  function clear(pair) {
    if (pair.parentElement.children.length > 1) { pair.remove(); return; }
    pair.querySelectorAll("input").forEach((input) => { input.value = ""; });
  }

  form.addEventListener("click", (event) => {
    const row = event.target.closest("[data-day]");
    if (!row) return;
    if (event.target.closest("[data-add-pair]")) { add(row).focus(); return; }
    const pair = event.target.closest("[data-clear-pair]");
    if (pair) { clear(pair.closest(".hours-pair")); return; }
    if (!event.target.closest("[data-copy-day]")) return;
    const hours = [...pairsOf(row).children].map((one) => [...one.querySelectorAll("input")].map((input) => input.value));
    ["tue", "wed", "thu", "fri"].forEach((day) => {
      const other = form.querySelector('[data-day="' + day + '"]');
      const base = other.querySelector("input[type=checkbox]");
      if (base) base.checked = false;
      while (pairsOf(other).children.length > 1) pairsOf(other).lastElementChild.remove();
      const first = pairsOf(other).firstElementChild.querySelectorAll("input");
      first[0].value = hours[0][0];
      first[1].value = hours[0][1];
      hours.slice(1).forEach((one) => add(other, one[0], one[1]));
      // Names of the controls are those of their own day.
      const names = (text) => text.replace(/^[a-z]+-/, day + "-");
      pairsOf(other).querySelectorAll("input").forEach((input) => { input.name = names(input.name); });
    });
  });

  // Whoever types hours does not want those of the base.
  form.addEventListener("input", (event) => {
    const row = event.target.closest("[data-day]");
    const base = row && row.querySelector("input[type=checkbox]");
    if (base && event.target.type === "time" && event.target.value) base.checked = false;
  });
})();

// The filter builder: fetched when it is first opened; conditions are added, changed and taken away row by row.
(function () {
  "use strict";
  const { on, enhance } = window.desk;

  const place = document.getElementById("filters");
  if (!place) return;
  const form = () => place.querySelector("[data-filter-builder]");
  const rows = () => place.querySelector("[data-filter-rows]");
  const fields = () => place.querySelectorAll("[data-value] [name]");
  const parts = (column) => place.querySelector(`template[data-filter="${CSS.escape(column)}"]`).content;

  // It unfolds once it is there: an empty one has no height to unfold to.
  place.addEventListener("show.bs.collapse", (event) => {
    if (form() || event.target !== place) return;
    event.preventDefault();
    if (place.ariaBusy === "true") return;
    place.ariaBusy = "true";
    window.htmx.ajax("GET", place.dataset.fetch, { target: place, swap: "innerHTML" }).then(() => {
      place.ariaBusy = null;
      if (form()) document.querySelector("[data-bs-target='#filters']").click();
    });
  });
  place.addEventListener("htmx:afterSwap", () => {
    rows().querySelectorAll("[data-filter-row]").forEach((row) => { row.dataset.input = row.querySelector("[data-operator]").selectedOptions[0].dataset.input; });
  });

  // Each operator has a control of its own; what is typed stays where the next one has the same.
  function change(row) {
    const operator = row.querySelector("[data-operator]");
    const control = row.querySelector("[data-value]");
    const input = operator.selectedOptions[0].dataset.input;
    if (row.dataset.input !== input) {
      row.dataset.input = input;
      control.replaceChildren(parts(row.dataset.filterRow).querySelector(`template[data-input="${input}"]`).content.cloneNode(true));
      enhance(control);
    }
    control.querySelector("input, select").name = operator.value;
  }

  function focus(row) {
    const made = row.querySelector(".ts-control input");
    const control = made || row.querySelector("[data-value] :is(input, select):not([type=hidden])") || row.querySelector("[data-operator]");
    control.focus();
  }

  on("change", "[data-operator]", (_event, operator) => {
    const row = operator.closest("[data-filter-row]");
    change(row);
    focus(row);
  });
  on("click", "[data-remove-filter]", (_event, button) => {
    button.closest("[data-filter-row]").remove();
    place.querySelector("[data-add-filter]").focus();
  });
  on("change", "[data-add-filter]", (_event, add) => {
    if (!add.value) return;
    const row = parts(add.value).querySelector("[data-filter-row]").cloneNode(true);
    add.value = "";
    row.dataset.input = "";
    rows().append(row);
    change(row);
    focus(row);
  });
  // A condition without a value is none.
  on("submit", "[data-filter-builder]", () => fields().forEach((field) => { if (!field.value) field.disabled = true; }));
  // Back to this page: the conditions can be sent again.
  window.addEventListener("pageshow", () => fields().forEach((field) => { field.disabled = false; }));
})();

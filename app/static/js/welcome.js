// Another row of the same fields, empty, where several are made at once.
(function () {
  "use strict";
  window.desk.on("click", "[data-add-row]", (_event, button) => {
    const rows = button.closest("form").querySelector("[data-rows]");
    const last = rows.lastElementChild;
    const row = last.cloneNode(true);
    // The next colleague is mostly in the same group, with the same role.
    row.querySelectorAll("select").forEach((field, at) => { field.value = last.querySelectorAll("select")[at].value; });
    row.querySelectorAll("input").forEach((field) => { field.value = ""; field.classList.remove("is-invalid"); field.removeAttribute("aria-invalid"); });
    row.querySelectorAll(".field-error").forEach((error) => error.remove());
    rows.append(row);
    row.querySelector("input").focus();
  });
})();

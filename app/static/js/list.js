// Lists: a whole row is a link, filters are built row by row, several rows are picked at once.
(function () {
  "use strict";
  const { on, enhance } = window.desk;

  on("click", "tr[data-href]", (event, row) => {
    if (event.defaultPrevented || event.target.closest(".col-pick, a, button, input, label, form, .dropdown")) return;
    if (window.getSelection().toString()) return;
    if (event.ctrlKey || event.metaKey) window.open(row.dataset.href, "_blank", "noopener");
    else window.location.assign(row.dataset.href);
  });

  document.querySelectorAll("[data-filter-builder]").forEach((form) => {
    const rows = form.querySelector("[data-filter-rows]");
    const add = form.querySelector("[data-add-filter]");
    add.addEventListener("change", () => {
      const template = form.querySelector(`template[data-filter="${CSS.escape(add.value)}"]`);
      add.value = "";
      if (!template) return;
      const row = template.content.firstElementChild.cloneNode(true);
      const operator = row.querySelector("[data-operator]");
      const value = row.querySelector("[data-value]").querySelector("input, select, textarea");
      value.id = value.id + "-" + rows.children.length;
      const name = () => { value.name = operator.value; };
      name();
      operator.addEventListener("change", name);
      row.querySelector("[data-remove-filter]").addEventListener("click", () => row.remove());
      rows.append(row);
      enhance(row);
      (row.querySelector(".ts-control input") || value).focus();
    });
    form.addEventListener("submit", () => {
      form.querySelectorAll("[data-value] [name]").forEach((field) => { if (!field.value && field.type !== "checkbox") field.disabled = true; });
    });
  });

  document.querySelectorAll(".bulk").forEach((form) => {
    const bar = form.querySelector("[data-bulk-bar]");
    const picks = [...form.querySelectorAll("[data-pick]")];
    const show = () => {
      const number = picks.filter((pick) => pick.checked).length;
      bar.hidden = number === 0;
      bar.querySelector("[data-picked]").textContent = number;
    };
    form.addEventListener("change", (event) => {
      if (event.target.matches("[data-pick-all]")) picks.forEach((pick) => { pick.checked = event.target.checked; });
      show();
    });
  });
})();

// Lists: a whole row is a link, several rows are picked at once.
(function () {
  "use strict";
  const { on } = window.desk;

  on("click", "tr[data-href]", (event, row) => {
    if (event.defaultPrevented || event.target.closest(".col-pick, a, button, input, label, form, .dropdown")) return;
    if (window.getSelection().toString()) return;
    if (event.ctrlKey || event.metaKey) window.open(row.dataset.href, "_blank", "noopener");
    else window.location.assign(row.dataset.href);
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

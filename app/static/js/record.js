// Small things of a record's page: its number copied, and the way to the next one of the list one came from.
(function () {
  "use strict";
  const { on } = window.desk;

  on("click", "[data-copy]", (_event, button) => {
    const done = () => {
      const words = button.getAttribute("aria-label");
      button.classList.add("is-copied");
      button.setAttribute("aria-label", button.dataset.copied);
      button.title = button.dataset.copied;
      setTimeout(() => { button.classList.remove("is-copied"); button.setAttribute("aria-label", words); button.title = words; }, 1500);
    };
    if (navigator.clipboard) { navigator.clipboard.writeText(button.dataset.copy).then(done); return; }
    // Without TLS there is no clipboard but the old way.
    const field = document.createElement("input");
    field.value = button.dataset.copy;
    document.body.append(field);
    field.select();
    if (document.execCommand("copy")) done();
    field.remove();
  });

  const place = document.querySelector("[data-neighbours]");
  if (place) {
    const here = window.location.pathname;
    const rows = JSON.parse(window.sessionStorage.getItem("rows:" + here.replace(/[^/]+$/, "")) || "[]");
    const at = rows.indexOf(here);
    if (at >= 0 && rows.length > 1) {
      const [before, after] = place.querySelectorAll("a");
      place.querySelector("[data-at]").textContent = at + 1 + " / " + rows.length;
      [[before, rows[at - 1]], [after, rows[at + 1]]].forEach(([link, url]) => {
        if (url) link.href = url; else link.classList.add("is-none"); // a link to nowhere is none, also to a screen reader
      });
      place.hidden = false;
    }
  }
})();

// The access matrix: arrow keys walk its cells, and the picker of roles takes no more than fit.
(function () {
  "use strict";
  const step = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };
  document.addEventListener("keydown", (event) => {
    const cell = event.target.closest(".access-table td");
    const by = step[event.key];
    if (!cell || !by) return;
    event.preventDefault();
    const rows = [...cell.closest("table").querySelectorAll("tbody tr")];
    let row = rows.indexOf(cell.parentElement), column = [...cell.parentElement.children].indexOf(cell);
    for (row += by[0], column += by[1]; rows[row] && rows[row].children[column]; row += by[0], column += by[1]) {
      const button = rows[row].children[column].querySelector("button");
      if (button) { button.focus(); return; }
    }
  });

  const roles = document.getElementById("access-roles");
  window.addEventListener("load", () => {
    const made = roles && roles.tomselect;
    if (made) made.settings.maxItems = Number(roles.dataset.most);
  });
})();

// Parts of a page that need a large script fetch it themselves, once, and hear `desk:ready` when it is there:
// <div data-needs="/static/a.js /static/b.css">. Pages without such a part load nothing.
(function () {
  "use strict";
  const asked = new Map();

  function fetched(url) {
    if (!asked.has(url)) {
      asked.set(url, new Promise((resolve, reject) => {
        const isSheet = url.split("?")[0].endsWith(".css");
        const made = document.createElement(isSheet ? "link" : "script");
        if (isSheet) { made.rel = "stylesheet"; made.href = url; } else { made.src = url; }
        made.addEventListener("load", resolve);
        made.addEventListener("error", reject);
        document.head.append(made);
      }));
    }
    return asked.get(url);
  }

  function fill(root) {
    const parts = [...root.querySelectorAll("[data-needs]")];
    if (root.matches && root.matches("[data-needs]")) parts.push(root);
    parts.forEach((part) => {
      const urls = part.dataset.needs.split(" ");
      part.removeAttribute("data-needs");
      urls.reduce((before, url) => before.then(() => fetched(url)), Promise.resolve())
        .then(() => part.dispatchEvent(new CustomEvent("desk:ready", { bubbles: true })))
        .catch(() => part.classList.add("is-missing"));
    });
  }

  fill(document);
  document.addEventListener("htmx:afterSettle", (event) => fill(event.detail.elt || document));
})();

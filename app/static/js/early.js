// Before anything is painted: light or dark as the device says, unless the reader chose (then the page says it already).
(function () {
  "use strict";
  var root = document.documentElement;
  var device = window.matchMedia("(prefers-color-scheme: dark)");
  function follow() { root.setAttribute("data-bs-theme", device.matches ? "dark" : "light"); }
  if (!root.hasAttribute("data-bs-theme")) {
    follow();
    device.addEventListener("change", function () {
      if (!/(^|; )theme=/.test(document.cookie)) follow();
    });
  }
})();

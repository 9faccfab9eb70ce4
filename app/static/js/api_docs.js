// The reference of the REST interface; what is tried out goes out as the reader, with the proof that it is ours.
(function () {
  "use strict";
  const place = document.getElementById("api-docs");
  if (!place || !window.SwaggerUIBundle) return;
  const token = document.querySelector("meta[name=csrf-token]").content;
  window.SwaggerUIBundle({
    url: place.dataset.spec, domNode: place, deepLinking: true, docExpansion: "none", filter: true, validatorUrl: null,
    defaultModelsExpandDepth: 0, displayRequestDuration: true, syntaxHighlight: { activated: false },
    requestInterceptor(asked) {
      if (asked.method && asked.method.toUpperCase() !== "GET") asked.headers["X-CSRFToken"] = token;
      return asked;
    },
  });
})();

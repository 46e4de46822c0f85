"use strict";
addEventListener("keydown", function (event) {
  if (event.ctrlKey || event.metaKey || event.altKey || /^(INPUT|SELECT|TEXTAREA)$/.test(event.target.tagName)) return;
  var step = { j: 1, n: 1, k: -1, p: -1 }[event.key];
  if (!step) return;
  var stops = Array.prototype.filter.call(document.querySelectorAll("[data-stop]"), function (stop) { return stop.offsetParent; });
  if (!stops.length) return;
  var now = stops.findIndex(function (stop) { return stop.contains(document.activeElement); });
  var next = stops[Math.max(0, Math.min(stops.length - 1, now < 0 ? (step > 0 ? 0 : stops.length - 1) : now + step))];
  next.focus({ preventScroll: true });
  next.scrollIntoView({ block: "center" });
});

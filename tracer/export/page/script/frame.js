// In the frame of another page: how high this one is; a story alone reads language and theme from its address.
const tellHeight = () => parent.postMessage({ tracer: "height", height: Math.ceil(document.body.getBoundingClientRect().height) }, "*");
if (self !== top) {
  new ResizeObserver(tellHeight).observe(document.body);
  tellHeight();
}
if (!$("graph")) {
  const told = new URLSearchParams(location.hash.slice(1));
  if (told.get("lang") in words && told.get("lang") !== root.lang) $("language").click();
  if (["light", "dark"].includes(told.get("theme"))) root.dataset.theme = told.get("theme");
  $("story").classList.add("kept");
  $("story").parentElement.classList.add("kept");
}

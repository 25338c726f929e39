// What is seen stands in the address, so that a link shows the same, and "back" goes back to what was seen before.
const address = () => {
  const told = { lang: root.lang === first ? "" : root.lang, theme: root.dataset.theme || "", ...now, embed: root.dataset.embed || "" };
  told.map = keyOf(now.map);
  const known = Object.entries(told).filter(([name, value]) => value && value !== usual[name]);
  return new URLSearchParams(known).toString().replace(/%2F/g, "/").replace(/%3A/g, ":").replace(/%7E/g, "~");
};
const write = (push) => {
  const text = address();
  // An address without "=" is a place on the page, and stays while nothing was chosen.
  if (text === location.hash.slice(1) || (!text && !push && !location.hash.includes("="))) return;
  try {
    history[push ? "pushState" : "replaceState"](null, "", text ? `#${text}` : location.href.split("#")[0]);
  } catch { /* in a frame that has no address of its own */ }
};
const asked = () => {
  const text = decodeURIComponent(location.hash.slice(1));
  if (!text.includes("=")) return aboutOf(text) ? { at: text } : {};
  return Object.fromEntries(new URLSearchParams(location.hash.slice(1)));
};
const read = (first) => {
  const told = asked();
  if ((told.lang || first) !== root.lang && (told.lang || first) in words) $("language").click();
  if (["light", "dark"].includes(told.theme)) root.dataset.theme = told.theme;
  if (["story", "graph", "matrix"].includes(told.embed)) embed(told.embed);
  const next = Object.fromEntries(Object.keys(usual).map((name) => [name, told[name] || usual[name]]));
  next.map = views[viewOf(next.map)] ? viewOf(next.map) : "strongest";
  if (!/^[0-5]$/.test(next.grade)) next.grade = "0";
  const chain = walks[Number(next.chain) - 1];
  if (!chain) next.chain = "";
  if (!chain || !chain.steps[Number(next.step) - 1]) next.step = "";
  if (chain && !told.map) next.map = chain.map;
  const about = next.at && aboutOf(next.at);
  if (about) {
    if (!told.map) next.map = found_at(about).map;
    next.at = about.dataset.key;
  }
  const unknown = about || pairCard(next.at) ? "" : next.at;
  if (unknown) next.at = "";
  const opens = next.at || next.step;
  if (first && opens) {
    // Who comes by a link to a card goes back to the page first.
    const hash = location.hash;
    history.replaceState(null, "", location.href.split("#")[0]);
    history.pushState(null, "", hash);
  }
  show(next, { quiet: !opens || Boolean(unknown) });
  if ($("missing")) $("missing").hidden = !unknown;
  if (!unknown || !$("missing")) return;
  Object.assign($("missing"), { textContent: say("at-unknown", { name: unknown.slice(0, 80) }) });
  $("missing").scrollIntoView({ block: "center" });
};
// Shown in the frame of another page: one picture alone, which says how high it is.
const embed = (name) => {
  const shown = $(name);
  if (!shown) return;
  root.dataset.embed = name;
  for (let element = shown; element && element !== document.body; element = element.parentElement) element.classList.add("kept");
};
if (root.dataset.embed) embed(root.dataset.embed);
["language", "theme"].forEach((id) => $(id).addEventListener("click", () => write(false)));
addEventListener("popstate", () => read(false));
read(true);

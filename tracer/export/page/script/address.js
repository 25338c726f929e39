// What is seen stands in the address, so that a link shows the same: view, filters, search, chain and step, card.
const keyOf = new Map(all(".about[data-key]").map((about) => [about.id, about.dataset.key]));
const idOf = new Map([...keyOf].map(([id, key]) => [key, id]));
const usual = { lang: root.lang, view: "parties", grade: "0" };
const unticked = (name) => all(`input[name="${name}"]:not(:checked)`).map((input) => input.value).join(" ");
const seenNow = () => {
  const days = $("days") ? [$("day-from"), $("day-to")] : [];
  const walked = chain === null ? "" : $("chain").selectedOptions[0].dataset.number;
  const of = $("panel").hidden || walked ? "" : $("panel").dataset.of || "";
  return {
    lang: root.lang, theme: root.dataset.theme || "", view: state,
    grade: document.querySelector('input[name="grade"]:checked').value,
    hide: unticked("kind"), without: unticked("basis"),
    from: days.length && Number(days[0].value) > 0 ? dayOf(Number(days[0].value)) : "",
    to: days.length && days[1].value !== days[1].max ? dayOf(Number(days[1].value)) : "",
    find: $("search").value.trim(), chain: walked, step: walked && step ? String(step) : "", at: keyOf.get(of) || of,
    embed: root.dataset.embed || "",
  };
};
const address = () => {
  const told = Object.entries(seenNow()).filter(([name, value]) => value && value !== usual[name]);
  return new URLSearchParams(told).toString().replace(/%2F/g, "/").replace(/%3A/g, ":");
};
const write = () => {
  const now = address();
  // An address without "=" is a place on the page, and stays while nothing was chosen.
  if (now === location.hash.slice(1) || (!now && !location.hash.includes("="))) return;
  try {
    history.replaceState(null, "", `#${now}`);
  } catch { /* in a frame that has no address of its own */ }
};
const tick = (name, off) => all(`input[name="${name}"]`).forEach((input) => { input.checked = !off.split(" ").includes(input.value); });
const read = () => {
  const text = decodeURIComponent(location.hash.slice(1));
  if (!text) return;
  if (!text.includes("=")) {
    if (open(text, null)) $("graph").scrollIntoView();
    return;
  }
  const told = { ...usual, ...Object.fromEntries(new URLSearchParams(location.hash.slice(1))) };
  if (told.lang !== root.lang && told.lang in sentences) $("language").click();
  if (["light", "dark"].includes(told.theme)) root.dataset.theme = told.theme;
  if (["story", "graph", "matrix"].includes(told.embed)) embed(told.embed);
  if (!$("picture")) return;
  const asked = document.querySelector(`input[name="view"][value="${CSS.escape(told.view)}"]`);
  view(asked && !asked.disabled ? told.view : usual.view);
  const least = document.querySelector(`input[name="grade"][value="${CSS.escape(told.grade)}"]`);
  if (least) least.checked = true;
  tick("kind", told.hide || "");
  tick("basis", told.without || "");
  if ($("days")) {
    const number = (day, otherwise) => {
      const far = (Date.parse(day) - Date.parse($("days").dataset.first)) / 86400000;
      return Number.isFinite(far) ? Math.round(far) : otherwise;
    };
    $("day-from").value = number(told.from, 0);
    $("day-to").value = number(told.to, Number($("day-to").max));
    ["day-from", "day-to"].forEach((id) => $(id).dispatchEvent(new Event("input")));
  }
  filter();
  $("search").value = told.find || "";
  search();
  const option = told.chain && $("chain") ? [...$("chain").options].findIndex((one) => one.dataset.number === told.chain) : -1;
  if (option > 0) {
    walkTo(option - 1);
    go(Number(told.step) || 0);
  } else if (chain !== null) walkTo(null);
  if (told.at) open(idOf.get(told.at) || told.at, null);
};
// Shown in the frame of another page: one picture alone, which says how high it is.
const embed = (name) => {
  const shown = $(name);
  if (!shown) return;
  root.dataset.embed = name;
  for (let element = shown; element && element !== document.body; element = element.parentElement) element.classList.add("kept");
};
const tellHeight = () => parent.postMessage({ tracer: "height", height: Math.ceil(document.body.getBoundingClientRect().height) }, "*");
if (self !== top) {
  new ResizeObserver(tellHeight).observe(document.body);
  tellHeight();
}
if (root.dataset.embed) embed(root.dataset.embed);
["change", "input", "click", "keyup"].forEach((kind) => document.addEventListener(kind, () => setTimeout(write)));
addEventListener("hashchange", read);
read();

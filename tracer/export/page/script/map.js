// The map: what is shown is one state; places come from Python, for each selection in two forms.
const { views, walks, against, wide: WIDTHS } = data("views");
const usual = { map: "strongest", at: "", find: "", chain: "", step: "", grade: "0" };
let now = { ...usual };
let form = "down";
let printing = false;
// Pixels of a lying sheet below the heading, and how many of them the legend takes.
const SHEET = [1058, 690];
const LEGEND = 60;
const keyOf = (name) => (name in usualViews ? name : aboutOf(name)?.dataset.key || name);
const usualViews = { strongest: 1, whole: 1 };
const viewOf = (key) => (key in usualViews ? key : aboutOf(key)?.id || key);
for (const step of steps) step.prepend(svg("path", { class: "halo" }));
for (const pill of all(".pill", picture)) pill.classList.toggle("firm", /G[345]/.test(pill.textContent));
const move = (element, at) => {
  if (!element) return;
  element.classList.toggle("off", !at);
  if (at) element.setAttribute("transform", `translate(${at[0]} ${at[1]})`);
};
const arrange = () => {
  const view = views[viewOf(now.map)] || views.strongest;
  if (!view) return;
  // On paper it lies on a sheet of its own where that has room for it at its own size.
  const lies = printing && view.across[0] <= SHEET[0] && view.across[1] <= SHEET[1];
  $("graph").classList.toggle("lies", lies);
  $("graph").classList.toggle("roomy", lies && view.across[1] + LEGEND <= SHEET[1]);
  form = lies || (!printing && view.across[0] + 3 <= $("frame").parentElement.clientWidth) ? "across" : "down";
  const [wide, high, places, ways] = view[form];
  picture.setAttribute("class", `form-${form}`);
  Object.entries({ width: wide + 3, height: high + 3, viewBox: `-1.5 -1.5 ${wide + 3} ${high + 3}` }).forEach(([key, value]) => picture.setAttribute(key, value));
  for (const card of cards) {
    const place = places[card.getAttribute("href").slice(1)];
    move(card, place);
    if (!place) continue;
    card.querySelector(".frame").setAttribute("width", WIDTHS[form]);
    card.querySelector(".frame").setAttribute("height", place[2]);
  }
  for (const step of steps) {
    const way = ways[step.getAttribute("href").slice(1)];
    step.classList.toggle("off", !way);
    if (!way) continue;
    const [d, head, pill, told, why] = way;
    for (const path of all(".halo, .line", step)) path.setAttribute("d", d);
    step.querySelector(".head").setAttribute("d", head);
    move(step.querySelector(".pill"), pill);
    move(step.querySelector(".said"), told);
    const texts = all("[data-why]", step);
    const known = texts.some((text) => text.dataset.why === why) ? why : "";
    for (const text of texts) text.classList.toggle("off", text.dataset.why !== known);
  }
  inOrder();
  explain();
  slice();
};
// Cards as they are read, each followed by the steps that reach it or an earlier one: the order of the Tab key, and of
// what lies over what.
const inOrder = () => {
  const [,, places] = (views[viewOf(now.map)] || views.strongest)[form];
  const along = ([x, y]) => (form === "across" ? [x, y] : [y, x]);
  const idOf = (one) => one.getAttribute("href").slice(1);
  const ids = Object.entries(places).sort(([, a], [, b]) => along(a)[0] - along(b)[0] || along(a)[1] - along(b)[1]).map(([id]) => id);
  const last = (step) => Math.max(...$(idOf(step)).dataset.of.split(" ").slice(0, 2).map((id) => ids.indexOf(id)));
  const shown = [...cards.filter((card) => idOf(card) in places).map((card) => [ids.indexOf(idOf(card)), card]), ...steps.filter((step) => !step.matches(".off")).map((step) => [last(step) + 0.5, step])];
  const sorted = shown.sort(([a], [b]) => a - b).map(([, one]) => one);
  const [focused, there] = [document.activeElement, all(".card:not(.off), .step:not(.off)", picture)];
  if (sorted.every((one, at) => one === there[at])) return;
  picture.append(...sorted);
  if (picture.contains(focused) && focused !== document.activeElement) focused.focus({ preventScroll: true });
};
// The legend has what the shown view uses.
const explain = () => {
  const used = new Set(["mark-grade"]);
  for (const step of steps.filter((one) => !one.matches(".off"))) {
    used.add(`paint-${step.dataset.paint}`).add(`rests-${step.dataset.basis}`);
    if (!step.querySelector(".head").getAttribute("d")) used.add("mark-no-head");
  }
  for (const key of all("[data-look^=paint]")) if (form === "across" && picture.querySelector(`.card:not(.off) .across [fill="var(--${key.dataset.look.slice(6)})"]`)) used.add(key.dataset.look);
  for (const key of all("[data-look]")) key.hidden = !used.has(key.dataset.look);
};
// On paper a map that is too wide for a sheet is cut between its cards, never through one.
const slice = () => {
  all(".slice", $("frame")).forEach((one) => one.remove());
  $("frame").classList.toggle("sliced", printing && form === "down");
  // What is drawn by reference does not see the page's language.
  for (const lang of ["en", "zh"]) picture.classList.toggle(`in-${lang}`, printing && root.lang === lang);
  if (!printing || form !== "down") return;
  const [wide, high, places] = (views[viewOf(now.map)] || views.strongest).down;
  const tops = Object.values(places).map(([, y]) => y).sort((a, b) => a - b);
  tops.forEach((top, at) => {
    const [from, to] = [at ? top - 5 : -1.5, at + 1 < tops.length ? tops[at + 1] - 5 : high + 1.5];
    const part = svg("svg", { class: "slice", width: wide + 3, height: to - from, viewBox: `-1.5 ${from} ${wide + 3} ${to - from}`, "aria-hidden": "true" });
    part.append(svg("use", { href: "#map", x: -1.5, y: -1.5, width: wide + 3, height: high + 3 }));
    $("frame").append(part);
  });
};
// From left to right a step that goes against it says why below the map; from top to bottom its card says so.
const tellAgainst = () => {
  const view = views[viewOf(now.map)] || views.strongest;
  const found = form === "across" && view ? Object.entries(view.across[3]).filter(([, way]) => way[4]) : [];
  $("against").hidden = !found.length;
  $("against").replaceChildren(...found.map(([id, way]) => {
    const [giver, taker] = $(id).dataset.of.split(" ").map((end) => nameIn($(end)));
    const text = against[way[4]][root.lang === "zh" ? 1 : 0].replace("{giver}", giver).replace("{taker}", taker);
    return html("span", {}, html("a", { href: `#${id}`, textContent: text }), " ");
  }));
};
// One chain: all else steps back; hand by hand, each step with its evidence in the panel.
const chainOf = () => walks[Number(now.chain) - 1];
const light = () => {
  const chain = chainOf();
  picture.classList.toggle("walking", Boolean(chain));
  const ids = new Set(chain ? chain.steps.flatMap(([from, to, within]) => [from, to, ...within]) : []);
  const here = new Set(chain && now.step ? chain.steps[now.step - 1][2] : []);
  for (const one of [...cards, ...steps]) {
    one.classList.toggle("lit", ids.has(one.getAttribute("href").slice(1)));
    one.classList.toggle("now", here.has(one.getAttribute("href").slice(1)));
    one.classList.toggle("weak", one.matches(".step") && Number(one.dataset.grade.slice(1)) < Number(now.grade));
  }
};
const tell = () => {
  const chain = chainOf();
  tellAgainst();
  $("walk").hidden = !chain;
  if (chain) {
    const [m, n] = [chain.steps.length, Number(now.step)];
    const [from, to] = n ? chain.steps[n - 1].slice(0, 2).map((id) => nameIn($(id))) : [];
    $("step").textContent = n ? say("walk-step", { n, m, from, to }) : say("walk-whole", { m });
    $("walk-back").disabled = !n;
    $("walk-on").disabled = n === m;
  }
  const about = now.map in usualViews ? null : aboutOf(now.map);
  $("of").hidden = Boolean(chain);
  if (about) $("of").textContent = say("map-around", { name: nameIn(about).trim() });
  else $("of").replaceChildren(...(now.map === "whole" ? [] : ofStrongest.map((one) => one.cloneNode(true))));
  if (!about && root.lang !== first) speak($("of"));
  $("map-back").hidden = now.map === "strongest" && !chain;
  $("map-all")?.setAttribute("aria-pressed", String(now.map === "whole"));
  if ($("chain")) $("chain").value = chain ? String(Number(now.chain) - 1) : "";
  $("least").value = now.grade;
};
const ofStrongest = $("of") ? [...$("of").cloneNode(true).childNodes] : [];
// Parties, lists and copies by a part of their name, in either language.
const nodes = all("#details .about-node").map((about) => ({ about, text: [nameIn(about), about.querySelector("h3 [data-o]")?.dataset.o, about.dataset.key].join(" ").toLowerCase() }));
const hits = () => (now.find.trim() ? nodes.filter((one) => one.text.includes(now.find.trim().toLowerCase())) : []);
const MOST_HITS = 8;
const tellHits = () => {
  const found = hits();
  $("hits").textContent = now.find.trim() && found.length !== 1 ? say("hits", { n: found.length }) : "";
  $("found").replaceChildren(...found.slice(0, MOST_HITS).map(({ about }) => {
    const button = html("button", { type: "button" }, nameIn(about), " ", about.querySelector("h3 > small").cloneNode(true));
    button.addEventListener("click", () => go({ ...widened(about), find: "" }));
    return html("li", {}, button);
  }));
};
// The map on which something is: the one that is shown, else that of the card which it is in.
const shows = (view, id) => Boolean(views[view] && (views[view].across[2][id] || views[view].across[3][id]));
const homeOf = (about) => about.dataset.home || (about.dataset.of || "").split(" ")[0] || about.id;
const widened = (about) => ({ map: views[homeOf(about)] ? homeOf(about) : now.map, at: about.dataset.key, chain: "", step: "" });
const found_at = (about) => {
  const id = about.dataset.home || about.id;
  return { at: about.dataset.key, map: shows(viewOf(now.map), id) || !views[homeOf(about)] ? now.map : homeOf(about), chain: "", step: "" };
};
let opener = null;
const show = (next, { quiet = false } = {}) => {
  const before = now;
  now = { ...usual, ...next };
  if ($("map")) {
    arrange();
    light();
    tell();
    if ($("search").value.trim() !== now.find) $("search").value = now.find;
    tellHits();
  }
  const chain = chainOf();
  const ids = chain && now.step ? chain.steps[now.step - 1][2] : now.at ? [now.at] : [];
  const found = ids.map((id) => aboutOf(id) || pairCard(id)).filter(Boolean);
  if ($("panel") && present(found)) { if (!quiet) reveal(); }
  else if ((before.at || before.step) && !quiet) goBack(before);
};
// Closed: back to where it was opened, or to what it was about.
const goBack = ({ at }) => {
  const about = aboutOf(at);
  const to = opener?.isConnected && opener.getClientRects().length ? opener : about && drawnOf(about);
  if (!to) return;
  to.focus({ preventScroll: true });
  to.scrollIntoView({ block: "nearest" });
};
const go = (change, push = true) => {
  if (change.at && document.activeElement && !document.activeElement.closest("#panel")) opener = document.activeElement;
  $("missing").hidden = true;
  show({ ...now, ...change }, { quiet: Boolean(chainOf() && !change.step && !change.at) });
  write(push);
};
document.addEventListener("click", (event) => {
  const link = event.target.closest('a[href^="#"]');
  const id = link ? decodeURIComponent(link.getAttribute("href").replace(/^#(at=)?/, "")) : "";
  const about = id && aboutOf(id);
  if (!about || !$("map")) return;
  event.preventDefault();
  // A card of the map widens it to its own; another click on the same closes what is known of it.
  if (link.matches("#map .card")) go(now.at === about.dataset.key && !$("panel").hidden && viewOf(now.map) === about.id ? { at: "" } : { ...widened(about) });
  else go(found_at(about));
});
if ($("map")) {
  $("close").addEventListener("click", () => go({ at: "", step: "" }));
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && (now.at || now.chain)) go({ at: "", chain: "", step: "" });
  });
  $("map-back").addEventListener("click", () => { go({ map: "strongest", at: "", chain: "", step: "" }); $("search").focus({ preventScroll: true }); });
  $("map-all")?.addEventListener("click", () => go({ map: now.map === "whole" ? "strongest" : "whole", at: "", chain: "", step: "" }));
  $("least").addEventListener("change", () => go({ grade: $("least").value }));
  $("search").addEventListener("input", () => { now.find = $("search").value.trim(); tellHits(); write(false); });
  $("search").addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !hits().length) return;
    event.preventDefault();
    go({ ...widened(hits()[0].about), find: "" });
  });
  const walk = (step) => go({ chain: now.chain, step: step ? String(step) : "", at: "" });
  $("chain")?.addEventListener("change", () => {
    const number = $("chain").value === "" ? 0 : Number($("chain").value) + 1;
    go(number ? { chain: String(number), map: walks[number - 1].map, step: "", at: "" } : { chain: "", step: "", at: "" });
  });
  $("walk-on").addEventListener("click", () => walk(Number(now.step) + 1));
  $("walk-back").addEventListener("click", () => walk(Number(now.step) - 1));
  $("walk-end").addEventListener("click", () => { go({ chain: "", step: "" }); $("chain").focus(); });
  $("walk").addEventListener("keydown", (event) => {
    const next = Number(now.step) + ({ ArrowRight: 1, ArrowLeft: -1 }[event.key] || 0);
    if (next === Number(now.step) || next < 0 || next > chainOf().steps.length) return;
    event.preventDefault();
    walk(next);
  });
  spoken.push(() => { tell(); tellHits(); });
  let width = 0;
  new ResizeObserver(() => {
    const stage = $("frame").parentElement;
    if (stage.clientWidth === width) return;
    width = stage.clientWidth;
    show(now, { quiet: true });
  }).observe($("frame").parentElement);
  ["beforeprint", "afterprint"].forEach((name) => addEventListener(name, () => {
    printing = name === "beforeprint";
    arrange();
    tellAgainst();
  }));
}

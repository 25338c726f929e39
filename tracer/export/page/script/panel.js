// The panel: a copy of the card of a step, party, list or copy, beside what it is about, or below the map.
const picture = $("map") || svg("svg", {});
const cards = all(".card", picture);
const steps = all(".step", picture);
const abouts = all("#details .about");
const aboutOf = (name) => abouts.find((one) => one.id === name || one.dataset.key === name);
const nameIn = (about) => (about.querySelector(".name bdi") || about.querySelector(".name").firstChild).textContent;
const drawnOf = (about) => picture.querySelector(`[href="#${about.dataset.home || about.id}"]:not(.off)`);
const bar = (text) => {
  const [x, width, takes] = text.split(" ");
  const drawn = svg("svg", { class: takes ? "bar takes" : "bar", viewBox: "0 0 100 8", preserveAspectRatio: "none", "aria-hidden": "true" });
  drawn.append(svg("rect", { x, width, height: 8 }));
  return drawn;
};
// The steps that touch a party, list or copy.
const touching = (id) => {
  const found = abouts.filter((one) => one.dataset.of && one.dataset.of.split(" ").includes(id));
  if (!found.length) return [];
  const items = found.map((one) => html("li", {}, ...(one.querySelector("h4") ? [html("a", { href: `#${one.id}` }, ...one.querySelector("h4").cloneNode(true).childNodes)] : [])));
  return [worded("h5", "lines-of"), html("ul", { className: "touching" }, ...items)];
};
const copied_of = (about) => {
  const copy = about.cloneNode(true);
  copy.removeAttribute("id");
  copy.tabIndex = -1;
  if (about.matches(".about-node")) copy.append(...touching(about.id));
  copy.querySelector("h3").after(worded("a", "permalink", { className: "here", href: `#at=${encodeURIComponent(about.dataset.key)}` }));
  // Of several statements the first is open.
  for (const section of all("section", copy).slice(1)) {
    const heading = section.querySelector("h4");
    const folded = html("details", {}, html("summary", {}, section.querySelector(".how .grade").cloneNode(true), ...[...heading.childNodes].map((one) => one.cloneNode(true))), ...section.childNodes);
    section.replaceWith(folded);
  }
  for (const step of all("[data-bar]", copy)) step.firstElementChild.after(bar(step.dataset.bar));
  return copy;
};
// At the right edge of the window, the map moved to the left for it. Where the map is too wide for that its frame becomes
// narrower, and shows at least what is open; where even that has no room the panel lies below.
const GAP = 14, NARROW = 280, USUAL = 340, WIDE = 420;
const settle = (targets) => {
  const [panel, stage, frame] = [$("panel"), document.querySelector(".stage"), $("frame")];
  stage.style.minHeight = picture.style.marginLeft = frame.style.width = "";
  Object.assign(panel.style, { left: "", top: "", width: "" });
  panel.classList.remove("beside");
  if (!targets.length || innerWidth < 700) return;
  const [around, drawn] = [stage.getBoundingClientRect(), picture.getBoundingClientRect()];
  const edge = document.documentElement.clientWidth - around.left - GAP;
  const spans = targets.map((boxes) => [Math.min(...boxes.map((one) => one.left)) - drawn.left - GAP, Math.max(...boxes.map((one) => one.right)) - drawn.left + GAP]);
  const fits = edge - drawn.width - GAP >= NARROW;
  const shown = fits ? [0, drawn.width] : spans.find(([left, right]) => edge - (right - left) - GAP >= NARROW);
  if (!shown) return;
  const width = Math.min(fits ? WIDE : USUAL, edge - (shown[1] - shown[0]) - GAP);
  const room = edge - width - GAP;
  if (fits) picture.style.marginLeft = `${Math.max(0, Math.min(drawn.left - around.left, room - drawn.width))}px`;
  else frame.style.width = `${Math.min(room, around.width)}px`;
  frame.scrollLeft = fits ? 0 : Math.max(0, shown[1] - room);
  panel.classList.add("beside");
  Object.assign(panel.style, { left: `${edge - width}px`, width: `${width}px` });
  const top = Math.max(0, Math.min(Math.min(...targets.at(-1).map((one) => one.top)) - around.top, around.height - panel.offsetHeight));
  panel.style.top = `${top}px`;
  stage.style.minHeight = `${top + panel.offsetHeight}px`;
};
const unmark = () => all(".chosen", picture).forEach((element) => element.classList.remove("chosen"));
const hide = () => {
  $("panel").hidden = true;
  settle([]);
  unmark();
};
// Shows the cards of these; whether there were any.
const present = (found) => {
  if (!found.length) { hide(); return false; }
  $("panel-body").replaceChildren(...found.map((about) => (about.id ? copied_of(about) : about)));
  $("panel").hidden = false;
  $("panel").scrollTop = 0;
  unmark();
  const drawn = found.filter((about) => about.id).map(drawnOf).filter(Boolean);
  drawn.forEach((element) => element.classList.add("chosen"));
  // With a card goes what it is joined with, with a step its two ends; where that has no room the card or line alone.
  const boxed = (element) => element.getBoundingClientRect();
  const cardsOf = (about) => about.dataset.of.split(" ").slice(0, 2);
  const joined = drawn.filter((one) => one.matches(".card")).flatMap((card) => all(".step:not(.off)", picture).map((step) => cardsOf($(step.getAttribute("href").slice(1)))).filter((ends) => ends.includes(card.getAttribute("href").slice(1))).flat());
  const ends = [...joined, ...found.filter((about) => about.dataset.of).flatMap(cardsOf)].map((id) => picture.querySelector(`.card[href="#${id}"]:not(.off)`)).filter(Boolean);
  settle(drawn.length ? [[...drawn, ...ends].map(boxed), drawn.map(boxed)] : []);
  return true;
};
const reveal = () => {
  const panel = $("panel");
  (panel.matches(".beside") ? document.querySelector(".stage") : panel).scrollIntoView({ block: panel.matches(".beside") ? "nearest" : "start" });
  if (panel.matches(".beside")) panel.scrollIntoView({ block: "nearest" });
  $("panel-body").firstElementChild?.focus({ preventScroll: true });
};

// Three states of one picture: parties, parties with their lists, and along time. Coordinates come from Python.
const scene = data("scene");
const { card: CARD, chip: CHIP, head: HEAD, toggle: TOGGLE } = scene.sizes;
const opened = new Set();
const cardOf = new Map(cards.map((card) => [card.dataset.node, card]));
const chipsOf = new Map(cards.map((card) => [card.dataset.node, all(".chip", card)]));
const natural = { w: 1, h: 1 };
const DOT = 5;
let state = "parties";

const heightOf = (name, full) => {
  const many = chipsOf.get(name).length;
  if (state === "lists" && many) return HEAD + CHIP * many + 8;
  if (!cardOf.get(name).querySelector(".toggle")) return cardOf.get(name).matches(".c-party, .c-group") ? HEAD : 46;
  return HEAD + TOGGLE + (full ? CHIP * many + 6 : 0);
};
// Where every card stands: in a column those below an opened one make room.
const columnsPlaces = (base) => {
  const places = new Map();
  const shifts = base.x.map(() => []);
  const byLayer = base.x.map(() => []);
  for (const [name, [layer, y]] of Object.entries(base.cards)) byLayer[layer].push([y, name]);
  const fill = (layer, members, begin) => {
    let more = begin;
    for (const [y, name] of members.sort((p, q) => p[0] - q[0])) {
      const isOpen = state === "lists" || opened.has(name);
      const h = heightOf(name, isOpen);
      places.set(name, { x: base.x[layer], y: y + more, w: CARD, h, open: isOpen && chipsOf.get(name).length > 0 });
      if (state === "parties" && isOpen) {
        more += h - heightOf(name, false);
        shifts[layer].push([y, more]);
      }
    }
    return more;
  };
  const low = ([, name]) => cardOf.get(name).matches(".in-lines");
  // The band of those who touch no data stays below all others: it sinks as far as the layer that grew most.
  const sunk = Math.max(0, ...byLayer.map((members, layer) => fill(layer, members.filter((one) => !low(one)), 0)));
  byLayer.forEach((members, layer) => {
    if (base.band !== null) shifts[layer].push([base.band, sunk]);
    fill(layer, members.filter(low), sunk);
  });
  const down = (layer, y) => shifts[layer].reduce((sum, [from, more]) => (y > from ? more : sum), 0);
  const most = Math.max(0, ...shifts.map((layer) => (layer.length ? layer.at(-1)[1] : 0)));
  return { places, down, h: base.h + most, band: base.band === null ? null : base.band + sunk };
};
const timePlaces = (base) => {
  const places = new Map();
  for (const [name, [y, h]] of Object.entries(base.cards)) places.set(name, { x: 20, y, w: base.w - 40, h, open: true });
  return { places, down: () => 0, h: base.h };
};
const move = (element, x, y) => element.setAttribute("transform", `translate(${x.toFixed(1)} ${y.toFixed(1)})`);
const settle = (base, places) => {
  for (const [name, card] of cardOf) {
    const place = places.get(name);
    card.classList.toggle("away", !place);
    if (!place) continue;
    move(card, place.x, place.y);
    card.classList.toggle("open", place.open);
    card.querySelector(".body").setAttribute("width", place.w);
    card.querySelector(".body").setAttribute("height", place.h);
    const toggle = card.querySelector(".toggle");
    if (toggle) {
      toggle.setAttribute("aria-expanded", String(place.open));
      toggle.querySelector(".sign").textContent = place.open ? "▾" : "▸";
    }
    chipsOf.get(name).forEach((chip, number) => {
      const at = state === "time" ? base.chips[nodeOf(chip)] : null;
      chip.classList.toggle("dated", Boolean(at && base.axis && at[0] >= base.axis[1] - 0.5));
      if (at) move(chip, at[0] - place.x, at[1] - place.y);
      else move(chip, 7, HEAD + (state === "parties" ? TOGGLE : 0) + CHIP * number);
    });
  }
};
const portOf = (base, places, text) => {
  const [name, chip] = text.split(" ");
  const place = places.get(name);
  if (!place) return null;
  if (!chip && state === "time") return { l: place.x, r: place.x + CARD, y: place.y + place.h / 2, h: place.h / 2, key: name, room: 26, lane: true };
  if (!chip || !place.open) {
    const half = cardOf.get(name).matches(".c-party, .c-group") ? HEAD / 2 : 23;
    return { l: place.x, r: place.x + CARD, y: place.y + half, key: name, room: 42 };
  }
  const at = state === "time" ? base.chips[chip] : null;
  // Along time a line runs from day to day: from dot to dot, not from the words beside them.
  if (at) return { l: at[0] - DOT, r: at[0] + DOT, y: at[1] + 17, key: chip, room: 8 };
  const number = chipsOf.get(name).findIndex((one) => nodeOf(one) === chip);
  const y = place.y + HEAD + (state === "parties" ? TOGGLE : 0) + CHIP * number + 17;
  return { l: place.x, r: place.x + CARD, y, key: chip, room: 26 };
};
// In the first state a road stands for all lines between two cards until one of them is opened.
const drawn = (line, places) => {
  const ends = [line.dataset.from, line.dataset.to].map((text) => places.get(text.split(" ")[0]));
  if (!ends[0] || !ends[1]) return false;
  const road = line.classList.contains("road");
  if (!road && !line.dataset.road && state === "parties") return true;
  if (state === "lists") return !road;
  if (state === "time") return !road;
  return road === !(ends[0].open || ends[1].open);
};
// Along time a relation between two parties stands at its day, from lane to lane; without a day beside their names.
const upright = (line, a, b, days) => {
  const axis = scene.time.axis;
  if (!a.lane || !b.lane || !axis || !line.dataset.date || a.key === b.key) return;
  const day = (Date.parse(line.dataset.date) - Date.parse(axis[0])) / 86400000;
  let x = Math.min(Math.max(axis[1] + day * axis[2], axis[1] - 6), scene.time.w - 26);
  while (days.has(Math.round(x / 7))) x += 7;
  days.add(Math.round(x / 7));
  const down = a.y < b.y ? 1 : -1;
  for (const [end, way] of [[a, down], [b, -down]]) Object.assign(end, { l: x, r: x, y: end.y + way * (end.h - 12), room: 0 });
};
const arrange = () => {
  const base = scene[state];
  const { places, down, h, band = null } = state === "time" ? timePlaces(base) : columnsPlaces(base);
  natural.w = base.w;
  natural.h = h;
  settle(base, places);
  const [ways, days] = [[], new Set()];
  for (const line of lines) {
    const shown = drawn(line, places);
    line.classList.toggle("away", !shown);
    if (!shown) continue;
    const [a, b] = [portOf(base, places, line.dataset.from), portOf(base, places, line.dataset.to)];
    if (a.key === b.key && !line.classList.contains("road")) { line.classList.add("away"); continue; }
    upright(line, a, b, days);
    const known = base.bends ? base.bends[state === "lists" ? line.dataset.id : line.dataset.road || line.dataset.id] || [] : [];
    const bends = known.map(([layer, y]) => ({ l: base.x[layer], r: base.x[layer] + CARD, y: y + down(layer, y) }));
    ways.push({ line, a, b, bends, off: [0, 0], lane: 0 });
  }
  fan(ways);
  lanes(ways);
  const marks = { taken: [], boxes: [...places.values()].map((p) => [p.x, p.y, p.x + p.w, p.y + p.h]) };
  if (state === "time") {
    marks.boxes = Object.values(base.chips).map(([x, y]) => [x, y, x + CARD - 14, y + 34]);
    marks.boxes.push(...[...places.values()].map((p) => [p.x, p.y, p.x + CARD, p.y + HEAD]));
  }
  const { first } = scene.marks;
  const rank = ({ line }) => [...first, kindOf(line)].indexOf(kindOf(line));
  ways.sort((p, q) => rank(p) - rank(q) || (p.line.dataset.id < q.line.dataset.id ? -1 : 1));
  for (const way of ways) shape(way.line, way, marks);
  for (const line of all(".band", picture)) {
    line.classList.toggle("away", band === null);
    if (band === null) continue;
    move(line, 0, band);
    line.querySelector("path").setAttribute("d", `M20 0H${base.w - 20}`);
  }
  for (const column of all(".column", picture)) {
    const at = base.columns && base.columns[column.dataset.column];
    column.classList.toggle("away", !at);
    if (!at) continue;
    column.querySelector("text").setAttribute("x", (at[0] + at[1]) / 2);
    column.querySelector("path").setAttribute("d", `M${at[0]} 38H${at[1]}`);
  }
  picture.setAttribute("class", picture.getAttribute("class").replace(/view-\w+/, `view-${state}`));
};
for (const [x, month] of scene.time.ticks) {
  $("ticks")?.append(svg("path", { d: `M${x} 38V${scene.time.h - 10}` }), svg("text", { x, y: 26, "text-anchor": "middle" }, month));
}
const tellView = () => {
  $("time-note").hidden = state !== "time";
  $("left-out").hidden = state !== "time" || !scene.time.out;
  $("left-out").textContent = say("view-out", { n: scene.time.out });
};
spoken.push(tellView);
const view = (name) => {
  state = name;
  document.querySelector(`input[name="view"][value="${name}"]`).checked = true;
  arrange();
  tellView();
  fit();
};
const toggle = (card, force) => {
  const name = card.dataset.node;
  const now = force ?? !opened.has(name);
  if (now && card.querySelector(".toggle")) opened.add(name);
  else opened.delete(name);
};
const tellToggle = (card) => {
  const sign = card.querySelector(".toggle");
  if (!sign) return;
  sign.setAttribute("aria-label", say("open-card", { name: nameIn(card) }));
  sign.querySelector(".many").textContent = say(card.dataset.inside, JSON.parse((root.lang === "zh" && card.dataset.filledZh) || card.dataset.filled || "{}"));
};
for (const card of cards) {
  const many = chipsOf.get(card.dataset.node).length;
  if (!many || card.matches(".c-group")) continue;
  const sign = svg("g", { class: "toggle", role: "button", tabindex: 0 });
  const text = svg("text", { x: 16, y: 69 });
  text.append(svg("tspan", { class: "sign" }, "▸"), " ", svg("tspan", { class: "many" }));
  sign.append(svg("rect", { x: 7, y: 57, width: CARD - 14, height: 17, rx: 4 }), text);
  if (Number(card.dataset.marks)) sign.append(svg("text", { class: "found", x: CARD - 14, y: 69, "text-anchor": "end" }, `◆ ${card.dataset.marks}`));
  card.querySelector(".head").after(sign);
  tellToggle(card);
}
const tellLines = () => {
  const named = new Map(boxes.map((box) => [box.getAttribute("href").slice(1), nameIn(box)]));
  for (const line of lines) {
    const [source, target] = [line.dataset.from, line.dataset.to].map((text) => named.get(text.split(" ").at(-1)));
    const kind = say(line.dataset.word || `kind-${kindOf(line).replaceAll("_", "-")}`);
    const said = say(`line-${line.dataset.said || "found"}`, { source, target, kind });
    const filled = { said, sure: line.dataset.sure, without: line.dataset.without, grade: `G${line.dataset.grade}`, basis: say(`basis-${basisOf(line)}`) };
    const label = say(`line-label${line.dataset.without ? "-judged" : line.dataset.sure ? "-sure" : ""}`, filled);
    line.setAttribute("aria-label", line.dataset.several ? say("line-several", { label, n: line.dataset.several }) : label);
  }
  for (const link of all("[data-line]")) link.textContent = lines.find((line) => line.dataset.id === link.dataset.line).getAttribute("aria-label");
};
spoken.push(() => cards.forEach(tellToggle), tellLines);
for (const sign of all(".toggle", picture)) {
  const act = () => { toggle(sign.closest(".card")); arrange(); grow(); };
  sign.addEventListener("click", () => { if (!dragged) act(); });
  sign.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" && event.key !== " ") return;
    event.preventDefault();
    act();
  });
}
all('input[name="view"]').forEach((input) => input.addEventListener("change", () => view(input.value)));

// The matrix of lists: a cell is a pair, and opens what is known of the pair.
const matrix = $("matrix") ? data("lists") : null;
const pairKey = (a, b) => `pair/${matrix.lists[a][0]}/${matrix.lists[b][0]}`;
const listName = (at) => matrix.lists[at][root.lang === "zh" ? 3 : 2];
const pairOf = (a, b) => matrix.pairs[Math.min(a, b)].find((one) => one[0] === Math.max(a, b));
const shareOf = (a, b) => pairOf(a, b)[1] / Math.max(1, Math.min(matrix.lists[a][4], matrix.lists[b][4]));
const percent = (share) => share.toLocaleString(root.lang, { style: "percent", maximumSignificantDigits: share < 0.1 ? 1 : 2 });
const tellPair = (a, b) => {
  const filled = { a: listName(a), b: listName(b) };
  if (a === b) return filled.a;
  return pairOf(a, b) ? say("pair", { ...filled, shared: pairOf(a, b)[1], share: percent(shareOf(a, b)) }) : say("pair-none", filled);
};
// The card of a pair is made when it is asked for: by its key, as `#at=` has it.
const pairCard = (key) => {
  const found = matrix && /^pair\/(.+?)$/.exec(key) && matrix.lists.flatMap((_, a) => matrix.pairs[a].map(([b]) => [a, b])).find(([a, b]) => pairKey(a, b) === key);
  if (!found) return null;
  const [ends, pair] = [found.map((at) => matrix.lists[at]), pairOf(...found)];
  const names = ends.flatMap((list, at) => [at ? " · " : " ", list[1] ? html("a", { href: `#${list[1]}`, textContent: listName(found[at]) }) : listName(found[at])]);
  const known = [["shared", pair[1].toLocaleString(root.lang)], ["share-of-smaller", percent(shareOf(...found))]];
  if (pair[2] !== null) known.push(["expected", pair[2].toLocaleString(root.lang)]);
  const facts = known.map(([name, value]) => html("div", {}, worded("dt", name), html("dd", { textContent: value })));
  const between = abouts.filter((one) => one.dataset.of && ends.every(([, card]) => card && one.dataset.of.split(" ").includes(card)));
  const links = between.map((one) => html("li", {}, html("a", { href: `#${one.id}`, textContent: one.querySelector("h4").textContent })));
  const card = html("article", { className: "about about-pair", tabIndex: -1 }, html("h3", {}, worded("small", "pair-of"), ...names), html("dl", {}, ...facts));
  card.append(links.length ? html("ul", { className: "touching" }, ...links) : worded("p", "pair-alone", { className: "nothing" }));
  card.dataset.key = key;
  return card;
};
if (matrix) {
  const [many, frame, grid] = [matrix.lists.length, $("matrix-frame"), $("matrix-grid")];
  const names = many > 60 ? 150 : 210;
  const cell = Math.max(5, Math.min(28, Math.floor((1100 - names) / many)));
  let here = null;
  const moved = svg("rect", { class: "spot", width: cell, height: cell });
  const HEADS = 132;
  const draw = () => {
    const side = names + cell * many;
    Object.entries({ width: side, height: side - names + HEADS, viewBox: `0 ${-HEADS} ${side} ${side - names + HEADS}` }).forEach(([key, value]) => grid.setAttribute(key, value));
    const steps = matrix.shares.map(() => []);
    matrix.pairs.forEach((row, a) => row.forEach(([b]) => {
      const step = matrix.shares.findLastIndex((least) => shareOf(a, b) >= least);
      if (step < 0) return;
      for (const [x, y] of [[a, b], [b, a]]) steps[step].push(`M${names + x * cell} ${y * cell}h${cell}v${cell}h-${cell}z`);
    }));
    const ground = svg("rect", { class: "ground", x: names, y: 0, width: cell * many, height: cell * many });
    const cells = steps.map((step, at) => svg("path", { class: `share s${at + 1}`, d: step.join("") }));
    const diagonal = svg("path", { class: "same", d: `M${names} 0l${cell * many} ${cell * many}` });
    grid.replaceChildren(ground, ...cells, diagonal, ...labels(), moved);
  };
  // A name for each list where there is room, else for the oldest of each family that has it.
  const labels = () => {
    const placed = [];
    let first = 0;
    for (const size of matrix.families) {
      const rows = cell >= 14 ? [...Array(size).keys()] : [0];
      for (const row of rows) {
        const y = (first + row + (cell >= 14 ? 0.5 : 0)) * cell + (cell >= 14 ? 4 : 11);
        if (!placed.length || y - placed.at(-1).y >= 13) placed.push({ y, at: first + row, more: cell >= 14 ? 0 : size - 1 });
      }
      first += size;
    }
    // The same at both sides, those above the columns turned.
    return placed.filter(({ y }) => y <= cell * many + 4).flatMap(({ y, at, more }) => [names - 14, HEADS - 12].map((width, turned) => {
      const text = [...listName(at)];
      const room = Math.floor(width / (text.some((sign) => sign > "\u2e80") ? 11 : 6.2)) - (more ? 4 : 0);
      const said = (text.length > room ? `${text.slice(0, room - 1).join("")}…` : text.join("")) + (more ? ` +${more}` : "");
      return svg("text", turned ? { transform: `translate(${names + y} -6) rotate(-90)` } : { x: names - 8, y, "text-anchor": "end" }, said);
    }));
  };
  const tellHere = () => { $("matrix-said").textContent = here ? tellPair(...here) : ""; };
  const point = (a, b) => {
    here = [a, b];
    moved.setAttribute("x", names + b * cell);
    moved.setAttribute("y", a * cell);
    tellHere();
  };
  const at = (event) => {
    const box = grid.getBoundingClientRect();
    const scale = (names + cell * many) / box.width;
    const [b, a] = [Math.floor(((event.clientX - box.left) * scale - names) / cell), Math.floor(((event.clientY - box.top) * scale - HEADS) / cell)];
    return Math.min(a, b) >= 0 && Math.max(a, b) < many ? [a, b] : null;
  };
  const act = () => {
    const [a, b] = here;
    const about = matrix.lists[a][1] && $(matrix.lists[a][1]);
    // The map of what was chosen: that of the list's holder, with the list or the pair beside it.
    if (about && a === b) go(widened(about));
    else if (a !== b && pairOf(a, b)) go({ ...(about ? widened(about) : {}), at: pairKey(Math.min(a, b), Math.max(a, b)) });
  };
  grid.addEventListener("pointermove", (event) => { const cellAt = at(event); if (cellAt) point(...cellAt); });
  grid.addEventListener("click", (event) => { const cellAt = at(event); if (cellAt) { point(...cellAt); act(); } });
  frame.addEventListener("focus", () => { if (!here) point(Math.min(1, many - 1), 0); });
  frame.addEventListener("keydown", (event) => {
    const [a, b] = here || [0, 0];
    const end = many - 1;
    const ways = { ArrowLeft: [a, b - 1], ArrowRight: [a, b + 1], ArrowUp: [a - 1, b], ArrowDown: [a + 1, b], Home: [a, 0], End: [a, end], PageUp: [0, b], PageDown: [end, b] };
    if (event.key === "Enter" || event.key === " ") act();
    else if (event.key in ways) {
      point(...ways[event.key].map((place) => Math.min(Math.max(place, 0), end)));
      moved.scrollIntoView({ block: "nearest", inline: "nearest" });
    } else return;
    event.preventDefault();
  });
  $("matrix-plus").hidden = cell >= 14;
  if (innerWidth < 700) $("matrix-fold").open = false;
  draw();
  spoken.push(() => { draw(); tellHere(); });
}

// Shapes of lines between two places. A place is {l, r, y, key, room}: left and right side, height, and how far lines may fan out.
const sides = (a, b) => {
  if (a.key === b.key || (a.l < b.r && b.l < a.r)) return [1, 1];
  return a.r <= b.l ? [1, 0] : [0, 1];
};
// Lines that end at one side of one place stand apart, in the order of where they go next.
const fan = (ways) => {
  const meeting = new Map();
  for (const way of ways) {
    const [left, right] = sides(way.a, way.b);
    way.on = [left, right];
    for (const [end, side, here, there] of [[0, left, way.a, way.b], [1, right, way.b, way.a]]) {
      const key = `${here.key} ${side}`;
      if (!meeting.has(key)) meeting.set(key, []);
      const next = way.bends.at(end ? -1 : 0) || there;
      meeting.get(key).push({ way, end, y: next.y, room: here.room });
    }
  }
  for (const ends of meeting.values()) {
    ends.sort((p, q) => p.y - q.y || p.end - q.end);
    const step = Math.min(5, ends[0].room / Math.max(ends.length - 1, 1));
    ends.forEach((one, number) => { one.way.off[one.end] = (number - (ends.length - 1) / 2) * step; });
  }
};
// Bows on one side of one column lie in lanes: the shorter the nearer.
const lanes = (ways) => {
  const placed = [];
  const bows = ways.filter((way) => way.on[0] && way.on[1]);
  bows.sort((p, q) => Math.abs(p.a.y - p.b.y) - Math.abs(q.a.y - q.b.y));
  for (const way of bows) {
    const [top, bottom] = [Math.min(way.a.y, way.b.y), Math.max(way.a.y, way.b.y)];
    const used = new Set(placed.filter((p) => p.r === way.a.r && p.top <= bottom && top <= p.bottom).map((p) => p.lane));
    way.lane = 0;
    while (used.has(way.lane)) way.lane += 1;
    placed.push({ r: way.a.r, top, bottom, lane: way.lane });
  }
};
// Points of the cubic curves of one way: start, then (control, control, end) for each piece.
const points = (way) => {
  const turn = way.a.key === way.b.key ? 9 : 0;
  if (way.a.l === way.a.r) return [[way.a.l, way.a.y], [way.a.l, way.a.y], [way.b.l, way.b.y], [way.b.l, way.b.y]];
  const start = [way.on[0] ? way.a.r : way.a.l, way.a.y + way.off[0] - turn];
  const end = [way.on[1] ? way.b.r : way.b.l, way.b.y + way.off[1] + turn];
  if (way.on[0] && way.on[1]) {
    const [near, more, most] = way.a.lane && way.b.lane ? [8, 5, 40] : [30, 34, 132];
    const out = Math.max(start[0], end[0]) + Math.min(near + more * way.lane, most);
    return [start, [out, start[1]], [out, end[1]], end];
  }
  const stops = [start];
  for (const bend of way.bends) stops.push(...(way.on[0] ? [[bend.l, bend.y], [bend.r, bend.y]] : [[bend.r, bend.y], [bend.l, bend.y]]));
  stops.push(end);
  const found = [start];
  for (let n = 1; n < stops.length; n += 1) {
    const [[x1, y1], [x2, y2]] = [stops[n - 1], stops[n]];
    const pull = (x2 - x1) / 2;
    found.push([x1 + pull, y1], [x2 - pull, y2], [x2, y2]);
  }
  return found;
};
const pointAt = (curve, t) => [0, 1].map((axis) => (1 - t) ** 3 * curve[0][axis] + 3 * t * (1 - t) ** 2 * curve[1][axis]
  + 3 * t * t * (1 - t) * curve[2][axis] + t ** 3 * curve[3][axis]);
// A place for a line's grade among `boxes`, off them and off those `taken`: the rule of tracer/export/picture/edge_labels.py with its numbers.
const middleFirst = (curves, every) => {
  const kept = curves.filter((_, n) => n % every === 0);
  const far = (n) => Math.abs(n - (kept.length - 1) / 2);
  return kept.map((_, n) => n).sort((p, q) => far(p) - far(q) || p - q).map((n) => kept[n]);
};
const markAt = (found, { taken, boxes }) => {
  const { along, anywhere, beside, apart, clear } = scene.marks;
  const curves = [];
  for (let n = 0; n + 3 < found.length; n += 3) curves.push(found.slice(n, n + 4));
  const free = ([x, y]) => taken.every(([p, q]) => Math.abs(x - p) > apart[0] || Math.abs(y - q) > apart[1]);
  const open = ([x, y]) => x >= clear[0] && x <= natural.w - clear[0] && y >= clear[1] && y <= natural.h - clear[1]
    && boxes.every(([l, t, r, b]) => x < l - clear[0] || x > r + clear[0] || y < t - clear[1] || y > b + clear[1]);
  const good = (place) => free(place) && open(place);
  const gaps = middleFirst(curves, 2).flatMap((curve) => along.map((t) => pointAt(curve, t)));
  let chosen = gaps.find(good);
  if (!chosen) {
    const all = middleFirst(curves, 1).flatMap((curve) => anywhere.map((t) => pointAt(curve, t)));
    for (const [across, down] of beside) {
      chosen = all.map(([x, y]) => [x + across, y + down]).find(good);
      if (chosen) break;
    }
  }
  taken.push(chosen ||= gaps.find(free) || gaps[0]);
  return chosen;
};
const shape = (line, way, marks) => {
  const found = points(way);
  const [x, y] = found.at(-1);
  const upwards = way.a.l === way.a.r;
  const back = (upwards ? y > way.a.y : x > found.at(-2)[0]) ? -7 : 7;
  const tip = upwards ? [x, y + back * 0.7] : [x + back * 0.7, y];
  const [first, ...rest] = [...found.slice(0, -1), tip].map(([p, q]) => `${Math.round(p)} ${Math.round(q)}`);
  const [halo, stroke, arrow] = line.children;
  const half = 2.6 + Number(stroke.getAttribute("stroke-width")) * 0.62;
  for (const path of [halo, stroke]) path.setAttribute("d", `M${first}C${rest.join(" ")}`);
  const wings = upwards ? `${-half} ${back}h${2 * half}` : `${back} ${-half}v${2 * half}`;
  arrow.setAttribute("d", `M${Math.round(x)} ${Math.round(y)}l${wings}z`);
  const mark = line.querySelector(".mark");
  if (mark) mark.setAttribute("transform", `translate(${markAt(found, marks).map((n) => n.toFixed(1)).join(" ")})`);
};

// Pan and zoom; then the picture is drawn for the first time.
let seen = { x: 0, y: 0, w: 1, h: 1 };
const show = () => {
  const { w, h } = natural;
  seen.w = Math.min(Math.max(seen.w, w / 12), w);
  seen.h = seen.w * h / w;
  seen.x = Math.min(Math.max(seen.x, 0), w - seen.w);
  seen.y = Math.min(Math.max(seen.y, 0), h - seen.h);
  picture.setAttribute("viewBox", `${seen.x} ${seen.y} ${seen.w} ${seen.h}`);
  picture.setAttribute("width", w);
  picture.setAttribute("height", h);
  $("cover").classList.toggle("tall", w < scene.sizes.upright * h);
  picture.style.minWidth = `${Math.min(w, Math.max(860, 0.62 * w))}px`;
  picture.classList.toggle("zoomed", seen.w < w - 0.5);
};
const zoom = (factor, at = { x: seen.x + seen.w / 2, y: seen.y + seen.h / 2 }) => {
  const w = Math.min(Math.max(seen.w / factor, natural.w / 12), natural.w);
  seen.x = at.x - (at.x - seen.x) * w / seen.w;
  seen.y = at.y - (at.y - seen.y) * w / seen.w;
  seen.w = w;
  show();
};
const fit = () => { seen = { x: 0, y: 0, w: natural.w, h: natural.h }; show(); };
// After a card was opened the picture is higher; what was seen of it stays.
const grow = () => show();
// Brings cards into sight, where they are out of it.
const reveal = (shown) => {
  const frame = $("frame").getBoundingClientRect();
  for (const card of shown) {
    const box = card.getBoundingClientRect();
    if (box.left < frame.left || box.right > frame.right) $("frame").scrollLeft += box.left - frame.left - 40;
    if (box.top < 0 || box.top > innerHeight) scrollBy({ top: box.top - innerHeight / 3 });
  }
};
const place = (event) => {
  const box = picture.getBoundingClientRect();
  return { x: seen.x + (event.clientX - box.left) * seen.w / box.width, y: seen.y + (event.clientY - box.top) * seen.h / box.height };
};
$("zoom-in").addEventListener("click", () => zoom(1.4));
$("zoom-out").addEventListener("click", () => zoom(1 / 1.4));
$("zoom-fit").addEventListener("click", fit);
picture.addEventListener("wheel", (event) => {
  if (!event.ctrlKey && !event.metaKey) return;
  event.preventDefault();
  zoom(Math.exp(-event.deltaY / 300), place(event));
}, { passive: false });
$("frame").addEventListener("keydown", (event) => {
  if (event.target !== $("frame")) return;
  const far = seen.w / 8;
  const moves = { ArrowLeft: [-far, 0], ArrowRight: [far, 0], ArrowUp: [0, -far], ArrowDown: [0, far] };
  if (event.key === "+" || event.key === "=") zoom(1.4);
  else if (event.key === "-") zoom(1 / 1.4);
  else if (event.key === "0") fit();
  else if (event.key in moves && seen.w < natural.w) {
    seen.x += moves[event.key][0];
    seen.y += moves[event.key][1];
    show();
  } else return;
  event.preventDefault();
});
let grabbed = null;
picture.addEventListener("pointerdown", (event) => {
  dragged = false;
  if (event.button === 0 && seen.w < natural.w) grabbed = { x: event.clientX, y: event.clientY, seen: { ...seen } };
});
addEventListener("pointermove", (event) => {
  if (!grabbed) return;
  const scale = seen.w / picture.getBoundingClientRect().width;
  const [dx, dy] = [event.clientX - grabbed.x, event.clientY - grabbed.y];
  if (Math.abs(dx) + Math.abs(dy) > 5) dragged = true;
  if (!dragged) return;
  picture.classList.add("dragged");
  seen.x = grabbed.seen.x - dx * scale;
  seen.y = grabbed.seen.y - dy * scale;
  show();
});
addEventListener("pointerup", () => {
  grabbed = null;
  picture.classList.remove("dragged");
  setTimeout(() => { dragged = false; });
});
picture.addEventListener("dragstart", (event) => event.preventDefault());
$("details").open = false;
addEventListener("beforeprint", () => { $("details").open = true; });
addEventListener("afterprint", () => { $("details").open = false; });
if ($("picture")) view("parties");

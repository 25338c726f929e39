// What is shown: by grade, kind, basis and day; search; what belongs together.
const chosen = (name) => new Set(all(`input[name="${name}"]:checked`).map((input) => input.value));
const dayOf = (number) => new Date(Date.parse($("days").dataset.first) + number * 86400000).toISOString().slice(0, 10);
const between = () => {
  if (!$("days")) return () => true;
  const [from, to] = [dayOf(Number($("day-from").value)), dayOf(Number($("day-to").value))];
  return (date) => !date || (from <= date && date <= to);
};
const filter = () => {
  const least = Number(document.querySelector('input[name="grade"]:checked').value);
  const kinds = chosen("kind");
  const bases = chosen("basis");
  const inTime = between();
  for (const line of lines) {
    const shown = Number(line.dataset.best || line.dataset.grade) >= least && bases.has(basisOf(line)) && inTime(line.dataset.date)
      && kindsOf(line).some((kind) => kinds.has(kind));
    line.classList.toggle("off", !shown);
  }
  for (const box of all(".chip", picture)) box.classList.toggle("past", !inTime(box.dataset.date));
  for (const body of all(".findings tbody[data-grade]")) body.classList.toggle("off", Number(body.dataset.grade) < least);
};
all('input[name="grade"], input[name="kind"], input[name="basis"]').forEach((input) => input.addEventListener("change", filter));
if ($("days")) {
  const ends = [$("day-from"), $("day-to")];
  const last = Math.round((Date.parse($("days").dataset.last) - Date.parse($("days").dataset.first)) / 86400000);
  ends.forEach((input) => { input.max = last; });
  $("day-from").value = 0;
  $("day-to").value = last;
  const tell = (moved) => {
    if (Number(ends[0].value) > Number(ends[1].value)) (moved === ends[0] ? ends[1] : ends[0]).value = moved.value;
    for (const input of ends) {
      input.parentElement.querySelector("output").textContent = dayOf(Number(input.value));
      input.setAttribute("aria-valuetext", dayOf(Number(input.value)));
    }
    filter();
  };
  ends.forEach((input) => input.addEventListener("input", () => tell(input)));
  tell(ends[0]);
}

let hits = [];
const tellHits = () => { $("hits").textContent = $("search").value.trim() ? say("hits", { n: hits.length }) : ""; };
const search = () => {
  const wanted = $("search").value.trim().toLowerCase();
  hits = wanted ? boxes.filter((box) => (box.dataset.search || nameIn(box).toLowerCase()).includes(wanted)) : [];
  picture.classList.toggle("searching", hits.length > 0);
  for (const box of boxes) box.classList.toggle("hit", hits.includes(box));
  for (const card of cards) card.classList.toggle("has-hit", card.querySelector(".hit") !== null);
  tellHits();
};
spoken.push(tellHits);
$("search").addEventListener("input", search);
$("search").addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !hits.length) return;
  event.preventDefault();
  if (hits[0].classList.contains("chip") && state === "parties") {
    toggle(hits[0].closest(".card"), true);
    arrange();
    grow();
  }
  open(hits[0].getAttribute("href").slice(1), $("search"));
});

const light = (nodes, every) => {
  for (const line of lines) {
    const ends = endsOf(line);
    line.classList.toggle("lit", every ? ends.every((end) => nodes.has(end)) : ends.some((end) => nodes.has(end)));
  }
  for (const box of boxes) box.classList.toggle("lit", nodes.has(nodeOf(box)));
  for (const card of cards) card.classList.toggle("lit", nodes.has(card.dataset.node));
};
for (const box of boxes) {
  box.addEventListener("pointerenter", () => {
    if (picture.classList.contains("walking")) return;
    light(new Set([nodeOf(box)]), false);
    picture.classList.toggle("near", lines.some((line) => line.classList.contains("lit") && !line.matches(".away, .off")));
  });
  box.addEventListener("pointerleave", () => {
    picture.classList.remove("near");
    if (!picture.classList.contains("walking")) light(new Set(), true);
  });
}

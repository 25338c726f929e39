// Small parts that all others use, and the words in both languages.
const root = document.documentElement;
const $ = (id) => document.getElementById(id);
const all = (selector, within = document) => [...within.querySelectorAll(selector)];
const data = (id) => JSON.parse($(id).textContent);
const words = data("words");
// An id behind a name stands between two signs, and is set in small type.
const plain = (text) => text.replace(/[\ue010\ue011]/g, "");
const said = data("said");
const sentences = { en: new Map(said.map(([en, zh]) => [plain(zh), en])), zh: new Map(said.map(([en, zh]) => [plain(en), zh])) };
const set = (element, text) => element.replaceChildren(...text.split(/\ue010(.*?)\ue011/).map((part, at) => {
  if (at % 2 === 0) return part;
  const small = document.createElement("small");
  small.className = "ref";
  small.textContent = part;
  return small;
}));
root.classList.add("js");

// What is no word of the page stays as it is; numbers are grouped as Python groups them.
const say = (key, filled = {}) =>
  (words[root.lang][key] ?? key).replace(/\{(\w+)\}/g, (place, name) => (filled[name] ?? place).toLocaleString(root.lang));
const speak = (within = document) => {
  for (const element of all("[data-t]", within)) {
    element.textContent = say(element.dataset.t, JSON.parse(element.dataset.v || "{}"));
  }
  for (const name of ["aria-label", "placeholder"]) {
    for (const element of all(`[data-t-${name}]`, within)) {
      element.setAttribute(name, say(element.getAttribute(`data-t-${name}`)));
    }
  }
  for (const element of all(".s", within)) {
    const text = element.textContent;
    if (element.dataset.o !== undefined) {
      element.textContent = element.dataset.o;
      element.dataset.o = text;
    } else if (sentences[root.lang].has(text)) set(element, sentences[root.lang].get(text));
  }
};
const spoken = [];
$("language").addEventListener("click", () => {
  root.lang = root.lang === "en" ? "zh" : "en";
  speak();
  spoken.forEach((tell) => tell());
});
$("theme").addEventListener("click", () => {
  const dark = root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  root.dataset.theme = dark ? "light" : "dark";
});
const picture = $("picture") || document.createElementNS("http://www.w3.org/2000/svg", "svg");
const lines = all(".line", picture);
const cards = all(".card", picture);
const boxes = all("#cards a", picture);
const nameIn = (box) => (box.querySelector("title") || box.querySelector(".id, .name")).textContent;
const nodeOf = (box) => box.getAttribute("href").slice(1);
const endsOf = (line) => `${line.dataset.from} ${line.dataset.to}`.split(" ");
const kindOf = (line) => /k-(\w+)/.exec(line.getAttribute("class"))[1];
const kindsOf = (line) => (line.dataset.kinds || kindOf(line)).split(" ");
const basisOf = (line) => /b-(\w+)/.exec(line.getAttribute("class"))[1];
const svg = (name, attributes, text) => {
  const element = document.createElementNS("http://www.w3.org/2000/svg", name);
  Object.entries(attributes).forEach(([key, value]) => element.setAttribute(key, value));
  if (text) element.textContent = text;
  return element;
};

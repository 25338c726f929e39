// Small parts that all others use, and the words in both languages.
const root = document.documentElement;
const $ = (id) => document.getElementById(id);
const all = (selector, within = document) => [...within.querySelectorAll(selector)];
const data = (id) => JSON.parse($(id).textContent);
const words = data("words");
// An id behind a name stands between two signs, and is set in small type.
const said = data("said");
const own = [];
const first = root.lang;
const set = (element, text) => element.replaceChildren(...text.split(/\ue010(.*?)\ue011/).map((part, at) =>
  at % 2 === 0 ? part : Object.assign(document.createElement("small"), { className: "ref", textContent: part })));
root.classList.add("js");

// What is no word of the page stays as it is; numbers are grouped as Python groups them.
const say = (key, filled = {}) =>
  (words[root.lang][key] ?? key).replace(/\{(\w+)\}/g, (place, name) => (filled[name] ?? place).toLocaleString(root.lang));
const speak = (within = document) => {
  for (const element of all("[data-t]", within)) element.textContent = say(element.dataset.t, JSON.parse(element.dataset.v || "{}"));
  for (const name of ["aria-label", "placeholder"]) {
    for (const element of all(`[data-t-${name}]`, within)) element.setAttribute(name, say(element.getAttribute(`data-t-${name}`)));
  }
  for (const element of all(".s", within)) {
    const { o, s } = element.dataset;
    if (o !== undefined) {
      element.dataset.o = element.textContent;
      element.textContent = o;
    } else if (root.lang === first) element.innerHTML = own[s];
    else {
      own[s] ??= element.innerHTML;
      set(element, said[s]);
    }
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
const svg = (name, attributes, text) => {
  const element = document.createElementNS("http://www.w3.org/2000/svg", name);
  Object.entries(attributes).forEach(([key, value]) => element.setAttribute(key, value));
  if (text) element.textContent = text;
  return element;
};
const html = (name, properties = {}, ...inside) => {
  const element = Object.assign(document.createElement(name), properties);
  element.append(...inside);
  return element;
};
const worded = (name, key, properties = {}) => {
  const element = html(name, { ...properties, textContent: say(key) });
  element.dataset.t = key;
  return element;
};

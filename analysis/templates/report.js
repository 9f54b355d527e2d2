// The page is complete without this: it marks the section in view, folds the contents on small screens, switches the theme.
const root = document.documentElement;
const links = new Map([...document.querySelectorAll(".toc a")].map((link) => [link.hash.slice(1), link]));
const sections = [...document.querySelectorAll("main section")];
const contents = document.querySelector(".toc details");
const narrow = matchMedia("(max-width: 64rem)");
const prefersDark = matchMedia("(prefers-color-scheme: dark)");
const button = document.querySelector("#theme");

function markCurrent() {
  const line = innerHeight * 0.3;
  const atEnd = innerHeight + scrollY > root.scrollHeight - 4;
  const current = atEnd ? sections.at(-1) : sections.findLast((section) => section.getBoundingClientRect().top < line);
  for (const [id, link] of links) {
    if (id === current?.id) link.setAttribute("aria-current", "true");
    else link.removeAttribute("aria-current");
  }
}

function fold() {
  contents.open = !narrow.matches;
}

function isDark() {
  return (root.dataset.theme ?? (prefersDark.matches ? "dark" : "light")) === "dark";
}

function nameButton() {
  button.textContent = isDark() ? "Light" : "Dark";
}

addEventListener("scroll", markCurrent, { passive: true });
narrow.addEventListener("change", fold);
contents.addEventListener("click", (event) => {
  if (narrow.matches && event.target.closest("a")) contents.open = false;
});
contents.querySelector("summary").addEventListener("click", (event) => {
  if (!narrow.matches) event.preventDefault();
});
button.addEventListener("click", () => {
  root.dataset.theme = isDark() ? "light" : "dark";
  nameButton();
});
markCurrent();
fold();
nameButton();
button.hidden = false;

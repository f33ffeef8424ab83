/* Comfort only: every page works without this file. */
(() => {
  const root = document.documentElement;
  root.classList.add("js");
  // A second press of the same button sends nothing; the page comes back enabled from the back button.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented) return;
    if (form.dataset.sent && form.method === "post") { event.preventDefault(); return; }
    form.dataset.sent = "1";
    const button = event.submitter;
    if (button && form.method === "post") { button.setAttribute("aria-disabled", "true"); if (button.dataset.busy) button.textContent = button.dataset.busy; }
  });
  addEventListener("pageshow", () => document.querySelectorAll("[data-sent]").forEach((form) => { delete form.dataset.sent; form.querySelectorAll("[aria-disabled]").forEach((b) => b.removeAttribute("aria-disabled")); }));
  document.querySelectorAll("[data-print]").forEach((button) => { button.hidden = false; button.addEventListener("click", () => print()); });
  // Read the page aloud where the browser can speak.
  if ("speechSynthesis" in window) document.querySelectorAll("[data-read]").forEach((button) => {
    button.hidden = false;
    button.addEventListener("click", () => {
      if (speechSynthesis.speaking) { speechSynthesis.cancel(); return; }
      const words = new SpeechSynthesisUtterance(document.getElementById(button.dataset.read || "main").innerText);
      words.lang = root.lang; words.rate = .9;
      speechSynthesis.speak(words);
    });
  });
  // Speak a question where the browser listens; the words are shown before they are sent.
  const Listener = window.SpeechRecognition || window.webkitSpeechRecognition;
  if (Listener) document.querySelectorAll("[data-speak]:not([data-hear])").forEach((button) => {
    button.hidden = false;
    button.addEventListener("click", () => {
      const ear = new Listener(), box = document.getElementById(button.dataset.speak);
      ear.lang = root.lang; button.setAttribute("aria-pressed", "true");
      ear.onresult = (event) => { const words = event.results[0][0].transcript; box.value = box.tagName === "TEXTAREA" ? box.value + words : words; box.dispatchEvent(new Event("input", { bubbles: true })); box.focus(); };
      ear.onend = () => button.removeAttribute("aria-pressed");
      ear.start();
    });
  });
  // After a refused form the reader lands on the list of what to correct.
  const errors = document.getElementById("errors");
  if (errors) errors.focus();
})();

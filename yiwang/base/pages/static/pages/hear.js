/* Comfort only: where the operator has a recogniser of his own, speech goes there and not to the maker of the browser. */
document.querySelectorAll("[data-hear]").forEach((button) => {
  if (!window.MediaRecorder || !navigator.mediaDevices) return;
  const box = document.getElementById(button.dataset.speak), words = button.querySelector("span"), said = words.textContent;
  let ear = null;
  const rest = (text) => { words.textContent = text; button.removeAttribute("aria-pressed"); ear = null; };
  const send = async (sound) => {
    const held = new FormData();
    held.append("sound", sound, "speech");
    held.append("csrfmiddlewaretoken", document.querySelector("[name=csrfmiddlewaretoken]").value);
    const answer = await fetch(button.dataset.hear, { method: "POST", body: held, headers: { Accept: "application/json" } });
    if (!answer.ok) throw new Error(answer.status);
    const heard = (await answer.json()).text;
    box.value = box.tagName === "TEXTAREA" ? box.value + heard : heard;
    box.dispatchEvent(new Event("input", { bubbles: true }));
    box.focus();
  };
  button.hidden = false;
  button.addEventListener("click", async () => {
    if (ear) { ear.stop(); return; }
    try {
      const stream = await navigator.mediaDevices.getUserMedia({ audio: true }), parts = [];
      ear = new MediaRecorder(stream);
      ear.ondataavailable = (event) => parts.push(event.data);
      ear.onstop = () => {
        stream.getTracks().forEach((track) => track.stop());
        send(new Blob(parts, { type: ear.mimeType })).then(() => rest(said), () => rest(button.dataset.unheard));
      };
      ear.start();
      words.textContent = button.dataset.listening;
      button.setAttribute("aria-pressed", "true");
      setTimeout(() => ear && ear.state === "recording" && ear.stop(), 60000);
    } catch { rest(button.dataset.unheard); }
  });
});

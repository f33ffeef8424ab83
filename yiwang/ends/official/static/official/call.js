/* Comfort only: what is suggested goes into its field without the page being sent. */
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-fill]"), box = button && document.getElementById(button.dataset.fill);
  if (!box) return;
  event.preventDefault();
  box.closest("details")?.setAttribute("open", "");
  box.value = button.dataset.value;
  box.dispatchEvent(new Event("input", { bubbles: true }));
  box.focus();
});

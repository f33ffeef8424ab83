/* Comfort only: a large photo is made smaller before it is sent, which also leaves place and device behind. */
document.querySelectorAll('input[type=file][accept*="image/"]').forEach((input) => {
  const enough = 1.5e6, side = 2000, form = input.form;
  let busy = null;
  const smaller = async (file) => {
    if (file.size < enough || !file.type.startsWith("image/")) return file;
    const picture = await createImageBitmap(file), scale = Math.min(1, side / Math.max(picture.width, picture.height));
    const sheet = document.createElement("canvas");
    sheet.width = Math.round(picture.width * scale); sheet.height = Math.round(picture.height * scale);
    sheet.getContext("2d").drawImage(picture, 0, 0, sheet.width, sheet.height);
    const drawn = await new Promise((done) => sheet.toBlob(done, "image/jpeg", .85));
    return new File([drawn], file.name.replace(/\.\w+$/, "") + ".jpg", { type: "image/jpeg" });
  };
  input.addEventListener("change", () => {
    const chosen = [...input.files];
    busy = Promise.all(chosen.map((file) => smaller(file).catch(() => file))).then((files) => {
      const held = new DataTransfer();
      files.forEach((file) => held.items.add(file));
      input.files = held.files;
      busy = null;
    });
  });
  // Who presses the button while a photo is still being made smaller waits for it.
  form.addEventListener("submit", (event) => {
    if (!busy) return;
    event.preventDefault();
    busy.then(() => form.requestSubmit(event.submitter));
  });
});

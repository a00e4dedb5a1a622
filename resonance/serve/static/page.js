"use strict";
// What HTML cannot say by itself: copying a passage, and hearing how far a run is.

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  const text = document.getElementById(button.dataset.copy).textContent;
  try {
    await navigator.clipboard.writeText(text);
    button.textContent = "Copied";
  } catch {
    button.textContent = "Select it and copy by hand";
  }
});

document.addEventListener("htmx:beforeSwap", (event) => {
  // An answer that is no success still says what to do.
  if (event.detail.xhr.status >= 400) window.location.reload();
});

const job = document.getElementById("job");
if (job && job.dataset.progress) {
  const news = new EventSource(job.dataset.progress);
  news.onmessage = (event) => {
    const { state, percent, told } = JSON.parse(event.data);
    document.getElementById("told").textContent = told;
    document.getElementById("bar").value = percent;
    if (state !== "working") {
      news.close();
      window.location.reload();
    }
  };
}

// Signed in again in another window: this page takes the new token from the server and goes on saving.
(function () {
  "use strict";

  const TOKEN = "csrfmiddlewaretoken";
  const formIn = (page) => page.querySelector("form[data-draft]");

  // The page as it stands on the server now; null while nobody, or somebody else, is signed in.
  async function freshPage(form) {
    const answer = await fetch(location.href, { credentials: "same-origin" });
    if (!answer.ok || new URL(answer.url).pathname !== location.pathname) return null;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    return formIn(page)?.dataset.draft === form.dataset.draft ? page : null;
  }

  function take(token) {
    for (const field of document.getElementsByName(TOKEN)) field.value = token;
    for (const part of document.querySelectorAll("[hx-headers]")) {
      const headers = JSON.parse(part.getAttribute("hx-headers"));
      part.setAttribute("hx-headers", JSON.stringify({ ...headers, "X-CSRFToken": token }));
    }
  }

  let asked = false; // once for each time that saving stops: a refusal that stays is none of ours
  document.addEventListener("htmx:responseError", async (event) => {
    const form = formIn(document);
    if (event.detail.xhr.status !== 403 || !form?.dataset.draft || asked) return;
    asked = true;
    const page = await freshPage(form).catch(() => null);
    if (!page) {
      asked = false;
      return;
    }
    take(page.getElementsByName(TOKEN)[0].value);
    form.elements.namedItem(TOKEN).dispatchEvent(new Event("input", { bubbles: true }));
  });
  document.addEventListener("htmx:afterRequest", (event) => { if (event.detail.successful) asked = false; });
})();

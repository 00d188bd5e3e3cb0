// What a displayed document holds, whichever reader displays it.
"use strict";

async function seenIn(frame) {
  const document = frame.contentDocument;
  await Promise.all([...document.images].map((image) => image.decode().catch(() => undefined)));
  return {
    text: document.body.textContent,
    language: document.documentElement.lang,
    shown: document.body.getBoundingClientRect().height > 0,
    pictures: [...document.images].map((image) => ({ source: image.getAttribute("src"), width: image.naturalWidth })),
    passages: [...document.querySelectorAll("h1, h2, p")].map((each) => ({
      text: each.textContent, language: each.closest("[lang]").lang,
    })),
    notes: [...document.querySelectorAll("a[role=doc-noteref]")].map((link) => link.getAttribute("href")),
  };
}

// Where the middle of an element is on the screen; nothing while it is on another page of the document.
function placeIn(frame, selector) {
  const element = frame.contentDocument.querySelector(selector);
  const outer = frame.getBoundingClientRect();
  const box = element.getBoundingClientRect();
  const [x, y] = [outer.left + box.left + box.width / 2, outer.top + box.top + box.height / 2];
  return x >= 0 && x < window.innerWidth && y >= 0 && y < window.innerHeight ? { x, y } : null;
}

function rest(milliseconds) {
  return new Promise((done) => setTimeout(done, milliseconds));
}

// Opens an EPUB in a reader of the web and says what is seen there.
//
//     node read.mjs READER BOOK BROWSER [FOLDER]
//
// READER is "epubjs" or "readium", BROWSER a Chromium. One JSON object goes to standard output: what the reader calls
// the contents and the reading order, and of each document its words, pictures and links as they are displayed. With
// FOLDER, a picture of the screen of each document is written there. All is served on 127.0.0.1; nothing else is asked.
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import path from "node:path";
import { fileURLToPath } from "node:url";
import puppeteer from "puppeteer-core";

const HERE = path.dirname(fileURLToPath(import.meta.url));
const require = createRequire(import.meta.url);
const SCREEN = { width: 600, height: 800 };
const MOST_PAGES = 200;
const TYPES = {
  css: "text/css", gif: "image/gif", html: "text/html", jpg: "image/jpeg", js: "text/javascript",
  json: "application/json", ncx: "application/x-dtbncx+xml", opf: "application/oebps-package+xml", png: "image/png",
  svg: "image/svg+xml", xhtml: "application/xhtml+xml",
};

const [reader, book, browser, folder] = process.argv.slice(2);

// The book as Readium's own parser understands it: its web publication manifest, and its parts.
async function publication() {
  const { EpubParsePromise } = require("r2-shared-js/dist/es6-es2015/src/parser/epub");
  const globals = require("r2-shared-js/dist/es6-es2015/src/init-globals");
  const { TaJsonSerialize } = require("r2-lcp-js/dist/es6-es2015/src/serializable");
  globals.initGlobalConverters_GENERIC();
  globals.initGlobalConverters_SHARED();
  const parsed = await EpubParsePromise(book);
  const archive = await require("jszip").loadAsync(await readFile(book));
  return { manifest: JSON.stringify(TaJsonSerialize(parsed)), part: (name) => archive.file(name)?.async("nodebuffer") };
}

async function serve(request, response, parts) {
  const name = decodeURIComponent(new URL(request.url, "http://localhost").pathname).slice(1);
  let data;
  if (name === "book.epub") data = await readFile(book);
  else if (name === "book/manifest.json") data = parts.manifest;
  else if (name.startsWith("book/")) data = await parts.part(name.slice(5));
  else if (!name.includes("..")) data = await readFile(path.join(HERE, name)).catch(() => undefined);
  const type = TYPES[name.split(".").pop()] ?? "application/octet-stream";
  response.writeHead(data === undefined ? 404 : 200, { "content-type": `${type}; charset=utf-8` });
  response.end(data);
}

// Turns pages up to a document's first note, clicks it, and says whether what it leads to is on the screen then.
async function follow(page, document) {
  if (!document) return undefined;
  const place = (selector) => page.evaluate((wanted) => window.reader.place(wanted), selector);
  await page.evaluate((target) => window.reader.show(target), document.href);
  const note = document.notes[0];
  let turns = 0;
  let link = await place(`a[role=doc-noteref][href="${note}"]`);
  for (; !link && turns < MOST_PAGES; turns += 1) {
    await page.evaluate(() => window.reader.turn());
    link = await place(`a[role=doc-noteref][href="${note}"]`);
  }
  const before = await place(note);
  if (link) await page.mouse.click(link.x, link.y);
  let after = null;
  for (let waited = 0; waited < 5000 && !after; waited += 100) {
    await new Promise((done) => setTimeout(done, 100));
    after = await place(note);
  }
  if (folder) await page.screenshot({ path: path.join(folder, `${reader}-note.png`) });
  return { note, turns, found: Boolean(link), before: Boolean(before), after: Boolean(after) };
}

const parts = reader === "readium" ? await publication() : {};
const server = createServer((request, response) => serve(request, response, parts));
await new Promise((done) => server.listen(0, "127.0.0.1", done));
const address = `http://127.0.0.1:${server.address().port}`;

const chromium = await puppeteer.launch({
  executablePath: browser,
  args: ["--no-sandbox", "--disable-dev-shm-usage", "--hide-scrollbars", "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"],
});
const said = [];
try {
  const page = await chromium.newPage();
  await page.setViewport(SCREEN);
  page.on("console", (message) => message.type() === "error" && said.push(message.text()));
  page.on("pageerror", (error) => said.push(String(error)));
  page.on("requestfailed", (request) => said.push(`${request.failure()?.errorText} ${request.url()}`));
  page.on("response", (response) => response.status() >= 400 && said.push(`${response.status()} ${response.url()}`));
  await page.goto(`${address}/${reader}.html`);
  const found = await page.evaluate(() => window.reader.open());
  found.documents = [];
  for (const [number, href] of found.order.entries()) {
    await page.evaluate((target) => window.reader.show(target), href);
    found.documents.push({ href, ...(await page.evaluate(() => window.reader.look())) });
    if (folder) await page.screenshot({ path: path.join(folder, `${reader}-${number}-${path.basename(href)}.png`) });
  }
  found.followed = await follow(page, found.documents.find((document) => document.notes.length));
  process.stdout.write(JSON.stringify({ ...found, said }));
} finally {
  await chromium.close();
  server.close();
}

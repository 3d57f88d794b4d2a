// node run.mjs SCENARIO FOLDER PYTHON: the plugin as it ships, in a real browser, with a real backend.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const [scenario, folder, python] = process.argv.slice(2);
const modules = process.env.PLUGIN_RIG ?? here;
const need = createRequire(join(modules, "package.json"));
const esbuild = need("esbuild");
const puppeteer = need("puppeteer-core");
const source = readFileSync(process.env.PLUGIN_SOURCE ?? join(here, "../../vaultkit/obsidian/main.js"), "utf8");
const manifest = JSON.parse(readFileSync(join(here, "../../vaultkit/obsidian/manifest.json"), "utf8"));
const styles = readFileSync(join(here, "../../vaultkit/obsidian/styles.css"), "utf8");
const NOTE = "Papers/Attention.md";
const PATIENCE = 30_000;

const built = await esbuild.build({
  entryPoints: [join(here, "page.js")],
  bundle: true,
  format: "iife",
  write: false,
  nodePaths: [join(modules, "node_modules")],
  logLevel: "error",
});
const browser = await puppeteer.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  headless: true,
  args: ["--no-sandbox", "--disable-gpu"],
});
const children = [];

async function open({ text, program = [python, "-m", "vaultkit", "lsp"], ...more } = {}) {
  const page = await browser.newPage();
  const errors = [];
  page.on("pageerror", (error) => errors.push(String(error)));
  page.on("console", (message) => message.type() === "error" && errors.push(message.text()));
  const mine = new Map();
  const said = (...given) => page.evaluate((...all) => window.processSaid(...all), ...given).catch(() => {});
  await page.exposeFunction("nodeSpawn", (id, command, words, cwd) => {
    const child = spawn(command, words, { cwd, stdio: "pipe" });
    mine.set(id, child);
    children.push(child);
    child.stdout.on("data", (data) => said(id, "stdout", "data", data.toString("base64")));
    child.stderr.on("data", (data) => said(id, "stderr", "data", data.toString("base64")));
    child.on("error", (error) => said(id, "process", "error", [{ message: error.message }]));
    child.on("exit", (code, signal) => said(id, "process", "exit", [code, signal]));
    child.stdin.on("error", () => {});
  });
  await page.exposeFunction("nodeWrite", (id, bytes) => mine.get(id)?.stdin.write(Buffer.from(bytes, "base64")));
  await page.exposeFunction("nodeKill", (id) => mine.get(id)?.kill());
  await page.goto(`file://${join(here, "blank.html")}`); // a secure context, as the app is
  await page.addStyleTag({ content: look() + styles });
  await page.addScriptTag({ content: built.outputFiles[0].text });
  const files = { [NOTE]: text ?? readFileSync(join(folder, NOTE), "utf8"), "Home.md": "# Home\n" };
  await page.evaluate((...given) => window.loadPlugin(...given), source, manifest, {
    folder, files, path: NOTE, program, ...more,
  });
  return { page, errors };
}

/** What a theme of the app gives to plugins, so that pictures look like something. */
function look() {
  return `:root { --text-error: #c33; --text-warning: #b70; --text-muted: #777; --text-normal: #222; --size-4-1: 4px;
    --size-4-2: 8px; --size-4-3: 12px; --font-ui-small: 13px; --font-ui-smaller: 12px; --background-secondary: #f6f6f6;
    --background-modifier-border: #ddd; --background-modifier-hover: #eee; --interactive-accent: #7852ee;
    --text-on-accent: #fff; --cursor: default }
    body { font: 15px/1.5 sans-serif; margin: 16px; max-width: 720px } #editor { border: 1px solid #ddd }
    button:not(.vaultkit-row), input { font: 13px/1.6 sans-serif; padding: 2px 10px; border: 1px solid #ccc; border-radius: 5px; background: #fff }
    .cm-tooltip { font-size: 13px } .cm-tooltip .cm-diagnosticAction { font: 12px/1.6 sans-serif; padding: 0 8px }
    .pane { border: 1px solid #ddd; margin: 12px 0; padding: 12px } h5, h6 { margin: 8px 0 }\n`;
}

const status = (page) => page.$eval(".vaultkit-status", (element) => element.textContent);
async function until(page, test, ...given) {
  await page.waitForFunction(test, { timeout: PATIENCE, polling: 20 }, ...given).catch(async (error) => {
    throw new Error(`in vain: ${test}; status: ${await status(page)}`, { cause: error });
  });
}
const says = (page, words) =>
  until(page, (wanted) => document.querySelector(".vaultkit-status")?.textContent === `Vaultkit: ${wanted}`, words);
const problems = (page, count) =>
  until(page, (wanted) => (window.plugin.found.get("Papers/Attention.md")?.length ?? 0) === wanted, count);
/** Hover over something until another thing shows: once more, as a person would, if the page moved meanwhile. */
async function hovered(page, over, shown) {
  for (let until = Date.now() + PATIENCE; !(await page.$(shown)); ) {
    assert(Date.now() < until, `in vain: ${shown}`);
    const box = await (await page.$(over)).boundingBox();
    await page.mouse.move(0, 0);
    await page.mouse.move(box.x + 4, box.y + box.height / 2, { steps: 3 });
    await page.waitForSelector(shown, { timeout: 3000 }).catch(() => {});
  }
}
const command = (page, id) => page.evaluate((name) => window.plugin.commands__.get(name).checkCallback(false), id);
const ended = async (child) => {
  for (let turn = 0; turn < 200 && child.exitCode === null && child.signalCode === null; turn++) {
    await new Promise((go) => setTimeout(go, 50));
  }
  return child.exitCode;
};

async function picture(page, name) {
  if (!process.env.PICTURES) return;
  const height = await page.evaluate(() => Math.ceil(document.body.getBoundingClientRect().bottom) + 16);
  const clip = { x: 0, y: 0, width: 752, height };
  await page.screenshot({ path: join(process.env.PICTURES, `plugin-${name}.png`), clip });
}

const scenarios = {
  async underlines() {
    const { page, errors } = await open({ otherLinter: true });
    await problems(page, 2);
    await until(page, () => document.querySelectorAll(".cm-lintRange").length >= 3 && window.otherRuns > 0);
    await new Promise((go) => setTimeout(go, 400)); // the other linter runs again, over ours
    await page.evaluate(() => window.lint.forceLinting(window.cm));
    const marked = await page.$$eval(".cm-lintRange-error", (found) => found.map((one) => one.textContent));
    assert.deepEqual(marked, ["Note", "[[Nowhere]]"]);
    assert((await page.$$(".cm-lint-marker")).length >= 2);
    await picture(page, "underlines");
    return errors;
  },

  async fixing() {
    const { page, errors } = await open();
    await problems(page, 2);
    await hovered(page, ".cm-lintRange-error", ".cm-diagnosticAction");
    await picture(page, "hover");
    await page.click(".cm-diagnosticAction");
    await until(page, () => window.cm.state.doc.line(6).text === "## Notes");
    await problems(page, 1);
    return errors;
  },

  async typing() {
    const { page, errors } = await open();
    await problems(page, 2);
    await page.evaluate(() => {
      for (let turn = 0; turn < 200; turn++) {
        window.cm.dispatch({ changes: { from: window.cm.state.doc.length, insert: `😀 [[no ${turn}]]\n` } });
      }
    });
    await problems(page, 202);
    const last = await page.evaluate(() => window.plugin.found.get("Papers/Attention.md").at(-1).range.start);
    assert.equal(last.character, 3);
    return errors;
  },

  async banner() {
    const { page, errors } = await open();
    await until(page, () => document.querySelector(".vaultkit-banner")?.textContent.includes("cannot be published"));
    await page.click(".vaultkit-banner button");
    await until(page, () => document.querySelectorAll(".vaultkit-problems .vaultkit-row").length === 2);
    await picture(page, "banner");
    await page.type(".vaultkit-problems input", "nowhere");
    await until(page, () => document.querySelectorAll(".vaultkit-problems .vaultkit-row").length === 1);
    await page.click(".vaultkit-problems .vaultkit-row");
    await until(page, () => window.cursor?.line === 7);
    await page.$eval(".vaultkit-problems input", (field) => {
      field.value = "";
      field.dispatchEvent(new Event("input"));
    });
    await page.click(".vaultkit-problems .vaultkit-bar button");
    await until(page, () => document.querySelectorAll(".vaultkit-problems h6").length === 2);
    return errors;
  },

  async publishing() {
    const { page, errors } = await open();
    await problems(page, 2);
    await command(page, "dry-run");
    await until(page, () => document.querySelector(".vaultkit-publishing")?.textContent.includes("Kept back (1)"));
    await picture(page, "publishing");
    const good = readFileSync(join(folder, NOTE), "utf8").replace("## Note\n", "## Notes\n").replace("[[Nowhere]]", "x");
    await page.evaluate(
      (text) => window.cm.dispatch({ changes: { from: 0, to: window.cm.state.doc.length, insert: text } }),
      good,
    );
    await command(page, "publish");
    await until(page, () => window.notices.some((words) => words.includes("not saved yet")));
    writeFileSync(join(folder, NOTE), good);
    await problems(page, 0);
    await command(page, "publish");
    await until(page, () => window.notices.some((words) => words.startsWith("Published: 1 note")));
    await until(page, () => document.querySelector(".vaultkit-status").textContent.includes("published"));
    await until(page, () => !document.querySelector(".vaultkit-banner"));
    return errors;
  },

  async restarting() {
    const { page, errors } = await open();
    await problems(page, 2);
    await page.evaluate(() => {
      window.seen = [];
      const bar = document.querySelector(".vaultkit-status");
      new MutationObserver(() => window.seen.push(bar.textContent)).observe(bar, { childList: true, subtree: true });
      window.plugin.found.clear();
    });
    children.at(-1).kill("SIGKILL");
    await problems(page, 2);
    const seen = await page.evaluate(() => window.seen);
    const down = seen.indexOf("Vaultkit: restarting"); // what was found before may come a moment late
    assert.deepEqual(seen.slice(down, down + 2), ["Vaultkit: restarting", "Vaultkit: ready"]);
    await page.evaluate(() => window.cm.dispatch({ changes: { from: window.cm.state.doc.length, insert: "[[no]]\n" } }));
    await problems(page, 3);
    return errors;
  },

  async unloading() {
    const { page, errors } = await open();
    await problems(page, 2);
    const child = children.at(-1);
    await page.evaluate(() => void window.plugin.unload());
    assert.equal(await ended(child), 0);
    return errors;
  },

  async missing() {
    const { page } = await open({ program: ["/no/such/vaultkit", "lsp"] });
    await says(page, "failed");
    const notices = await page.evaluate(() => window.notices);
    assert.equal(notices.length, 1);
    assert.match(notices[0], /pipx install/);
    return [];
  },

  async mismatch() {
    const answer = (protocol) => `
      import json, sys
      while True:
          length = int(sys.stdin.buffer.readline().split(b":")[1]); sys.stdin.buffer.readline()
          asked = json.loads(sys.stdin.buffer.read(length))
          if asked.get("method") == "exit": break
          if "id" not in asked: print(asked, file=sys.stderr, flush=True); continue
          ours = {"experimental": {"vaultkit": {"protocol": ${protocol}, "version": "9.9.9"}}}
          body = json.dumps({"jsonrpc": "2.0", "id": asked["id"], "result": {"capabilities": ours}}).encode()
          sys.stdout.buffer.write(b"Content-Length: %d\\r\\n\\r\\n%s" % (len(body), body)); sys.stdout.buffer.flush()
    `.replace(/^ {6}/gm, "");
    for (const [protocol, words] of [[0, "too old"], [99, "vaultkit plugin install"]]) {
      const { page, errors } = await open({ program: [python, "-c", answer(protocol)] });
      await until(page, () => window.notices.length === 1);
      assert.match((await page.evaluate(() => window.notices))[0], new RegExp(words));
      const child = children.at(-1);
      assert.equal(await ended(child), 0);
      assert.equal(await page.evaluate(() => window.plugin.commands__.get("publish").checkCallback(true)), false);
      assert.deepEqual(errors, []);
    }
    return [];
  },

  async stale() {
    const slow = `
      import time, sys, vaultkit.server.lsp as lsp
      from vaultkit.server.lsp import server
      real = server.Server.text_document_publish_diagnostics
      server.Server.text_document_publish_diagnostics = lambda self, params: (
          time.sleep(0.4), setattr(params, "version", 1), real(self, params))
      sys.exit(lsp.serve())
    `.replace(/^ {6}/gm, "");
    const { page, errors } = await open({ program: [python, "-c", slow] });
    await problems(page, 2);
    await page.evaluate(() => window.cm.dispatch({ changes: { from: 0, to: window.cm.state.doc.length, insert: "[[no]]\n" } }));
    await new Promise((go) => setTimeout(go, 3000));
    assert.equal(await page.evaluate(() => window.plugin.found.get("Papers/Attention.md").length), 2);
    return errors;
  },
};

try {
  assert.deepEqual(await scenarios[scenario](), []);
  console.log("ok");
} finally {
  await browser.close();
  for (const child of children) child.kill("SIGKILL");
}

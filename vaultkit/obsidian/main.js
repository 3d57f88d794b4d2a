/* Vaultkit for Obsidian, in plain CommonJS: what it requires, the app provides.
 *
 * Nothing is judged here. A process of `vaultkit lsp` has the verdicts; this file shows them and hands over what the
 * person does. Text of notes and of the backend is only ever set as text, never as HTML. */
"use strict";

const obsidian = require("obsidian");
const { linter, lintGutter } = require("@codemirror/lint");
const { StateEffect, StateField } = require("@codemirror/state");
const { EditorView, showPanel } = require("@codemirror/view");

const PROTOCOL = 1;
const PROBLEMS = "vaultkit-problems";
const PUBLISHING = "vaultkit-publishing";
const SEVERITIES = { 1: "error", 2: "warning", 3: "info", 4: "hint" };
const TYPING_PAUSE = 120;
const ANSWER_IN = 60_000;
const MOST_RESTARTS = 5;
const QUIET_AFTER = 60_000;
const BACKEND_KEY = "vaultkit-backend";

const refresh = StateEffect.define();

/** Frames of the Language Server Protocol over the pipes of one child process. */
class Backend {
  /**
   * @param {string[]} command
   * @param {string} folder
   * @param {{heard: (method: string, params: any) => void, ended: (why: string) => void}} listener
   */
  constructor(command, folder, listener) {
    this.listener = listener;
    this.waiting = new Map();
    this.last = 0;
    this.rest = new Uint8Array(0);
    this.gone = false;
    this.words = "";
    // Only here, so that the file can be loaded where there are no processes.
    const { spawn } = require("child_process");
    this.process = spawn(command[0], command.slice(1), {
      cwd: folder,
      stdio: ["pipe", "pipe", "pipe"],
      windowsHide: true,
    });
    this.process.on("error", (error) => this.end(error.message));
    this.process.on("exit", (code, signal) => this.end(`exit ${code ?? signal}`));
    this.process.stdin.on("error", () => {}); // a pipe that broke is told by `exit`
    this.process.stdout.on("data", (chunk) => this.take(chunk));
    this.process.stderr.on("data", (chunk) => {
      this.words = (this.words + new TextDecoder().decode(chunk)).slice(-2000);
    });
  }

  end(why) {
    if (this.gone) return;
    this.gone = true;
    for (const { reject } of this.waiting.values()) reject(new Error(`the backend is gone: ${why}`));
    this.waiting.clear();
    this.listener.ended(this.words.trim().split("\n").pop() || why);
  }

  send(message) {
    if (this.gone) return;
    const encoder = new TextEncoder();
    const body = encoder.encode(JSON.stringify({ jsonrpc: "2.0", ...message }));
    const head = encoder.encode(`Content-Length: ${body.length}\r\n\r\n`);
    this.process.stdin.write(joined(head, body));
  }

  tell(method, params) {
    this.send({ method, params });
  }

  /** @returns {Promise<any>} */
  ask(method, params, patience = ANSWER_IN) {
    if (this.gone) return Promise.reject(new Error("the backend is not running"));
    const id = ++this.last;
    return new Promise((resolve, reject) => {
      const timer = window.setTimeout(() => {
        this.waiting.delete(id);
        reject(new Error(`${method}: no answer`));
      }, patience);
      this.waiting.set(id, {
        resolve: (value) => (window.clearTimeout(timer), resolve(value)),
        reject: (error) => (window.clearTimeout(timer), reject(error)),
      });
      this.send({ id, method, params });
    });
  }

  take(chunk) {
    this.rest = joined(this.rest, chunk);
    for (;;) {
      const end = headerEnd(this.rest);
      if (end < 0) return;
      const length = /content-length:\s*(\d+)/i.exec(new TextDecoder().decode(this.rest.subarray(0, end)));
      if (!length) {
        this.kill();
        this.end("it speaks another protocol");
        return;
      }
      const stop = end + 4 + Number(length[1]);
      if (this.rest.length < stop) return;
      const message = JSON.parse(new TextDecoder().decode(this.rest.subarray(end + 4, stop)));
      this.rest = this.rest.slice(stop);
      this.hear(message);
    }
  }

  hear(message) {
    if (message.method) {
      if (message.id !== undefined) this.send({ id: message.id, result: null });
      this.listener.heard(message.method, message.params);
      return;
    }
    const waiting = this.waiting.get(message.id);
    this.waiting.delete(message.id);
    if (!waiting) return;
    if (message.error) waiting.reject(new Error(message.error.message));
    else waiting.resolve(message.result);
  }

  async stop() {
    if (this.gone) return;
    try {
      await this.ask("shutdown", undefined, 2000);
      this.tell("exit", undefined);
    } catch {
      this.kill();
    }
  }

  kill() {
    try {
      this.process.kill();
    } catch {
      // it is gone already
    }
  }
}

function joined(one, other) {
  const whole = new Uint8Array(one.length + other.length);
  whole.set(one);
  whole.set(other, one.length);
  return whole;
}

function headerEnd(bytes) {
  for (let i = 0; i + 3 < bytes.length; i++) {
    if (bytes[i] === 13 && bytes[i + 1] === 10 && bytes[i + 2] === 13 && bytes[i + 3] === 10) return i;
  }
  return -1;
}

/** An offset in a CodeMirror document; the protocol's positions are in UTF-16 units, as its offsets are. */
function offsetOf(doc, position) {
  if (position.line >= doc.lines) return doc.length;
  const line = doc.line(position.line + 1);
  return Math.min(line.from + position.character, line.to);
}

function changesOf(doc, edits) {
  return edits.map((edit) => ({
    from: offsetOf(doc, edit.range.start),
    to: offsetOf(doc, edit.range.end),
    insert: edit.newText,
  }));
}

/** The text after some edits, for a note that no editor shows. */
function edited(text, edits) {
  const starts = [0];
  const ends = /\r\n|\n|\r/g;
  for (let found = ends.exec(text); found; found = ends.exec(text)) starts.push(found.index + found[0].length);
  const at = (position) => (position.line < starts.length ? starts[position.line] + position.character : text.length);
  const sorted = [...edits].sort((a, b) => at(b.range.start) - at(a.range.start));
  for (const edit of sorted) text = text.slice(0, at(edit.range.start)) + edit.newText + text.slice(at(edit.range.end));
  return text;
}

async function digestOf(text) {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

function plural(count, thing) {
  return `${count} ${thing}${count === 1 ? "" : "s"}`;
}

/** Where the backend is: what this device was told, else what `vaultkit plugin install` wrote outside of the vault, else
 * the PATH. Nothing in the vault is asked: a vault from elsewhere must not choose what runs here. */
function backendCommand(app) {
  const told = app.loadLocalStorage(BACKEND_KEY);
  if (typeof told === "string" && told.trim()) return [told.trim(), "lsp"];
  try {
    const fs = require("fs");
    const path = require("path");
    const os = require("os");
    const home = process.env.XDG_CONFIG_HOME || path.join(os.homedir(), ".config");
    const known = JSON.parse(fs.readFileSync(path.join(home, "vaultkit", "backend.json"), "utf8"));
    if (Array.isArray(known.command) && known.command.every((word) => typeof word === "string")) return known.command;
  } catch {
    // nobody installed it here
  }
  return ["vaultkit", "lsp"];
}

/** The pane that lists what is wrong, of this note or of the vault. */
class ProblemsView extends obsidian.ItemView {
  constructor(leaf, plugin) {
    super(leaf);
    this.plugin = plugin;
    this.whole = false;
    this.sought = "";
  }

  getViewType() {
    return PROBLEMS;
  }

  getDisplayText() {
    return "Vaultkit problems";
  }

  getIcon() {
    return "list-checks";
  }

  async onOpen() {
    this.contentEl.empty();
    const bar = this.contentEl.createDiv({ cls: "vaultkit-bar" });
    const scope = bar.createEl("button", { text: "Whole vault" });
    scope.setAttribute("aria-pressed", "false");
    scope.addEventListener("click", () => {
      this.whole = !this.whole;
      scope.setAttribute("aria-pressed", String(this.whole));
      if (this.whole) this.plugin.checkVault();
      this.show();
    });
    const filter = bar.createEl("input", { type: "search", placeholder: "Filter" });
    filter.setAttribute("aria-label", "Filter problems");
    filter.addEventListener("input", () => {
      this.sought = filter.value.toLowerCase();
      this.show();
    });
    this.list = this.contentEl.createDiv({ cls: "vaultkit-list" });
    this.show();
  }

  show() {
    if (!this.list) return;
    this.list.empty();
    const active = this.plugin.activePath();
    let count = 0;
    for (const path of [...this.plugin.found.keys()].sort()) {
      if (!this.whole && path !== active) continue;
      const fitting = this.plugin.found.get(path).filter((item) => this.fits(path, item));
      if (!fitting.length) continue;
      count += fitting.length;
      this.list.createEl("h6", { text: path });
      for (const item of fitting) this.row(path, item);
    }
    if (!count) this.list.createDiv({ cls: "vaultkit-nothing", text: this.sought ? "Nothing fits." : "No problems." });
  }

  fits(path, item) {
    return !this.sought || `${path} ${item.code} ${item.message}`.toLowerCase().includes(this.sought);
  }

  row(path, item) {
    const row = this.list.createEl("button", { cls: `vaultkit-row vaultkit-${SEVERITIES[item.severity]}` });
    row.createSpan({ cls: "vaultkit-line", text: String(item.range.start.line + 1) });
    row.createSpan({ text: item.message.split("\n")[0] });
    row.createSpan({ cls: "vaultkit-rule", text: item.code });
    row.addEventListener("click", () => this.plugin.jump(path, item.range.start));
  }
}

/** The pane that says what publishing would do. */
class PublishView extends obsidian.ItemView {
  constructor(leaf, plugin) {
    super(leaf);
    this.plugin = plugin;
  }

  getViewType() {
    return PUBLISHING;
  }

  getDisplayText() {
    return "Vaultkit publishing";
  }

  getIcon() {
    return "upload-cloud";
  }

  async onOpen() {
    this.show();
  }

  show() {
    const root = this.contentEl;
    root.empty();
    const bar = root.createDiv({ cls: "vaultkit-bar" });
    bar.createEl("button", { text: "Look again" }).addEventListener("click", () => this.plugin.dryRun());
    bar.createEl("button", { text: "Publish", cls: "mod-cta" }).addEventListener("click", () => this.plugin.publish());
    const plan = this.plugin.plan;
    if (!plan) {
      root.createDiv({ cls: "vaultkit-nothing", text: "Look what publishing would do." });
      return;
    }
    if (plan.message) root.createDiv({ cls: "vaultkit-error", text: plan.message });
    for (const target of plan.targets ?? []) this.target(root, target);
  }

  target(root, target) {
    root.createEl("h5", { text: `${target.name}: ${target.output}` });
    const simple = (name, paths) => this.group(root, name, paths.map((path) => ({ path, reasons: [] })));
    simple("New", target.new);
    simple("Changed", target.changed);
    this.group(root, "Held at the last good version", target.held);
    this.group(root, "Kept back", target.withheld);
    simple("To withdraw", target.withdrawn);
    simple("In conflict with files of others", target.conflicts);
    root.createDiv({ cls: "vaultkit-nothing", text: `${target.unchanged} unchanged` });
  }

  group(root, name, items) {
    if (!items.length) return;
    root.createEl("h6", { text: `${name} (${items.length})` });
    for (const { path, reasons } of items) {
      const row = root.createEl("button", { cls: "vaultkit-row" });
      row.createSpan({ text: path });
      for (const reason of reasons) row.createSpan({ cls: "vaultkit-rule", text: reason });
      row.addEventListener("click", () => this.plugin.jump(path, { line: 0, character: 0 }));
    }
  }
}

class SettingsTab extends obsidian.PluginSettingTab {
  constructor(app, plugin) {
    super(app, plugin);
    this.plugin = plugin;
  }

  display() {
    this.containerEl.empty();
    new obsidian.Setting(this.containerEl)
      .setName("Program")
      .setDesc("Where vaultkit is on this device, when it is not found by itself. Kept on this device only.")
      .addText((text) =>
        text
          .setPlaceholder(backendCommand(this.app).join(" "))
          .setValue(this.app.loadLocalStorage(BACKEND_KEY) ?? "")
          .onChange((value) => this.app.saveLocalStorage(BACKEND_KEY, value.trim() || null)),
      );
    new obsidian.Setting(this.containerEl)
      .setName("Backend")
      .setDesc(this.plugin.backendWords())
      .addButton((button) => button.setButtonText("Restart").onClick(() => this.plugin.restart()));
    new obsidian.Setting(this.containerEl)
      .setName("Banner")
      .setDesc("Say above a note why it cannot be published.")
      .addToggle((toggle) =>
        toggle.setValue(this.plugin.choices.banner).onChange(async (value) => {
          this.plugin.choices.banner = value;
          await this.plugin.saveData(this.plugin.choices);
          this.plugin.redraw();
        }),
      );
  }
}

module.exports = class VaultkitPlugin extends obsidian.Plugin {
  async onload() {
    this.choices = { banner: true, ...(await this.loadData()) };
    /** @type {Map<string, any[]>} */
    this.found = new Map();
    this.statuses = new Map();
    this.shown = new Map();
    this.plan = null;
    this.backend = null;
    this.version = "";
    this.restarts = 0;
    this.unloading = false;
    this.inert = "";
    this.folder = "";
    this.bar = this.addStatusBarItem();
    this.bar.addClass("vaultkit-status");
    this.bar.addEventListener("click", () => this.openView(PROBLEMS));
    this.say("starting");
    this.registerView(PROBLEMS, (leaf) => new ProblemsView(leaf, this));
    this.registerView(PUBLISHING, (leaf) => new PublishView(leaf, this));
    this.addSettingTab(new SettingsTab(this.app, this));
    this.addCommands();
    this.typed = obsidian.debounce((view) => this.sync(view), TYPING_PAUSE);
    this.registerEditorExtension(this.extensions());
    this.register(() => this.leave());
    this.app.workspace.onLayoutReady(() => this.begin());
  }

  addCommands() {
    this.addCommand({
      id: "publish",
      name: "Publish",
      checkCallback: (checking) => this.whenReady(checking, () => this.publish()),
    });
    this.addCommand({
      id: "dry-run",
      name: "Show what publishing would do",
      checkCallback: (checking) => this.whenReady(checking, () => this.dryRun()),
    });
    this.addCommand({
      id: "check-vault",
      name: "Check the whole vault",
      checkCallback: (checking) =>
        this.whenReady(checking, async () => {
          await this.openView(PROBLEMS);
          await this.checkVault();
        }),
    });
    this.addCommand({
      id: "fix-note",
      name: "Make all safe fixes in this note",
      editorCheckCallback: (checking, editor, view) =>
        view.file ? this.whenReady(checking, () => this.fixAll(view.file.path)) : false,
    });
    this.addCommand({ id: "problems", name: "Show problems", callback: () => this.openView(PROBLEMS) });
  }

  whenReady(checking, act) {
    if (!this.backend || this.backend.gone || this.inert || !this.version) return false;
    if (!checking) void Promise.resolve(act()).catch((error) => new obsidian.Notice(`Vaultkit: ${error.message}`));
    return true;
  }

  // The backend ------------------------------------------------------------------------------------------------------

  begin() {
    if (!(this.app.vault.adapter instanceof obsidian.FileSystemAdapter)) {
      this.say("on the desktop only");
      return;
    }
    this.folder = this.app.vault.adapter.getBasePath();
    const look = () => this.showPanes();
    this.registerEvent(this.app.workspace.on("active-leaf-change", look));
    this.registerEvent(this.app.workspace.on("layout-change", () => this.closeOld()));
    this.start();
  }

  start() {
    const backend = new Backend(backendCommand(this.app), this.folder, {
      heard: (method, params) => this.heard(method, params),
      ended: (why) => this.ended(backend, why),
    });
    this.backend = backend;
    this.shake(backend).catch((error) => {
      if (!this.unloading && !backend.gone) {
        this.inert = error.message;
        this.say("failed");
        new obsidian.Notice(`Vaultkit: ${error.message}`);
        void backend.stop();
      }
    });
  }

  async shake(backend) {
    const answer = await backend.ask("initialize", {
      processId: typeof process === "object" ? process.pid : null,
      clientInfo: { name: "vaultkit-obsidian", version: this.manifest.version },
      initializationOptions: { protocol: PROTOCOL },
      rootUri: this.uriOf("").replace(/\/$/, ""),
      workspaceFolders: [{ uri: this.uriOf("").replace(/\/$/, ""), name: "vault" }],
      capabilities: {
        general: { positionEncodings: ["utf-16"] },
        textDocument: { publishDiagnostics: { versionSupport: true, relatedInformation: true } },
      },
    });
    const ours = answer.capabilities?.experimental?.vaultkit;
    if (ours?.protocol !== PROTOCOL) throw new Error(mismatch(ours));
    backend.tell("initialized", {});
    backend.tell("workspace/didChangeConfiguration", { settings: { vaultkit: { links: false } } });
    this.version = ours.version;
    this.inert = "";
    this.say("ready");
    window.setTimeout(() => backend.gone || (this.restarts = 0), QUIET_AFTER);
    for (const view of this.editors()) this.sync(view);
    this.closeOld();
  }

  ended(backend, why) {
    if (backend !== this.backend || this.unloading) return;
    this.shown.clear();
    this.version = "";
    if (this.inert) return;
    if (this.restarts < MOST_RESTARTS) {
      this.say("restarting");
      const timer = window.setTimeout(() => this.start(), 200 * 2 ** this.restarts++);
      this.register(() => window.clearTimeout(timer));
      return;
    }
    this.say("failed");
    new obsidian.Notice(`Vaultkit does not run: ${why}. Install it with: pipx install 'vaultkit[lsp]'`, 0);
  }

  async restart() {
    const old = this.backend;
    this.backend = null;
    this.shown.clear();
    this.restarts = 0;
    this.inert = "";
    this.version = "";
    await old?.stop();
    this.start();
  }

  leave() {
    this.unloading = true;
    void this.backend?.stop();
  }

  backendWords() {
    if (this.inert) return this.inert;
    return this.version ? `vaultkit ${this.version}` : `not running: ${backendCommand(this.app).join(" ")}`;
  }

  heard(method, params) {
    if (method === "textDocument/publishDiagnostics") this.tookFindings(params);
    else if (method === "vaultkit/statusChanged") this.tookStatus(params);
    else if (method === "window/showMessage") new obsidian.Notice(params.message);
  }

  tookFindings({ uri, version, diagnostics }) {
    const path = this.pathOf(uri);
    const shown = this.shown.get(path);
    if (shown && version != null && version < shown.version) return; // of a text that is not there any more
    if (diagnostics.length) this.found.set(path, diagnostics);
    else this.found.delete(path);
    this.redraw();
  }

  tookStatus(status) {
    this.statuses.set(this.pathOf(status.uri), status);
    this.redraw();
  }

  // Notes ------------------------------------------------------------------------------------------------------------

  uriOf(path) {
    const whole = `${this.folder.replace(/\\/g, "/")}/${path}`;
    return "file://" + (whole.startsWith("/") ? "" : "/") + whole.split("/").map(encodeURIComponent).join("/");
  }

  pathOf(uri) {
    const root = this.uriOf("");
    return decodeURIComponent(uri).slice(decodeURIComponent(root).length);
  }

  activePath() {
    return this.app.workspace.getActiveFile()?.path ?? "";
  }

  editors() {
    return this.app.workspace
      .getLeavesOfType("markdown")
      .map((leaf) => editorOf(leaf)?.cm)
      .filter(Boolean);
  }

  fileOf(view) {
    return view.state.field(obsidian.editorInfoField, false)?.file ?? null;
  }

  /** Tell the backend what an editor shows. */
  sync(view) {
    const file = this.fileOf(view);
    if (!file || !this.version || this.backend.gone) return;
    const text = view.state.doc.toString();
    const known = this.shown.get(file.path);
    if (known?.text === text) return;
    const version = (known?.version ?? 0) + 1;
    this.shown.set(file.path, { version, text });
    const uri = this.uriOf(file.path);
    if (known) this.backend.tell("textDocument/didChange", { textDocument: { uri, version }, contentChanges: [{ text }] });
    else this.backend.tell("textDocument/didOpen", { textDocument: { uri, languageId: "markdown", version, text } });
  }

  /** Notes that no editor shows any more are closed; those that one shows now are opened. */
  closeOld() {
    if (!this.version) return;
    const open = new Set(this.editors().map((view) => this.fileOf(view)?.path));
    for (const path of [...this.shown.keys()]) {
      if (open.has(path)) continue;
      this.shown.delete(path);
      this.backend.tell("textDocument/didClose", { textDocument: { uri: this.uriOf(path) } });
    }
    for (const view of this.editors()) this.sync(view);
  }

  async jump(path, position) {
    const file = this.app.vault.getAbstractFileByPath(path);
    if (!(file instanceof obsidian.TFile)) return;
    const leaf = this.app.workspace.getLeaf(false);
    await leaf.openFile(file);
    const editor = editorOf(leaf);
    if (!editor) return;
    editor.setCursor({ line: position.line, ch: position.character });
    editor.scrollIntoView({ from: { line: position.line, ch: 0 }, to: { line: position.line, ch: 0 } }, true);
    editor.focus();
  }

  // In the editor ----------------------------------------------------------------------------------------------------

  extensions() {
    const panel = StateField.define({
      create: (state) => this.banner(state),
      update: (value, transaction) =>
        transaction.effects.some((effect) => effect.is(refresh)) ? this.banner(transaction.state) : value,
      provide: (field) =>
        showPanel.from(field, (words) => (words ? () => ({ dom: bannerOf(words, this), top: true }) : null)),
    });
    return [
      // A source, not `setDiagnostics`: that is wiped when the linter of another plugin runs.
      linter((view) => this.findingsOf(view), {
        delay: 0,
        needsRefresh: (update) => update.transactions.some((one) => one.effects.some((effect) => effect.is(refresh))),
      }),
      lintGutter(),
      EditorView.updateListener.of((update) => {
        if (update.docChanged) this.typed(update.view);
      }),
      panel,
    ];
  }

  /** The words above a note that cannot be published: its properties are hidden in live preview, and so are marks there. */
  banner(state) {
    const file = state.field(obsidian.editorInfoField, false)?.file;
    const status = file && this.choices.banner ? this.statuses.get(file.path) : null;
    if (!status || !["blocked", "held"].includes(status.state)) return "";
    const first = this.found.get(file.path)?.find((item) => item.severity === 1);
    const what = status.state === "held" ? "Held: its last good version stays public" : "This cannot be published";
    return `${what} (${plural(status.blocking, "problem")})${first ? `: ${first.message.split("\n")[0]}` : ""}`;
  }

  findingsOf(view) {
    const file = this.fileOf(view);
    const doc = view.state.doc;
    return (this.found.get(file?.path) ?? []).map((item) => {
      const from = offsetOf(doc, item.range.start);
      return {
        from,
        to: Math.max(from, offsetOf(doc, item.range.end)),
        severity: SEVERITIES[item.severity] ?? "error",
        source: `vaultkit ${item.code}`,
        message: item.message,
        actions: [{ name: "Fix", apply: () => void this.offer(view, file, item) }],
      };
    });
  }

  /** The fix of a finding; when there are several ways, the person chooses. */
  async offer(view, file, item) {
    this.sync(view);
    const actions = await this.actions(file.path, item.range, "quickfix");
    const own = actions.filter((action) => action.diagnostics?.some((other) => same(other, item)));
    if (!own.length) {
      new obsidian.Notice("Vaultkit: nothing is known that mends this.");
      return;
    }
    if (own.length === 1 || own[0].isPreferred) {
      await this.carryOut(own[0]);
      return;
    }
    const menu = new obsidian.Menu();
    for (const action of own) {
      menu.addItem((entry) => entry.setTitle(action.title).onClick(() => void this.carryOut(action)));
    }
    const place = view.coordsAtPos(offsetOf(view.state.doc, item.range.start)) ?? { left: 0, bottom: 0 };
    menu.showAtPosition({ x: place.left, y: place.bottom });
  }

  async actions(path, range, kind) {
    return (
      (await this.backend.ask("textDocument/codeAction", {
        textDocument: { uri: this.uriOf(path) },
        range,
        context: { diagnostics: [], only: [kind] },
      })) ?? []
    );
  }

  async fixAll(path) {
    const start = { line: 0, character: 0 };
    const [action] = await this.actions(path, { start, end: start }, "source.fixAll");
    if (action) await this.carryOut(action);
    else new obsidian.Notice("Vaultkit: there is nothing to fix without a doubt.");
  }

  /** Make the edits of an action: in the editor where one shows the note, so that they are one step to undo. */
  async carryOut(action) {
    const edit = action.edit ?? {};
    for (const change of edit.documentChanges ?? []) {
      if (change.kind === "create") await this.createNote(this.pathOf(change.uri));
    }
    for (const [uri, edits] of Object.entries(edit.changes ?? {})) await this.change(this.pathOf(uri), edits);
  }

  async change(path, edits) {
    const view = this.editors().find((one) => this.fileOf(one)?.path === path);
    if (view) {
      if (view.state.doc.toString() !== this.shown.get(path)?.text) {
        new obsidian.Notice("Vaultkit: the note was changed meanwhile; try again.");
        return;
      }
      view.dispatch({ changes: changesOf(view.state.doc, edits) });
      return;
    }
    const file = this.app.vault.getAbstractFileByPath(path);
    if (file instanceof obsidian.TFile) await this.app.vault.process(file, (text) => edited(text, edits));
  }

  async createNote(path) {
    const folder = path.split("/").slice(0, -1).join("/");
    if (folder && !this.app.vault.getAbstractFileByPath(folder)) await this.app.vault.createFolder(folder);
    if (!this.app.vault.getAbstractFileByPath(path)) await this.app.vault.create(path, "");
    await this.jump(path, { line: 0, character: 0 });
  }

  // Publishing -------------------------------------------------------------------------------------------------------

  async publish() {
    const given = {};
    const path = this.activePath();
    const view = this.editors().find((one) => this.fileOf(one)?.path === path);
    if (view) {
      this.sync(view);
      given.uri = this.uriOf(path);
      given.sha256 = await digestOf(view.state.doc.toString());
    }
    this.say("publishing");
    try {
      this.plan = await this.command("vaultkit.publish", given);
    } finally {
      this.redraw();
    }
    const count = (this.plan.targets ?? []).reduce((sum, one) => sum + one.new.length + one.changed.length, 0);
    new obsidian.Notice(this.plan.done ? `Published: ${plural(count, "note")} new or changed.` : `Not published: ${this.plan.message}`);
    this.showPanes();
  }

  async dryRun() {
    await this.openView(PUBLISHING);
    this.plan = await this.command("vaultkit.publishDryRun", {});
    this.showPanes();
  }

  async checkVault() {
    const done = await this.command("vaultkit.checkVault", {});
    if (done.message) new obsidian.Notice(`Vaultkit: ${done.message}`);
    this.showPanes();
  }

  command(name, given) {
    return this.backend.ask("workspace/executeCommand", { command: name, arguments: [given] }, 10 * ANSWER_IN);
  }

  // What is seen -----------------------------------------------------------------------------------------------------

  async openView(type) {
    const { workspace } = this.app;
    const [open] = workspace.getLeavesOfType(type);
    const leaf = open ?? workspace.getRightLeaf(false);
    if (!leaf) return;
    if (!open) await leaf.setViewState({ type, active: true });
    await workspace.revealLeaf(leaf);
  }

  redraw() {
    for (const view of this.editors()) view.dispatch({ effects: refresh.of(null) });
    if (this.version) {
      const status = this.statuses.get(this.activePath());
      const count = this.found.get(this.activePath())?.length ?? 0;
      this.say(status?.words ?? (count ? plural(count, "problem") : "ready"));
    }
    this.showPanes();
  }

  showPanes() {
    for (const type of [PROBLEMS, PUBLISHING]) {
      for (const { view } of this.app.workspace.getLeavesOfType(type)) {
        if (view instanceof ProblemsView || view instanceof PublishView) view.show();
      }
    }
  }

  say(words) {
    this.bar.setText(`Vaultkit: ${words}`);
  }
};

/** The editor of a leaf. @returns {any} */
function editorOf(leaf) {
  return leaf.view.editor;
}

function bannerOf(words, plugin) {
  const dom = activeDocument.createElement("div");
  dom.className = "vaultkit-banner";
  dom.setAttribute("role", "status");
  dom.append(words);
  const button = activeDocument.createElement("button");
  button.textContent = "Show problems";
  button.addEventListener("click", () => plugin.openView(PROBLEMS));
  dom.append(button);
  return dom;
}

function same(one, other) {
  return one.code === other.code && one.message === other.message && one.range.start.line === other.range.start.line;
}

function mismatch(ours) {
  if (!ours) return "this program is no backend for this plugin; update it with: pipx upgrade vaultkit";
  if (ours.protocol < PROTOCOL) return `vaultkit ${ours.version} is too old; update it with: pipx upgrade vaultkit`;
  return "this plugin is older than vaultkit; update it with: vaultkit plugin install";
}

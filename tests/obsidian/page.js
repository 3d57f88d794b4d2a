// Bundled into the test's page: Obsidian's stand-in, the real CodeMirror at Obsidian's versions, and a `require` that
// knows nothing else. A child process of the plugin is a real one, started by the Node that drives the browser.
import * as obsidian from "obsidian-test-mocks/obsidian";
import { setup } from "obsidian-test-mocks/setup";
import * as lint from "@codemirror/lint";
import * as state from "@codemirror/state";
import * as view from "@codemirror/view";

setup();

class Emitter {
  listeners = {};
  on(name, listener) {
    (this.listeners[name] ??= []).push(listener);
    return this;
  }
  emit(name, ...given) {
    for (const listener of this.listeners[name] ?? []) listener(...given);
  }
}

const processes = new Map();
window.processSaid = (id, stream, event, given) => {
  const target = stream === "process" ? processes.get(id) : processes.get(id)?.[stream];
  if (event === "data") target.emit("data", Uint8Array.from(atob(given), (char) => char.charCodeAt(0)));
  else target?.emit(event, ...(given ?? []));
};
const child_process = {
  spawn(command, words, options) {
    const id = `p${processes.size}`;
    const made = new Emitter();
    made.stdin = new Emitter();
    made.stdout = new Emitter();
    made.stderr = new Emitter();
    made.stdin.write = (bytes) => window.nodeWrite(id, btoa(String.fromCharCode(...bytes)));
    made.kill = () => window.nodeKill(id);
    processes.set(id, made);
    window.nodeSpawn(id, command, words, options.cwd);
    return made;
  },
};

const notices = (window.notices = []);
const modules = {
  obsidian: {
    ...obsidian,
    Notice: class {
      constructor(words) {
        notices.push(String(words));
      }
    },
  },
  "@codemirror/lint": lint,
  "@codemirror/state": state,
  "@codemirror/view": view,
  child_process,
  fs: { readFileSync: (path) => window.backendFile ?? fail(path) },
  os: { homedir: () => "/home" },
  path: { join: (...parts) => parts.join("/") },
};
function fail(path) {
  throw new Error(`there is no ${path}`);
}
window.process ??= { env: {}, pid: undefined };
window.activeDocument = document;

function provided(name) {
  if (!(name in modules)) throw new Error(`Obsidian does not provide ${name}`);
  return modules[name];
}

class Leaf {
  constructor(app, view) {
    this.app = app;
    this.view = view;
  }
  async setViewState({ type }) {
    this.view = window.plugin.views__.get(type)(this);
    this.view.contentEl.className = `pane ${type}`;
    document.body.append(this.view.contentEl);
    (window.leaves[type] ??= []).push(this);
    await this.view.onOpen();
  }
  async openFile(file) {
    window.opened = file.path;
  }
}

window.loadPlugin = async (source, manifest, { folder, files, path, program, settings, otherLinter }) => {
  const made = { exports: {} };
  new Function("require", "module", "exports", source)(provided, made, made.exports); // as the app does
  const app = obsidian.App.createConfigured__({ files });
  const file = app.vault.getAbstractFileByPath(path);
  const adapter = Object.create(obsidian.FileSystemAdapter.prototype);
  adapter.getBasePath = () => folder;
  app.vault.adapter = adapter;
  const kept = { "vaultkit-backend": null };
  app.loadLocalStorage = (key) => kept[key] ?? null;
  app.saveLocalStorage = (key, value) => (kept[key] = value);
  window.backendFile = program && JSON.stringify({ command: program });
  const leaves = (window.leaves = { markdown: [] });
  const { workspace } = app;
  workspace.getLeavesOfType = (type) => leaves[type] ?? [];
  workspace.getActiveFile = () => file;
  workspace.getRightLeaf = () => new Leaf(app, null);
  workspace.revealLeaf = async () => {};
  workspace.onLayoutReady = (act) => act();
  const listeners = (window.workspaceListeners = {});
  workspace.on = (name, act) => ((listeners[name] ??= []).push(act), { name });

  const plugin = new made.exports(app, manifest);
  plugin.loadData = async () => settings ?? null;
  plugin.saveData = async () => {};
  Object.assign(window, { plugin, app, lint });
  const host = document.createElement("div");
  host.id = "editor";
  document.body.append(host);
  await plugin.load();
  document.body.append(...plugin.statusBarItems__);
  const other = lint.linter(
    () => ((window.otherRuns = (window.otherRuns ?? 0) + 1), [{ from: 0, to: 3, severity: "info", message: "of another" }]),
    { delay: 50 },
  );
  window.cm = new view.EditorView({
    parent: host,
    state: state.EditorState.create({
      doc: files[path],
      extensions: [
        obsidian.editorInfoField.init(() => ({ app, file })),
        plugin.editorExtensions__,
        otherLinter ? other : [],
      ],
    }),
  });
  const editor = {
    cm: window.cm,
    setCursor: (place) => (window.cursor = place),
    scrollIntoView: () => {},
    focus: () => {},
  };
  leaves.markdown.push({ view: { editor } });
  Leaf.prototype.view = { editor };
  workspace.getLeaf = () => Object.assign(new Leaf(app, { editor }));
  plugin.closeOld();
};
window.copies = () => new Set([state.EditorState, view.EditorView]).size;

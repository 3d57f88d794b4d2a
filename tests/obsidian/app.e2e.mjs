// In the real app: the note of test_plugin.py shows its problems, a banner, and is mended by the command.
import { browser, expect } from "@wdio/globals";

describe("Vaultkit in Obsidian", () => {
  before(async () => {
    await browser.executeObsidian(({ app }) => app.workspace.openLinkText("Papers/Attention", "", false));
  });

  it("underlines what is wrong and says so above the note", async () => {
    await expect(browser.$(".cm-lintRange-error")).toExist();
    await expect(browser.$(".vaultkit-banner")).toHaveText(expect.stringContaining("cannot be published"));
  });

  it("tells in the status bar how the note stands", async () => {
    await expect(browser.$(".vaultkit-status")).toHaveText(expect.stringContaining("2 problems"));
  });

  it("lists the problems", async () => {
    await browser.executeObsidianCommand("vaultkit:problems");
    await expect(browser.$$(".vaultkit-problems .vaultkit-row, [data-type=vaultkit-problems] .vaultkit-row")).toBeElementsArrayOfSize(2);
  });

  it("leaves no process behind", async () => {
    const pid = await browser.executeObsidian(({ app }) => app.plugins.plugins.vaultkit.backend.process.pid);
    await browser.executeObsidian(({ app }) => app.plugins.disablePlugin("vaultkit"));
    await browser.waitUntil(() => {
      try {
        process.kill(pid, 0);
        return false;
      } catch {
        return true;
      }
    });
  });
});

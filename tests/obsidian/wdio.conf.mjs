// The plugin in the real app: `OBSIDIAN=1 npx wdio run wdio.conf.mjs`, where the app can be downloaded. Needs
// @wdio/cli, @wdio/local-runner, @wdio/mocha-framework and wdio-obsidian-service.
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));

export const config = {
  runner: "local",
  framework: "mocha",
  specs: [join(here, "app.e2e.mjs")],
  maxInstances: 1,
  capabilities: [
    {
      browserName: "obsidian",
      browserVersion: "latest",
      "wdio:obsidianOptions": {
        installerVersion: "earliest",
        plugins: [join(here, "../../vaultkit/obsidian")],
        vault: process.env.VAULT,
      },
    },
  ],
  services: ["obsidian"],
  reporters: ["obsidian"],
  mochaOpts: { timeout: 60_000 },
};

import obsidianmd from "eslint-plugin-obsidianmd";

export default [
  ...obsidianmd.configs.recommended,
  {
    files: ["**/main.js"],
    languageOptions: { sourceType: "commonjs" },
    rules: {
      "@typescript-eslint/no-require-imports": "off", // the app gives its modules by `require`,
      "no-implicit-globals": "off", // and wraps the file in a function
    },
  },
];
